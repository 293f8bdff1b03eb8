"""What help tells the leaders' page: openings, those without a filing, and whether readers say that it helped."""

from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from apps.core.measure import Measure, Period
from apps.servicedesk import help_figures
from apps.servicedesk.help_figures import HELP_FIGURES, SHOWN_FROM
from apps.servicedesk.measures import Value, share

BETTER = {"help_helpful": True}


def for_period(period: Period, *, at: datetime) -> list[Measure]:
    """The figures of `period` as of `at`, in their order (three queries)."""
    values = values_of(period, at)
    return [
        Measure(
            code=figure.code,
            name=str(figure.name),
            definition=str(figure.docs),
            value=values[figure.code][0],
            unit=figure.unit,
            of=values[figure.code][1],
            rows_url=rows_url(figure.code, period),
            higher_is_better=BETTER.get(figure.code),
            is_partial=period.ends_at > at,
        )
        for figure in HELP_FIGURES.values()
    ]


def values_of(period: Period, at: datetime) -> dict[str, Value]:
    opened = help_figures.opened(period, at).count()
    said = help_figures.answered(period, at).aggregate(all=Count("pk"), yes=Count("pk", filter=Q(helped=True)))
    return {
        "help_opened": (opened, None),
        "help_unfiled": (help_figures.unfiled(period, at).count(), opened),
        "help_helpful": share(said["yes"], said["all"]) if said["all"] >= SHOWN_FROM else (None, said["all"]),
    }


def rows_url(code: str, period: Period) -> str:
    query = {"measure": code, "from": period.first.isoformat(), "to": period.last.isoformat()}
    return f"{reverse('servicedesk:help_rows')}?{urlencode(query)}"
