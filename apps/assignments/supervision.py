"""The supervision list (督辦): due soon, overdue by unit, closed with late days.

What each figure counts stands here once, so that the figure and the rows behind it cannot differ.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.assignments.enums import UNITS_TURN, PartState
from apps.assignments.managers import PartQuerySet, given_by
from apps.assignments.models import Part
from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.measure import Period
from apps.people.models import Person, Unit

SOON_DAYS = 3  # working days ahead
SOON, OVERDUE, PAUSED, NOBODY = "soon", "overdue", "paused", "nobody"
CLOSED, CLOSED_LATE, MONTH = "closed", "closed_late", "month"


@dataclass(frozen=True)
class Figure:
    """One list. `rows(period, at)` as a condition on parts; `order`: by which column it is read."""

    code: str
    name: str | Promise
    definition: str | Promise
    counts: Callable[[Period, datetime], Q]
    order: str = "due_at"


def _soon(period: Period, at: datetime) -> Q:
    working = office_time()
    try:
        until = working.end_of_day(working.next_working_day(working.day(at), SOON_DAYS))
    except CalendarYearMissing:
        return Q(pk__in=[])
    return Q(state__in=UNITS_TURN, paused_at__isnull=True, due_at__gte=at, due_at__lte=until)


def _overdue(period: Period, at: datetime) -> Q:
    return Q(state__in=UNITS_TURN, paused_at__isnull=True, due_at__lt=at)


def _paused(period: Period, at: datetime) -> Q:
    return Q(state__in=UNITS_TURN, paused_at__isnull=False)


def _nobody(period: Period, at: datetime) -> Q:
    return Q(pk__in=Part.objects.in_no_hands().values("pk"))


def _closed(period: Period, at: datetime) -> Q:
    return Q(state=PartState.ACCEPTED, ended_at__gte=period.starts_at, ended_at__lt=period.ends_at, ended_at__lte=at)


def _closed_late(period: Period, at: datetime) -> Q:
    return _closed(period, at) & Q(delivered_at__gt=F("due_at"))


def _month(period: Period, at: datetime) -> Q:
    """In hand at some time of the period."""
    return Q(added_at__lt=period.ends_at, added_at__lte=at) & (
        Q(ended_at__isnull=True) | Q(ended_at__gte=period.starts_at)
    )


FIGURES = {
    figure.code: figure
    for figure in (
        Figure(
            SOON,
            _("Due soon"),
            _("Parts whose day lies in the next three working days, and that the unit has not reported."),
            _soon,
        ),
        Figure(
            OVERDUE,
            _("Overdue"),
            _("Parts whose day is over now, and that the unit has not reported; not those whose clock stands still."),
            _overdue,
        ),
        Figure(
            PAUSED,
            _("Clock stands still"),
            _("Parts that wait for an answer from outside: while it is waited for, they are neither due nor overdue."),
            _paused,
            "paused_at",
        ),
        Figure(
            NOBODY,
            _("With nobody"),
            _("Parts in hand with which nobody can go on: who had them has left, and nobody else of the unit may."),
            _nobody,
        ),
        Figure(
            CLOSED,
            pgettext_lazy("figure", "Closed"),
            _("Parts whose report was accepted in the period."),
            _closed,
            "ended_at",
        ),
        Figure(
            CLOSED_LATE,
            _("Closed late"),
            _("Of the closed ones, those whose report left the unit after the day."),
            _closed_late,
            "ended_at",
        ),
        Figure(
            MONTH,
            _("Whole sheet"),
            _("All parts that were in hand at some time of the period."),
            _month,
            "added_at",
        ),
    )
}


@dataclass(frozen=True)
class Asked:
    """What an address of the list asks for. `unit`: this unit alone, not what lies below it. `mine`: of what the reader
    gave, or had given.
    """

    show: str
    period: Period
    unit: int | None = None
    mine: bool = False

    @property
    def figure(self) -> Figure:
        return FIGURES[self.show]

    def url(self, name: str = "assignments:supervision", **changes: object) -> str:
        asked = replace(self, **changes)
        given = {"show": asked.show, "from": asked.period.first, "to": asked.period.last}
        given |= {"unit": asked.unit} if asked.unit else {}
        given |= {"mine": 1} if asked.mine else {}
        return f"{reverse(name)}?{urlencode(given)}"


def read_asked(query: QueryDict, today: date) -> Asked:
    """Of an address that is broken what can be read of it; without days this month."""
    month = Period(today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1]))
    try:
        period = Period(*(date.fromisoformat(query.get(name, "")) for name in ("from", "to")))
    except ValueError:
        period = month
    if period.last < period.first or not 1950 < period.first.year <= period.last.year < 2150:
        period = month
    unit = query.get("unit", "")
    show = query.get("show", "")
    return Asked(
        show if show in FIGURES else OVERDUE,
        period,
        int(unit) if unit.isdecimal() and len(unit) < 18 else None,
        query.get("mine") == "1",
    )


def rows_of(asked: Asked, user: Person, at: datetime) -> PartQuerySet:
    """Exactly the rows that the figure counts, under the reader's rights; the order is the caller's."""
    return _narrowed(asked, user).filter(asked.figure.counts(asked.period, at))


def _narrowed(asked: Asked, user: Person) -> PartQuerySet:
    rows = Part.objects.visible_to(user)
    if asked.mine:
        rows = rows.filter(given_by(user, "assignment__"))
    return rows.filter(unit=asked.unit) if asked.unit else rows


@dataclass(frozen=True)
class UnitLine:
    """One unit, or all together (`unit` None): each figure with the address of its rows. `late_days`: of those closed
    late.
    """

    unit: Unit | None
    counts: dict[str, int]
    urls: dict[str, str]
    late_days: int

    @property
    def cells(self) -> list[tuple[Figure, int, str]]:
        return [(FIGURES[code], self.counts[code], self.urls[code]) for code in self.counts]


def lines_of(asked: Asked, user: Person, at: datetime) -> list[UnitLine]:
    """All together, then each unit, those with most overdue first (two queries)."""
    rows = _narrowed(asked, user)
    conditions = {code: figure.counts(asked.period, at) for code, figure in FIGURES.items()}
    counted = {f"n_{code}": Count("pk", filter=condition) for code, condition in conditions.items()}
    days = Sum("late_days", filter=conditions[CLOSED_LATE])
    by_unit = list(rows.order_by().values("unit").annotate(**counted, days=days))
    by_unit = [row for row in by_unit if any(row[name] for name in counted)]
    units = Unit.objects.in_bulk([row["unit"] for row in by_unit])
    lines = [_line(units[row["unit"]], row, asked) for row in by_unit]
    lines.sort(key=lambda line: (-line.counts[OVERDUE], -line.counts[SOON], line.unit.path))
    whole = {name: sum(row[name] or 0 for row in by_unit) for name in (*counted, "days")}
    return [_line(None, whole, asked), *lines]


def _line(unit: Unit | None, row: dict[str, int], asked: Asked) -> UnitLine:
    key = unit.pk if unit else asked.unit
    counts = {code: row[f"n_{code}"] for code in FIGURES}
    return UnitLine(unit, counts, {code: asked.url(show=code, unit=key) for code in FIGURES}, row["days"] or 0)
