"""How many mandatory notices a sender sends: what the check page says, and the rows behind the leaders' figures."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.dateparse import parse_date

from apps.core.clock import now
from apps.core.measure import Period
from apps.notices import approval
from apps.notices.enums import NoticeClass, RoundKind
from apps.notices.models import Notice
from apps.people.models import Person

REMINDERS = Count("rounds", filter=Q(rounds__kind=RoundKind.REMINDER), distinct=True)


def of_draft(notice: Notice, user: Person) -> dict[str, object]:
    """For the check page: does it need approval, and is the sender over the soft quota of the month?"""
    if not notice.is_editable or notice.notice_class != NoticeClass.MANDATORY:
        return {}
    at = now()
    sent = approval.sent_in_month(notice, at)
    return {
        "needs_approval": approval.needs_approval(notice, user, at),
        "sent_this_month": sent,
        "is_over_quota": approval.is_over(settings.NOTICE_QUOTA_SOFT, sent),
        "quota": settings.NOTICE_QUOTA_SOFT,
    }


@dataclass(frozen=True)
class MandatoryFilter:
    """Mandatory notices published from `first` to `last` (both included), of one sender or unit."""

    first: date | None = None
    last: date | None = None
    sender: int | None = None
    unit: int | None = None

    @classmethod
    def read(cls, query: QueryDict) -> "MandatoryFilter":
        """From an address; what is not understood counts as not said."""
        days = (_day(query.get(name, "")) for name in ("first", "last"))
        return cls(*days, *(_key(query.get(name, "")) for name in ("sender", "unit")))

    def rows(self, user: Person) -> QuerySet:
        """What `user` may see of them."""
        rows = Notice.objects.visible_to(user).filter(notice_class=NoticeClass.MANDATORY, published_at__isnull=False)
        if self.first and self.last:
            period = Period(self.first, self.last)
            rows = rows.published_between(period.starts_at, period.ends_at)
        for name in ("sender", "unit"):
            if key := getattr(self, name):
                rows = rows.filter(**{name: key})
        return rows


def totals(rows: QuerySet) -> dict[str, int]:
    """`notices`, `people` (people × notices) and `reminders` of these rows (two queries)."""
    sums = rows.aggregate(notices=Count("pk"), people=Coalesce(Sum("recipient_count"), 0))
    return sums | rows.aggregate(reminders=REMINDERS)


def by_sender(rows: QuerySet, limit: int) -> list[dict[str, object]]:
    """One line a sender and unit: how many notices, people × notices; the most first (one query)."""
    grouped = rows.order_by().values("sender", "unit", name=F("sender__name"), unit_name=F("unit__name"))
    grouped = grouped.annotate(notices=Count("pk"), people=Coalesce(Sum("recipient_count"), 0))
    return list(grouped.order_by("-notices", "-people", "sender", "unit")[:limit])


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
