"""The package of a filed document: its files, the sheet of the register, opinions and history, and every digest."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.pdf import can_print, render_pdf
from apps.core.text import localized
from apps.core.verbs import label as verb_label
from apps.documents.models import Document, Edition, Filing, Opinion, Reader
from apps.journal.files import open_blob
from apps.journal.models import Attachment, Entry
from apps.people.enums import Language

MOMENT = (1980, 1, 1, 0, 0, 0)  # of every entry of the ZIP: the same content gives the same bytes
LACKS = "□"
Table = dict[str, object]


def make_zip(filing: Filing) -> bytes:
    """The same content gives the same bytes, in the office's language."""
    document = Document.objects.select_related("unit", "handler", "urgency", "incoming").get(pk=filing.pk)
    target = io.BytesIO()
    with translation.override(Language.HANT), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        hashes = []
        for name, content in contents(document, filing):
            package.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
            hashes.append((name, content))
        package.writestr(zipfile.ZipInfo("SHA256SUMS", MOMENT), sums(hashes), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def contents(document: Document, filing: Filing) -> Iterator[tuple[str, bytes]]:
    """Every file of the package; what the virus scanner refused is named, not given."""
    day = timezone.localtime(filing.filed_at).date()
    yield "register.pdf", sheet(_("Sheet of the register"), register_of(document, filing), day)
    yield "opinions-and-history.pdf", sheet(_("Opinions and history"), told_of(document), day)
    yield "chain.json", chain_of(document)
    withheld = []
    for place, file in enumerate(Attachment.objects.of(document).order_by("uploaded_at", "pk"), start=1):
        name = f"files/{place:02d}-{safe(file.name)}"
        if file.blob.is_refused:
            withheld.append(f"{file.blob.sha256}  {name}\n")
            continue
        with open_blob(file.blob) as source:
            yield name, source.read()
    if withheld:
        yield "withheld.txt", "".join(withheld).encode()


def safe(name: str) -> str:
    """A name that stays inside its folder wherever it is unpacked."""
    return "".join("_" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in name).lstrip(".")[-120:]


def sums(hashes: list[tuple[str, bytes]]) -> str:
    return "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in hashes)


def chain_of(document: Document) -> bytes:
    """Every edition with its words, its files' digests and its place in the chain."""
    names = ("number", "words", "files", "previous", "digest", "reason")
    rows = [
        {name: getattr(row, name) for name in names} | {"made_at": row.made_at.isoformat(), "made_by": row.made_by.name}
        for row in Edition.objects.filter(document=document).select_related("made_by").order_by("number")
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True).encode()


def sheet(title: str, parts: list[Table], day: date) -> bytes:
    """One PDF/A, dated by the day of filing: made again it is the same."""
    data = {"title": title, "parts": parts, "day": [day.year, day.month, day.day]}
    return render_pdf("documents/sheet.typ", printable(data))


def printable(value: object) -> object:
    """Characters that the font lacks would break PDF/A: an empty box stands for them."""
    if isinstance(value, str):
        return "".join(sign if can_print(sign) else LACKS for sign in value)
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list | tuple) else value


def register_of(document: Document, filing: Filing) -> list[Table]:
    facts = [
        (_("File number"), filing.issued.text),
        (pgettext("of a file", "Kept"), str(filing.get_retention_display())),
        (_("Dated"), filing.dated_on.isoformat()),
        (_("Number"), document.number),
        (_("Title"), document.title),
        (_("Kind"), str(document.get_kind_display())),
        (_("Access"), str(document.get_access_display())),
        (_("Urgency"), localized(document.urgency.name) if document.urgency else "—"),
        (_("Registered"), plain(document.registered_at)),
        (_("Handler"), document.handler.name if document.handler else "—"),
        (pgettext("of a file", "Closed"), plain(document.closed_at)),
        (_("What came of it"), document.closing_words or "—"),
    ]
    if document.is_incoming:
        facts[4:4] = incoming_facts(document)
    return [{"title": "", "head": [], "rows": [list(row) for row in facts]}]


def incoming_facts(document: Document) -> list[tuple[str, str]]:
    incoming = document.incoming
    given = incoming.answered_on.isoformat() if incoming.answered_on else "—"
    return [
        (_("Sender"), incoming.sender),
        (_("Sender's number"), incoming.sender_number or "—"),
        (_("Received"), f"{plain(incoming.received_at)} {incoming.get_received_display()}"),
        (_("Where the paper lies"), incoming.place or "—"),
        (_("Answered"), f"{given} {incoming.answer_words}".strip()),
    ]


def told_of(document: Document) -> list[Table]:
    said = Opinion.objects.filter(document=document).select_related("author", "on_behalf_of", "edition")
    read = Reader.objects.filter(circulation__document=document).select_related("person", "read_by")
    history = Entry.objects.about(document)
    return [
        {
            "title": _("Opinions"),
            "head": [_("When"), _("Who"), _("What"), _("Edition"), _("Words")],
            "rows": [
                [plain(row.at), both(row.author.name, row.on_behalf_of), opinion_label(row), str(row.edition.number),
                 row.words or "—"]
                for row in said.order_by("at", "pk")
            ],
        },
        {
            "title": _("Circulation"),
            "head": [_("Who"), _("State"), _("Given"), _("Opened"), _("Read")],
            "rows": [
                [row.person.name, str(row.get_state_display()), plain(row.given_at), plain(row.opened_at),
                 plain(row.read_at)]
                for row in read.order_by("circulation_id", "order")
            ],
        },
        {
            "title": _("History"),
            "head": [_("When"), _("Who"), _("What"), _("Words")],
            "rows": [
                [plain(row.at), both(row.actor.name if row.actor else _("The portal"), row.on_behalf_of),
                 verb_label(row), row.note or "—"]
                for row in history
            ],
        },
    ]  # fmt: skip


def opinion_label(row: Opinion) -> str:
    return str(row.get_kind_display())


def both(name: str, principal: object) -> str:
    return _("%(name)s for %(principal)s") % {"name": name, "principal": principal.name} if principal else name


def plain(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else "—"
