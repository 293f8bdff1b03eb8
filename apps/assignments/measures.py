"""Figures about assignments for reports. Each opens exactly the rows it counts on the supervision list."""

from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from apps.assignments.models import Part
from apps.assignments.supervision import CLOSED, CLOSED_LATE, FIGURES, OVERDUE, Asked
from apps.core.measure import Measure, Period


def for_period(period: Period, at: datetime) -> list[Measure]:
    """One query. What is for who is concerned only is not counted: it stands on the lists of few."""
    asked, codes = Asked(OVERDUE, period), (CLOSED, CLOSED_LATE, OVERDUE)
    rows = Part.objects.filter(assignment__concerned_only=False)
    counts = rows.aggregate(**{code: Count("pk", filter=FIGURES[code].counts(period, at)) for code in codes})
    names = {
        CLOSED: _("Assigned parts closed"),
        CLOSED_LATE: _("Assigned parts closed late"),
        OVERDUE: _("Assigned parts overdue now"),
    }
    return [
        Measure(
            code=f"assignments_{code}",
            name=names[code],
            definition=str(FIGURES[code].definition),
            value=counts[code],
            rows_url=asked.url(show=code),
            higher_is_better=None if code == CLOSED else False,
            is_partial=at < period.ends_at,
            is_of_now=code == OVERDUE,
        )
        for code in codes
    ]
