"""The phone list (電話名單): whom nothing else has reached, or who is late, for the secretary of the unit to call."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Q

from apps.core.calendar import CalendarYearMissing, office_time
from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Evidence
from apps.notices.enums import NoticeClass, ObligationState
from apps.notices.managers import RUNNING, ObligationQuerySet, has_post_under, looked_after
from apps.notices.models import Obligation
from apps.notices.models.obligation import PHONE
from apps.notices.rules import CHASING_ROLES, looks_after_people
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person

UNREACHED = (ObligationState.UNREACHABLE, ObligationState.BOUNCED)
PEOPLE, LINES = 50, 400  # on one page; who is called makes room for the next
AGAIN_AFTER = 120  # working minutes after a call that reached nobody


@dataclass
class Card:
    """One person to call: what about, at which numbers, and when it was tried last."""

    person: Person
    unit_name: dict[str, str]
    lines: list[Obligation] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    tried_at: datetime | None = None
    rests: bool = False


def can_call(user: Person) -> bool:
    """Unit secretaries for the people of their units, who stands in for one, and who chases for everybody."""
    return user.has_role(*CHASING_ROLES) or looks_after_people(user)


def to_call(user: Person, at: datetime) -> ObligationQuerySet:
    """What is still owed about notices that must be known, where all channels were tried in vain or the day is over.

    Whoever was told already is not called again: the rest is for that person to do.
    """
    lines = Obligation.objects.owed().exclude(state=ObligationState.TOLD)
    if not user.has_role(*CHASING_ROLES):
        paths = list(looked_after(user))
        lines = lines.filter(has_post_under(paths, "person")) if paths else lines.none()
    must = Q(notice__notice_class=NoticeClass.MANDATORY) | Q(notice__needs_acknowledgement=True)
    over = Q(notice__expires_at__isnull=False, notice__expires_at__lte=at)
    spent = Q(rung=PHONE) | Q(state__in=UNREACHED, rung_at__isnull=True)
    late = spent | Q(notice__acknowledge_by__lt=at)
    return lines.filter(must, late, notice__state__in=RUNNING, person__is_active=True).exclude(over)


def cards(user: Person, at: datetime) -> list[Card]:
    """At most PEOPLE cards, the earliest day first; who was tried a short while ago comes last."""
    rows = to_call(user, at).select_related("notice", "person").with_unit()
    found: dict[int, Card] = {}
    for line in rows.order_by("notice__acknowledge_by", "person__name", "pk")[:LINES]:
        card = found.setdefault(line.person_id, Card(line.person, line.unit_name or {}))
        card.lines.append(line)
    shown = list(found.values())[:PEOPLE]
    _add_phones(shown)
    _add_calls(shown, at)
    return sorted(shown, key=lambda card: card.rests)


def _add_phones(found: Iterable[Card]) -> None:
    by_person = {card.person.pk: card for card in found}
    points = ContactPoint.objects.filter(person__in=by_person, kind=ContactKind.PHONE, dead_at__isnull=True)
    for person, value in points.order_by("-is_primary", "pk").values_list("person_id", "value"):
        by_person[person].phones.append(value)


def _add_calls(found: Iterable[Card], at: datetime) -> None:
    """When each was last called in vain about one of these notices."""
    by_person = {card.person.pk: card for card in found}
    messages = {line.notice.message_id for card in by_person.values() for line in card.lines}
    calls = Evidence.objects.filter(person__in=by_person, message__in=messages, kind=EvidenceKind.CALLED)
    for person, last in calls.values_list("person_id").annotate(last=Max("happened_at")):
        by_person[person].tried_at = last
        by_person[person].rests = rests(last, at)


def rests(tried_at: datetime, at: datetime) -> bool:
    """Is it too soon to call again? By working time; where the calendar does not reach, nobody rests."""
    try:
        return office_time().minutes_between(tried_at, at) < AGAIN_AFTER
    except CalendarYearMissing:
        return False
