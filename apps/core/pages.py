"""Lists that stay fast at a million rows: keyset paging and counts that stop counting."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

PAGE_SIZE = 50
COUNT_CAP = 500
BIGGEST = 2**63 - 1  # of a key


@dataclass(frozen=True)
class Page:
    """Rows of one page and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    next_cursor: str
    is_first: bool


def capped_count(queryset: QuerySet, cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows, counting at most `cap`; the second value says that there are more.

    Give a large table's rows in the order of an index that holds few others: without one PostgreSQL may read the table
    from its beginning, where the old and finished rows lie.
    """
    found = queryset[: cap + 1].count()
    return min(found, cap), found > cap


def count_label(queryset: QuerySet, cap: int = COUNT_CAP) -> str:
    """The count as people read it: 12, or 500+."""
    count, more = capped_count(queryset, cap)
    return f"{count}+" if more else str(count)


def encode_cursor(value: datetime | str | int, pk: int) -> str:
    text = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([text, pk]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[Any, int] | None:
    """The value and key in a cursor; None if it is not one of ours (an address is easily cut, or changed by hand)."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value = (parse_datetime(value) or value) if isinstance(value, str) else value
        pk = int(pk)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    is_moment = isinstance(value, datetime) and timezone.is_aware(value)
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= BIGGEST
    is_text = isinstance(value, str) and "\x00" not in value and value.isprintable()
    return (value, pk) if (is_moment or is_number or is_text) and 0 <= pk <= BIGGEST else None


def keyset_page(
    queryset: QuerySet, *, by: str, cursor: str = "", newest_first: bool = True, size: int = PAGE_SIZE
) -> Page:
    """One page of `queryset` ordered by the column `by` (not null) and the key, without counting what lies before.

    The keys first, by the index of the order alone, then the rows with what they join (two queries): in one query
    PostgreSQL may choose to join every row before it sorts.
    """
    sign, compare = ("-", "lt") if newest_first else ("", "gt")
    rows = queryset.order_by(f"{sign}{by}", f"{sign}pk")
    place = decode_cursor(cursor) if cursor else None
    if place:
        value, pk = place
        try:
            beyond = Q(**{f"{by}__{compare}": value}) | Q(**{by: value, f"pk__{compare}": pk})
            rows = rows.filter(beyond, **{f"{by}__{compare}e": value})  # said twice: only this part finds the place
        except (ValidationError, ValueError, TypeError):  # a cursor of another list: its value is of another kind
            place = None
    keys = list(rows.values_list("pk", flat=True)[: size + 1])
    found = rows_of(queryset, keys[:size])
    last = found[-1] if found and len(keys) > size else None
    return Page(found, encode_cursor(getattr(last, by), last.pk) if last else "", not place)


def rows_of(queryset: QuerySet, keys: list[int]) -> list[Any]:
    """The rows with these keys, in this order; a row that left `queryset` in between is left out (one query)."""
    by_key = {row.pk: row for row in queryset.filter(pk__in=keys).order_by()} if keys else {}
    return [by_key[key] for key in keys if key in by_key]
