"""Everything that is printed on the paper (GB/T 9704-2012), as the template takes it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override, pgettext

from apps.core.pdf import can_print
from apps.dispatch.blocks import blocks_of
from apps.dispatch.enums import UPWARD, WITHOUT_FILE
from apps.dispatch.models import Draft
from apps.dispatch.words import Words, read_words
from apps.documents.models import Document, Edition
from apps.people.models import Person

TEMPLATE = "dispatch/paper.typ"
LAYOUT = 1  # goes up when the template changes what a paper looks like


def paper_language() -> str:
    """Papers are in the script of the portal."""
    return settings.LANGUAGE_CODE if settings.LANGUAGE_CODE.startswith("zh") else "zh-hant"


def fixed_words() -> dict[str, str]:
    """The words that stand on every paper, in its script."""
    with override(paper_language()):
        return {
            "file": pgettext("printed on a paper", "Document"),
            "signer": pgettext("printed on a paper", "Signed by"),
            "annex": pgettext("printed on a paper", "Annex"),
            "copies_to": pgettext("printed on a paper", "Copies to"),
            "printed": pgettext("printed on a paper", "printed"),
            "draft": pgettext("printed on a paper", "Draft"),
        }


def paper_data(
    draft: Draft,
    edition: Edition,
    *,
    number: str = "",
    dated_on: date | None = None,
    printed_on: date | None = None,
    signed_by: Person | None = None,
) -> dict[str, object]:
    """What the paper says. Without a number it is a draft and says so across the page."""
    words = read_words(edition)
    return {
        "layout": LAYOUT,
        "language": paper_language(),
        "edition": edition.digest,
        "draft": not number,
        "words": fixed_words(),
        "marks": [words.urgency] if words.urgency else [],
        "issuers": [party.name for party in words.issuers],
        "with_file": words.kind not in WITHOUT_FILE,
        "number": number,
        "upward": words.kind in UPWARD,
        "signers": [(signed_by or draft.signer).name],
        "title": words.title,
        "main": [party.name for party in words.main],
        "blocks": [block.as_json() for block in blocks_of(words.body)],
        "annexes": list(words.annexes),
        "date": day(dated_on),
        "made_on": day(timezone.localtime(edition.made_at).date()),
        "contact": draft.contact,
        "copies_to": [party.name for party in words.copies_to],
        "printed_by": draft.printed_by or (words.issuers[0].name if words.issuers else ""),
        "printed_on": day(printed_on),
    }


def day(value: date | None) -> list[int] | None:
    return [value.year, value.month, value.day] if value else None


def key_of(data: dict[str, object]) -> str:
    """SHA-256 over the canonical JSON: the same words, number and day are the same paper."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def unprintable(words: Words) -> str:
    """The characters that the font has no drawing for, each once: PDF/A has no empty boxes."""
    parties = (party.name for party in (*words.issuers, *words.main, *words.copies_to))
    text = words.title + "".join(block_text(words.body)) + "".join((*words.annexes, *parties))
    return lacking(text)


def lacking(text: str) -> str:
    return "".join(character for character in dict.fromkeys(text) if not can_print(character))


def unprintable_in(data: dict[str, object]) -> str:
    """As `unprintable`, of everything that is printed: contact, printing office, who signs and number too."""
    return lacking("".join(strings_of(data if data["upward"] else {**data, "signers": []})))


def strings_of(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for each in data.values() if isinstance(data, dict) else data:
            yield from strings_of(each)


def block_text(body: str) -> list[str]:
    found = []
    for block in blocks_of(body):
        found.append(block.text)
        found += [run.text for row in block.rows for cell in row for run in cell]
    return found


def sheet_name(document: Document, *, suffix: str = "pdf") -> str:
    """How the file is called: number and title, without what file systems refuse."""
    words = f"{document.number} {document.title}".strip()
    clean = "".join(" " if character in '\\/:*?"<>|\r\n\t' else character for character in words)
    return f"{' '.join(clean.split())[:100]}.{suffix}"
