"""The figures of a seal's year: each has one definition and the rows that it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.measure import Period
from apps.seals.enums import UseState
from apps.seals.models import Seal, SealUse

Rows = Callable[[QuerySet, datetime], QuerySet]


@dataclass(frozen=True)
class Figure:
    """`rows` narrows the lines of a year; `sums`: the column that is added up, else the lines are counted."""

    code: str
    name: str | Promise
    docs: str | Promise
    rows: Rows
    sums: str = ""


FIGURES = {
    figure.code: figure
    for figure in (
        Figure("lines", _("Lines"), _("Papers passed to the keeper in the year."), lambda rows, at: rows),
        Figure(
            "allowed",
            _("Allowed"),
            _("Impressions that were approved, of all lines that were not called off."),
            lambda rows, at: rows.exclude(state=UseState.CANCELLED),
            "allowed",
        ),
        Figure("made", _("Made"), _("Impressions on the papers."), lambda rows, at: rows.filter(made__gt=0), "made"),
        Figure(
            "spoiled",
            _("Spoiled"),
            _("Impressions made and voided."),
            lambda rows, at: rows.filter(spoiled__gt=0),
            "spoiled",
        ),
        Figure(
            "left",
            _("Not made"),
            _("Allowed minus made, of closed lines; each is explained."),
            lambda rows, at: rows.filter(state=UseState.CLOSED, made__lt=F("allowed")),
            "left",
        ),
        Figure(
            "open",
            _("Still open"),
            _("Lines that wait for the seal now."),
            lambda rows, at: rows.filter(state=UseState.OPEN),
        ),
        Figure(
            "cancelled",
            _("Called off"),
            _("Lines that ended without an impression."),
            lambda rows, at: rows.filter(state=UseState.CANCELLED),
        ),
        Figure(
            "no_photo",
            _("Without photo"),
            _("Closed lines without a picture of the result; each is explained."),
            lambda rows, at: rows.filter(state=UseState.CLOSED, photo__isnull=True),
        ),
        Figure(
            "out",
            _("Taken out"),
            _("Lines for which the seal left the house."),
            lambda rows, at: rows.filter(outings__isnull=False).distinct(),
        ),
        Figure(
            "late",
            _("Back late"),
            _("Lines for which the seal came back after the moment that was said, or is not back yet."),
            lambda rows, at: rows.filter(
                Q(outings__returned_at__gt=F("outings__due_at"))
                | Q(outings__returned_at__isnull=True, outings__due_at__lt=at)
            ).distinct(),
        ),
    )
}


def lines_of_year(seal: Seal, year: int) -> QuerySet:
    """Lines passed to the keeper within a local year."""
    period = Period(date(year, 1, 1), date(year, 12, 31))
    return SealUse.objects.filter(seal=seal, asked_at__gte=period.starts_at, asked_at__lt=period.ends_at)


def value_of(figure: Figure, rows: QuerySet, at: datetime) -> int:
    """The figure of `rows` (one query)."""
    found = figure.rows(rows, at)
    if not figure.sums:
        return found.count()
    if figure.sums == "left":
        return found.aggregate(total=Sum(F("allowed") - F("made")))["total"] or 0
    return found.aggregate(total=Sum(figure.sums))["total"] or 0
