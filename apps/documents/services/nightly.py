"""Each night: does the ledger of numbers hold, and the chains of editions that changed since?"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Mod
from django.urls import reverse
from django.utils import timezone

from apps.core.clock import now
from apps.core.numbers import find_gaps
from apps.delivery.services import tell
from apps.documents.faults import Fault, Lines
from apps.documents.models import Document, Edition, LedgerCheck, Series
from apps.documents.services.editions import broken
from apps.documents.services.numbering import find_faults
from apps.documents.services.telling import directors
from apps.documents.starter import FILE_SERIES
from apps.documents.texts import LEDGER, plain_texts

KEPT = timedelta(days=90)
MOST = 50
NIGHTS = 28


@transaction.atomic
def check_ledger(*, at: datetime | None = None) -> LedgerCheck:
    """Look, keep what was found for the page, and tell the directors of faults."""
    at = at or now()
    faults = [*gaps(), *find_faults(), *broken_chains(at)]
    LedgerCheck.objects.filter(at__lt=at - KEPT).delete()
    made = LedgerCheck.objects.create(at=at, faults=faults[:MOST])
    if faults:
        texts = plain_texts(LEDGER, note=Lines(made.faults))
        for person in directors():
            source = f"documents.ledger:{made.pk}"
            tell(person=person, source=source, texts=texts, target_url=reverse("dispatch:ledger"), at=at)
    return made


def gaps() -> list[Fault]:
    mine = {FILE_SERIES, *Series.objects.values_list("numbers__code", flat=True)}
    return [Fault("missing", f"{code} {year}", str(count)) for code, year, count in find_gaps() if code in mine]


def broken_chains(at: datetime) -> list[Fault]:
    """Of the documents that got an edition within two days, and of tonight's share of all: within NIGHTS each chain is
    looked at once more, so that what was changed later is found, too. One pass over the editions.
    """
    fresh = Edition.objects.filter(made_at__gt=at - timedelta(days=2)).values("document")
    rows = Edition.objects.annotate(share=Mod("document_id", NIGHTS)).order_by("document_id", "number")
    rows = rows.filter(Q(document__in=fresh) | Q(share=timezone.localtime(at).toordinal() % NIGHTS))
    wrong: dict[int, list[str]] = {}
    for row in broken(rows.iterator()):
        wrong.setdefault(row.document_id, []).append(str(row.number))
    numbers = dict(Document.objects.filter(pk__in=wrong).values_list("pk", "number"))
    return [Fault("chain", numbers[pk] or str(pk), ", ".join(found)) for pk, found in wrong.items()]


def last_check() -> LedgerCheck | None:
    return LedgerCheck.objects.order_by("-at").first()
