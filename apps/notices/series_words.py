"""The rule of a series in words: "every 2 months on day 5"."""

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _

from apps.core.date_rules import LAST, DateRule, Frequency, Moment
from apps.core.templatetags.portal import day


def rule_words(rule: DateRule) -> str:
    """In the active language."""
    values = {
        "every": rule.every,
        "weekday": WEEKDAYS.get(rule.weekday, ""),
        "day": rule.month_day,
        "month": MONTHS.get(rule.month, ""),
        "month_number": rule.month,  # how Chinese says it
        "nth": rule.nth,
    }
    return _words(rule) % values


def _words(rule: DateRule) -> str:
    once = rule.every == 1
    if rule.frequency == Frequency.WEEKLY:
        return _("each week on %(weekday)s") if once else _("every %(every)s weeks on %(weekday)s")
    if rule.frequency == Frequency.MONTHLY:
        return _("each month on day %(day)s") if once else _("every %(every)s months on day %(day)s")
    if rule.frequency == Frequency.YEARLY:
        return _("each year on %(month)s %(day)s") if once else _("every %(every)s years on %(month)s %(day)s")
    if rule.nth == LAST:
        return _("each month on the last working day") if once else _("every %(every)s months on the last working day")
    return _("each month on working day %(nth)s") if once else _("every %(every)s months on working day %(nth)s")


def why(moment: Moment) -> str:
    """What the working calendar made of a date; "" where nothing is to be said."""
    if moment.is_double:
        return _("left out: it would go out on the same day as the next date")
    if moment.is_moved:
        return _("%(date)s is no working day") % {"date": day(moment.date)}
    return _("a make-up working day") if moment.is_makeup else ""
