"""The package of a filed document: its files, the sheet of the register, what was said, reported and done, the editions
and what changed between them, and every digest.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import pairwise

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.assignments.models import Assignment
from apps.core.pdf import render_pdf
from apps.documents import file_tables
from apps.documents.edition_words import as_plain_text
from apps.documents.models import Document, Edition, Filing, Opinion
from apps.journal.files import open_blob
from apps.journal.models import Attachment, Blob
from apps.notices import comparison
from apps.people.enums import Language

MOMENT = (1980, 1, 1, 0, 0, 0)  # of every entry of the ZIP: the same content gives the same bytes
Named = tuple[str, Blob]


@dataclass(frozen=True)
class More:
    """What the app above knows of a paper that went out. `text_of`: an edition in words, to compare two."""

    facts: file_tables.Facts = field(default_factory=list)
    tables: list[file_tables.Table] = field(default_factory=list)
    files: list[Named] = field(default_factory=list)
    notices: list[int] = field(default_factory=list)
    text_of: Callable[[Edition], str] = as_plain_text


OUTGOING: list[Callable[[Document], More]] = []


def register(more_of: Callable[[Document], More]) -> None:
    """The app above gives what it knows of an outgoing paper, in its AppConfig.ready."""
    if more_of not in OUTGOING:
        OUTGOING.append(more_of)


def more_of(document: Document) -> More:
    return More() if document.is_incoming or not OUTGOING else OUTGOING[0](document)


def make_zip(filing: Filing) -> bytes:
    """The same content gives the same bytes, in the office's language."""
    document = Document.objects.select_related("unit", "handler", "urgency", "incoming__answered_by").get(pk=filing.pk)
    target = io.BytesIO()
    with translation.override(Language.HANT), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        hashes = []
        for name, content in contents(document, filing):
            package.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
            hashes.append((name, content))
        package.writestr(zipfile.ZipInfo("SHA256SUMS", MOMENT), sums(hashes), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def contents(document: Document, filing: Filing) -> Iterator[tuple[str, str | bytes]]:
    """Every file of the package; what the virus scanner refused is named, not given."""
    day, more = timezone.localtime(filing.filed_at).date(), more_of(document)
    yield "register.pdf", sheet(_("Sheet of the register"), file_tables.register_of(document, filing, more.facts), day)
    yield "opinions-and-history.pdf", sheet(_("Opinions and history"), told_of(document, more), day)
    yield "chain.json", chain_of(document)
    yield from changes_of(document, more, day)
    yield from receipts_of(document, more)
    withheld = []
    for name, blob in [*more.files, *files_of(document)]:
        if blob.is_refused:
            withheld.append(f"{blob.sha256}  {name}\n")
            continue
        with open_blob(blob) as source:
            yield name, source.read()
    if withheld:
        yield "withheld.txt", "".join(withheld).encode()


def files_of(document: Document) -> Iterator[Named]:
    """The paper's own files, those of the units' reports, and the page as it stood before each who decided."""
    yield from attached("files", document)
    for place, report in enumerate(file_tables.reports_of(*Assignment.objects.about(document)), start=1):
        yield from attached(f"reports/{place:02d}", report)
    said = Opinion.objects.filter(document=document).select_related("picture").order_by("at", "pk")
    for place, row in enumerate(said, start=1):
        if row.picture:
            yield f"opinions/{place:02d}.png", row.picture


def attached(folder: str, row: models.Model) -> Iterator[Named]:
    files = Attachment.objects.of(row).order_by("uploaded_at", "pk")
    for place, file in enumerate(files, start=1):
        yield f"{folder}/{place:02d}-{safe(file.name)}", file.blob


def safe(name: str) -> str:
    """A name that stays inside its folder wherever it is unpacked."""
    return "".join("_" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in name).lstrip(".")[-120:]


def sums(hashes: list[tuple[str, str | bytes]]) -> str:
    return "".join(f"{sha256(as_bytes(content)).hexdigest()}  {name}\n" for name, content in hashes)


def as_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def chain_of(document: Document) -> bytes:
    """Every edition with its words, its files' digests and its place in the chain."""
    names = ("number", "words", "files", "previous", "digest", "reason")
    rows = [
        {name: getattr(row, name) for name in names} | {"made_at": row.made_at.isoformat(), "made_by": row.made_by.name}
        for row in Edition.objects.filter(document=document).select_related("made_by").order_by("number")
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True).encode()


def sheet(title: str, parts: list[file_tables.Table], day: date, template: str = "documents/sheet.typ") -> bytes:
    """One PDF/A, dated by the day of filing: made again it is the same."""
    data = {"title": title, "parts": parts, "day": [day.year, day.month, day.day]}
    return render_pdf(template, file_tables.printable(data))


def told_of(document: Document, more: More) -> list[file_tables.Table]:
    return [
        file_tables.opinions_of(document),
        file_tables.circulation_of(document),
        *file_tables.parts_of(document),
        *more.tables,
        file_tables.links_of(document),
        file_tables.notices_of(document),
        file_tables.history_of(document),
    ]


def changes_of(document: Document, more: More, day: date) -> Iterator[tuple[str, bytes]]:
    """The marked copy: what was taken out and put in, from each edition to the next; none where there is one."""
    editions = list(Edition.objects.filter(document=document).order_by("number"))
    parts = [
        {
            "title": _("From edition %(old)s to edition %(new)s") % {"old": old.number, "new": new.number},
            "pieces": [list(piece) for piece in comparison.compare(more.text_of(old), more.text_of(new))],
        }
        for old, new in pairwise(editions)
    ]
    if parts:
        yield "marked-copy.pdf", sheet(_("Marked copy"), parts, day, "documents/marked.typ")


def receipts_of(document: Document, more: More) -> Iterator[tuple[str, str]]:
    """Who has signed for the notices that were made of it, or by which it went out."""
    issued: Iterable[int] = document.notices.order_by("made_at", "pk").values_list("notice", flat=True)
    for place, notice in enumerate([*issued, *more.notices], start=1):
        yield f"receipts/{place:02d}.tsv", file_tables.receipts_of(notice)
