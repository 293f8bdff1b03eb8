"""Numbers without gaps and without doubles.

One counter row per series and year is locked in the transaction that issues the number, so a roll-back gives the number
back and two issuers wait for each other. Keep slow work (PDF, mail) out of that transaction.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from apps.core.enums import NumberState
from apps.core.models import IssuedNumber, NumberCounter, NumberSeries


class UnableToVoid(Exception):
    """The number is void already, or no reason was given."""


def issue_number(*, series: str, at: datetime) -> IssuedNumber:
    """The next number of `series` in the local year of `at`. Needs a transaction; best as its last step."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("issue_number needs the transaction that uses the number")
    row = NumberSeries.objects.get(code=series)
    year = timezone.localtime(at).year
    NumberCounter.objects.get_or_create(series=row, year=year)
    counter = NumberCounter.objects.select_for_update().get(series=row, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    text = row.pattern.format(year=year, number=counter.last)
    return IssuedNumber.objects.create(series=row, year=year, number=counter.last, text=text, issued_at=at)


def void_number(number: IssuedNumber, *, reason: str) -> None:
    """Mark a number as void. It stays in the ledger and is never used again. Raises UnableToVoid."""
    changed = IssuedNumber.objects.filter(pk=number.pk, state=NumberState.ISSUED).exclude(text="")
    if not reason or not changed.update(state=NumberState.VOID, void_reason=reason):
        raise UnableToVoid(number.text)


def find_gaps() -> list[tuple[str, int, int]]:
    """Series and years whose ledger does not hold exactly 1..last: (series, year, how many are missing)."""
    counted = (
        IssuedNumber.objects.values("series__code", "year")
        .annotate(lines=Count("id"), top=Max("number"))
        .exclude(lines=F("top"))
    )
    return [(row["series__code"], row["year"], row["top"] - row["lines"]) for row in counted]
