"""The periods a reader can choose: this week, month, term, year, or any days."""

from datetime import date, timedelta

from django.db import models
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from apps.core.measure import Period

LONGEST_DAYS = 800


class Choice(models.TextChoices):
    WEEK = "week", _("this week")
    MONTH = "month", _("this month")
    TERM = "term", _("this term")
    YEAR = "year", _("this year")
    CUSTOM = "custom", _("chosen days")


def term_start(today: date) -> date:
    """Terms begin on 1 September and on 1 March (a college may shift them; the reader can choose any days)."""
    if today.month >= 9:
        return today.replace(month=9, day=1)
    if today.month >= 3:
        return today.replace(month=3, day=1)
    return date(today.year - 1, 9, 1)


def chosen_period(query: dict[str, str], today: date) -> tuple[str, Period]:
    """The choice and its days from a page's query. Days that make no sense fall back to this month."""
    choice = query.get("period", Choice.MONTH)
    if choice == Choice.CUSTOM:
        first, last = _day(query.get("from")), _day(query.get("to"))
        if first and last and first <= last and (last - first).days < LONGEST_DAYS:
            return choice, Period(first, last)
        choice = Choice.MONTH
    starts = {
        Choice.WEEK: today - timedelta(days=today.weekday()),
        Choice.TERM: term_start(today),
        Choice.YEAR: today.replace(month=1, day=1),
    }
    first = starts.get(choice)
    return (choice, Period(first, today)) if first else (Choice.MONTH, Period(today.replace(day=1), today))


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None
