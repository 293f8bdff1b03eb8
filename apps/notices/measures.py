"""Figures about notices for reports. Each opens exactly the rows it counts (notices:people, same filter)."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.measure import Measure, Period
from apps.notices.enums import NoticeClass, ObligationState
from apps.notices.filters import IN_TIME, KNOWN, PeopleFilter, in_time, known_by
from apps.notices.models import Notice, Obligation
from apps.notices.quota import totals


def for_period(period: Period, at: datetime) -> list[Measure]:
    """Notices published in the period, as far as they were known at `at` (two queries)."""
    is_partial = at < period.ends_at
    rows = Obligation.objects.filter(
        notice__published_at__gte=period.starts_at, notice__published_at__lt=min(period.ends_at, at)
    )
    asked = Q(notice__needs_acknowledgement=True, notice__needs_answer=False)
    counts = rows.aggregate(
        all=Count("pk"),
        known=Count("pk", filter=known_by(at)),
        asked=Count("pk", filter=asked),
        in_time=Count("pk", filter=asked & in_time(at)),
        unreachable=Count("pk", filter=Q(state=ObligationState.UNREACHABLE)),
    )
    base = PeopleFilter(first=period.first, last=period.last)
    return [
        _share(
            "notice_coverage",
            _("Notice coverage"),
            _(
                "Of all people to whom notices of the period were published: those who opened or acknowledged them,"
                " signed in."
            ),
            counts["known"],
            counts["all"],
            _url(base, show=KNOWN, by=at),
            is_partial,
        ),
        _share(
            "notices_in_time",
            _("Acknowledged in time"),
            _(
                "Of all people who were asked to acknowledge notices of the period: those who did by the time that"
                " was set (at any time where none was)."
            ),
            counts["in_time"],
            counts["asked"],
            _url(base, show=IN_TIME, by=at, asked=True),
            is_partial,
        ),
        Measure(
            code="notices_unreachable",
            name=_("Not reachable by mail"),
            definition=_(
                "People and notices of the period for whom no mail could be sent and who did nothing in the portal."
            ),
            value=counts["unreachable"],
            of=counts["all"],
            rows_url=_url(base, show=ObligationState.UNREACHABLE.value),
            higher_is_better=False,
            is_partial=is_partial,
        ),
        *mandatory(period, at, is_partial),
    ]


def mandatory(period: Period, at: datetime, is_partial: bool) -> list[Measure]:
    """How much the office asks people to read (two queries); the page behind lists it by sender and unit."""
    sent = Notice.objects.filter(notice_class=NoticeClass.MANDATORY).published_between(
        period.starts_at, min(period.ends_at, at)
    )
    sums = totals(sent)
    url = f"{reverse('notices:mandatory')}?first={period.first}&last={period.last}"
    figures = [
        (
            "mandatory_notices",
            _("Mandatory notices"),
            _("Mandatory notices published in the period, by all senders; also those taken back later."),
            sums["notices"],
        ),
        (
            "mandatory_addressed",
            _("People × mandatory notices"),
            _("The people of each mandatory notice of the period, added up: how often somebody had to read one."),
            sums["people"],
        ),
        (
            "mandatory_reminders",
            _("Reminders per mandatory notice"),
            _("Rounds of reminders so far of the mandatory notices of the period, divided by the number of notices."),
            round(sums["reminders"] / sums["notices"], 1) if sums["notices"] else None,
        ),
    ]
    return [
        Measure(
            code=code,
            name=name,
            definition=definition,
            value=value,
            rows_url=url,
            higher_is_better=False if code == "mandatory_reminders" else None,
            is_partial=is_partial,
        )
        for code, name, definition, value in figures
    ]


def _share(code: str, name: str, definition: str, part: int, whole: int, url: str, is_partial: bool) -> Measure:
    """A percentage; nothing to count gives no value rather than 0 or 100."""
    return Measure(
        code=code,
        name=name,
        definition=definition,
        value=round(100 * part / whole, 1) if whole else None,
        unit="%",
        of=whole,
        rows_url=url,
        higher_is_better=True,
        is_partial=is_partial,
    )


def _url(base: PeopleFilter, **changes: object) -> str:
    return f"{reverse('notices:people')}?{base.querystring(**changes)}"
