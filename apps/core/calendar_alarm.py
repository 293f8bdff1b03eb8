"""Which calendars do not know a year that they will soon need."""

from datetime import datetime

from django.utils import timezone

from apps.core.models import Calendar, CalendarYear

ALARM_MONTH = 12  # from 1 December the next year must be there: the State Council announces it in November


def missing_years(at: datetime) -> list[tuple[str, int, bool]]:
    """(calendar code, year, is it only provisional) for this year and, from 1 December, the next one."""
    today = timezone.localtime(at).date()
    needed = [today.year] + ([today.year + 1] if today.month >= ALARM_MONTH else [])
    found = {
        (row.version.calendar_id, row.year): row.provisional
        for row in CalendarYear.objects.select_related("version").order_by("version__number")
    }
    missing = []
    for calendar in Calendar.objects.order_by("code"):
        for year in needed:
            provisional = found.get((calendar.pk, year))
            if provisional is None or provisional:
                missing.append((calendar.code, year, bool(provisional)))
    return missing
