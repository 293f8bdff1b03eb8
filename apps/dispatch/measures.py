"""Figures about outgoing papers for reports. Each opens exactly the rows it counts on the list of papers."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.measure import Measure, Period
from apps.dispatch.models import Draft
from apps.documents.enums import OPEN_STATES, RESTRICTED

SENT, OVERDUE = "sent", "overdue"
# Not counted and not listed: a count whose rows most readers cannot open would say that something hidden exists.
RESTRICTED_ONES = Q(document__access__in=RESTRICTED)


class Figure(NamedTuple):
    """Its name, its definition, and the condition on drafts."""

    name: str | Promise
    definition: str | Promise
    counts: Callable[[Period, datetime], Q]


def _sent(period: Period, at: datetime) -> Q:
    inside = Q(document__closed_at__gte=period.starts_at, document__closed_at__lt=period.ends_at)
    return inside & Q(sent_by__isnull=False) & ~RESTRICTED_ONES


def _overdue(period: Period, at: datetime) -> Q:
    return Q(document__state__in=OPEN_STATES, document__due_at__lt=at) & ~RESTRICTED_ONES


FIGURES = {
    SENT: Figure(_("Outgoing papers sent"), _("Papers that were sent out in the period."), _sent),
    OVERDUE: Figure(
        _("Outgoing papers overdue now"),
        _("Papers that are not out yet and whose day, by their urgency, is over."),
        _overdue,
    ),
}


def for_period(period: Period, at: datetime) -> list[Measure]:
    """One query."""
    counts = Draft.objects.aggregate(
        **{code: Count("pk", filter=figure.counts(period, at)) for code, figure in FIGURES.items()}
    )
    return [
        Measure(
            code=f"dispatch_{code}",
            name=str(figure.name),
            definition=str(figure.definition),
            value=counts[code],
            rows_url=rows_url(code, period),
            higher_is_better=False if code == OVERDUE else None,
            is_partial=at < period.ends_at,
        )
        for code, figure in FIGURES.items()
    ]


def rows_url(code: str, period: Period) -> str:
    query = {"measure": code, "from": period.first.isoformat(), "to": period.last.isoformat()}
    return f"{reverse('dispatch:list')}?{urlencode(query)}"


def asked_for(code: str, first: str, last: str) -> tuple[Figure, Period] | None:
    """What the address of the list asks for; None where it asks for nothing that is there."""
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return (FIGURES[code], period) if code in FIGURES else None
