"""A document's number, however somebody writes it: 收〔2026〕12號, 收[2026]12, 院辦發（2026）第12号, 2026-12."""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Reverse

from apps.core.models import IssuedNumber
from apps.core.scripts import one_script
from apps.core.search import wanted_text
from apps.documents.models import Document, Incoming

OPENING, CLOSING = "〔[(【<", "〕])】>"
FORM = re.compile(
    rf"(?P<prefix>[^\d{re.escape(OPENING)}]*)"
    rf"(?:[{re.escape(OPENING)}](?P<bracketed>(?:19|20)\d\d)[{re.escape(CLOSING)}]|(?P<bare>(?:19|20)\d\d)[-–—/])"
    r"第?0*(?P<number>[1-9]\d{0,7})[號号]?"
)
# The end of a sender's number as it is compared: without brackets and spaces.
ENDS = tuple(f"{{year}}{between}{{number}}{end}" for between in ("", "第") for end in ("号", "號", ""))
MOST = 500  # papers of as many senders that bear one number of a year


@dataclass(frozen=True)
class NumberForm:
    """What a number says. `prefix` is "" where only year and number were written; it is in simplified characters."""

    prefix: str
    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "NumberForm | None":
        """None: the text is no number of a document."""
        found = FORM.fullmatch(re.sub(r"\s+", "", wanted_text(text)))
        if not found:
            return None
        year = int(found["bracketed"] or found["bare"])
        return cls(one_script(found["prefix"]).removesuffix("字"), year, int(found["number"]))

    def fits(self, other: "NumberForm | None") -> bool:
        """Is `other` this number? One without a prefix fits that of every series and sender."""
        same = other is not None and (other.year, other.number) == (self.year, self.number)
        return same and self.prefix in ("", other.prefix)


def keys_of(wanted: NumberForm) -> list[int]:
    """Keys of the documents with this number: our own, by the ledger, or the sender's (two queries, by indexes)."""
    issued = IssuedNumber.objects.filter(
        year=wanted.year,
        number=wanted.number,
        series__documents_series__isnull=False,
        document_line__document__isnull=False,
    )
    own = issued.values_list("document_line__document", "text")
    ends = (end.format(year=wanted.year, number=wanted.number)[::-1] for end in ENDS)
    by_end = Incoming.objects.alias(backwards=Reverse("number_key")).filter(
        Q(*(("backwards__startswith", end) for end in ends), _connector=Q.OR)
    )
    senders = by_end.order_by("-document").values_list("document", "sender_number")[:MOST]
    return sorted({key for key, text in [*own, *senders] if wanted.fits(NumberForm.read(text))})


def is_shown(wanted: NumberForm, document: Document) -> bool:
    """Does the line of a result show by itself that it has this number?"""
    texts = [document.number]
    if document.is_incoming:
        texts.append(document.incoming.sender_number)
    return any(wanted.fits(NumberForm.read(text)) for text in texts)
