"""Numbers without gaps and without doubles.

One counter row per series and year is locked in the transaction that issues the number, so a roll-back gives the number
back and two issuers wait for each other. Keep slow work (PDF, mail) out of that transaction.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
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


def issue_numbers(*, series: str, count: int, at: datetime) -> list[IssuedNumber]:
    """So many numbers in a row at once, as `issue_number` would give them (five queries)."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("issue_numbers needs the transaction that uses the numbers")
    row = NumberSeries.objects.get(code=series)
    year = timezone.localtime(at).year
    NumberCounter.objects.get_or_create(series=row, year=year)
    counter = NumberCounter.objects.select_for_update().get(series=row, year=year)
    first, counter.last = counter.last + 1, counter.last + count
    counter.save(update_fields=["last"])
    return IssuedNumber.objects.bulk_create(
        IssuedNumber(
            series=row, year=year, number=number, text=row.pattern.format(year=year, number=number), issued_at=at
        )
        for number in range(first, counter.last + 1)
    )


def void_numbers(numbers: QuerySet, *, reason: str) -> int:
    """Mark many as void; those that are void already stay as they are. Gives how many were marked."""
    issued = numbers.filter(state=NumberState.ISSUED).exclude(text="")
    return issued.update(state=NumberState.VOID, void_reason=reason)


def void_number(number: IssuedNumber, *, reason: str) -> None:
    """Mark a number as void. It stays in the ledger and is never used again. Raises UnableToVoid."""
    changed = IssuedNumber.objects.filter(pk=number.pk, state=NumberState.ISSUED).exclude(text="")
    if not reason or not changed.update(state=NumberState.VOID, void_reason=reason):
        raise UnableToVoid(number.text)


def find_gaps() -> list[tuple[str, int, int]]:
    """Series and years whose ledger does not hold exactly 1..last: (series, year, how many are missing)."""
    lines = IssuedNumber.objects.filter(series=OuterRef("series"), year=OuterRef("year")).order_by()
    counted = lines.values("series").annotate(count=Count("pk")).values("count")
    counters = NumberCounter.objects.annotate(lines=Coalesce(Subquery(counted), 0)).exclude(lines=F("last"))
    return list(counters.annotate(missing=F("last") - F("lines")).values_list("series__code", "year", "missing"))
