"""Which calendars do not know a year that they will soon need."""

from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from apps.core.models import Calendar, CalendarVersion, CalendarYear

ALARM_MONTH = 12  # from 1 December the next year must be there: the State Council announces it in November


def missing_years(at: datetime) -> list[tuple[str, int, bool]]:
    """(calendar code, year, is it only provisional) for this year and, from 1 December, the next one.

    Asked of the newest version of each calendar: new things are counted by that one.
    """
    today = timezone.localtime(at).date()
    needed = [today.year] + ([today.year + 1] if today.month >= ALARM_MONTH else [])
    newest = CalendarVersion.objects.filter(calendar=OuterRef("pk")).order_by("-number").values("pk")[:1]
    calendars = list(Calendar.objects.annotate(newest=Subquery(newest)).order_by("code"))
    rows = CalendarYear.objects.filter(version__in=[calendar.newest for calendar in calendars], year__in=needed)
    found = {(row.version_id, row.year): row.provisional for row in rows}
    missing = []
    for calendar in calendars:
        for year in needed:
            provisional = found.get((calendar.newest, year))
            if provisional is None or provisional:
                missing.append((calendar.code, year, bool(provisional)))
    return missing
