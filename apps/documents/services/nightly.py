"""Each night: does the ledger of numbers hold, and the chains of editions that changed since?"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from apps.core.clock import now
from apps.core.numbers import find_gaps
from apps.delivery.services import tell
from apps.documents.models import Document, Edition, LedgerCheck, Series
from apps.documents.services.editions import check_chain
from apps.documents.services.numbering import find_faults
from apps.documents.services.telling import directors
from apps.documents.starter import FILE_SERIES
from apps.documents.texts import LEDGER, plain_texts

KEPT = timedelta(days=90)
MOST = 50


@transaction.atomic
def check_ledger(*, at: datetime | None = None) -> LedgerCheck:
    """Look, keep what was found for the page, and tell the directors of faults."""
    at = at or now()
    faults = [*gaps(), *find_faults(), *broken_chains(at)]
    LedgerCheck.objects.filter(at__lt=at - KEPT).delete()
    made = LedgerCheck.objects.create(at=at, faults=faults[:MOST])
    if faults:
        texts = plain_texts(LEDGER, note="\n".join(made.faults))
        for person in directors():
            source = f"documents.ledger:{made.pk}"
            tell(person=person, source=source, texts=texts, target_url=reverse("dispatch:ledger"), at=at)
    return made


def gaps() -> list[str]:
    mine = {FILE_SERIES, *Series.objects.values_list("numbers__code", flat=True)}
    return [f"{code} {year}: {missing} missing" for code, year, missing in find_gaps() if code in mine]


def broken_chains(at: datetime) -> list[str]:
    """Of the documents that got an edition within two days; the others were looked at then."""
    fresh = Edition.objects.filter(made_at__gt=at - timedelta(days=2)).values("document")
    rows = Document.objects.filter(pk__in=fresh)
    return [f"{row.number or row.pk}: chain {wrong}" for row in rows.iterator() if (wrong := check_chain(row))]


def last_check() -> LedgerCheck | None:
    return LedgerCheck.objects.order_by("-at").first()
