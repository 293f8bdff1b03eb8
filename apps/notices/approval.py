"""Which notices need a second person before they go out, who that is, and what exactly was approved."""

import hashlib
import json
from datetime import datetime, time

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.journal.models import Attachment
from apps.notices import preview
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.people.deputies import deputies_of
from apps.people.enums import DeputyScope, Role
from apps.people.models import Person

APPROVERS = (Role.DIRECTOR, Role.LEADER, Role.ADMINISTRATOR)  # the first that somebody holds who is not barred
FROZEN = (
    "title",
    "body",
    "notice_class",
    "needs_acknowledgement",
    "needs_answer",
    "audience",
    "joins_until",
    "is_urgent",
    "urgent_reason",
    "reminder_days",
    "ladder",
    "robots",
    "unit_id",
    "publish_at",
    "acknowledge_by",
    "expires_at",
)


def needs_approval(notice: Notice, actor: Person, at: datetime, *, people: int | None = None) -> bool:
    """Is somebody else to say yes first? `people`: how many it goes to, counted here when not given (one query).

    Mandatory notices to more than NOTICE_APPROVAL_FROM people, and all mandatory ones of a sender over the hard quota.
    An urgent one goes out at once, not at a later time, on the director's own word.
    """
    if notice.notice_class != NoticeClass.MANDATORY:
        return False
    is_later = notice.publish_at is not None and notice.publish_at > at
    if notice.is_urgent and not is_later and actor.has_role(Role.DIRECTOR):
        return False
    if is_over(settings.NOTICE_QUOTA_HARD, sent_in_month(notice, at)):
        return True
    if not settings.NOTICE_APPROVAL_FROM:
        return False
    return (count_people(notice, at) if people is None else people) > settings.NOTICE_APPROVAL_FROM


def count_people(notice: Notice, at: datetime) -> int:
    """How many people it would reach, by the posts of its day of publishing."""
    moment = max(at, notice.publish_at or at)
    return preview.summary(notice.rule, timezone.localtime(moment).date(), at=at).count


def is_over(limit: int, sent: int) -> bool:
    """Would one more be over the limit? 0 is no limit."""
    return bool(limit) and sent >= limit


def sent_in_month(notice: Notice, at: datetime) -> int:
    """Other mandatory notices of its sender that went out in the calendar month of `at` (one query)."""
    first = timezone.make_aware(datetime.combine(timezone.localtime(at).date().replace(day=1), time.min))
    rows = Notice.objects.filter(sender=notice.sender_id, notice_class=NoticeClass.MANDATORY).exclude(pk=notice.pk)
    return rows.filter(published_at__gte=first, published_at__lte=at).count()


def digest_to_approve(notice: Notice) -> str:
    """SHA-256 of all that goes out: words, files, audience, class, times. Another digest is another notice."""
    values = {name: getattr(notice, name) for name in FROZEN}
    values["files"] = sorted(Attachment.objects.of(notice).values_list("name", "blob__sha256"))
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> str:
    """A moment counts the same in whatever zone it was written."""
    return str(value.timestamp()) if isinstance(value, datetime) else str(value)


def is_approved(notice: Notice, at: datetime) -> bool:
    """Does the last decision allow what would go out now: same digest, and not more than twice the people?"""
    if not notice.approval_digest or notice.approval_digest != digest_to_approve(notice):
        return False
    last = Step.objects.about(notice).order_by("-round", "-order").first()
    if last is None or last.state != StepState.APPROVED:
        return False
    return count_people(notice, at) <= 2 * (notice.approval_people or 0)


def barred_from(notice: Notice, actor: Person, at: datetime) -> list[Person]:
    """Who may not decide: the sender, who asks, and who stands in for the sender."""
    return [notice.sender, actor, *deputies_of(notice.sender, scope=DeputyScope.NOTICES, at=at)]


def role_to_ask(barred: list[Person]) -> str:
    """The director; a leader when the director is barred. Nobody at all: the director, the step waits for the next."""
    return next((role for role in APPROVERS if holders(role, barred).exists()), Role.DIRECTOR)


def holders(role: str, barred: list[Person]) -> QuerySet:
    return Person.objects.active().with_role(role).exclude(pk__in=[person.pk for person in barred])
