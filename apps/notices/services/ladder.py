"""People climb the ladder: who shows no evidence within the time of a rung is sent the notice by the next channel.

Evidence is what the states say (projection.py). Who opened, answered, was told or is excused stays where he is. Who was
reached climbs after the longer wait (ladder.REACHED_WAITS). Whose newest message came back or could not leave, and who
has no address for a rung, climbs at once (projection.HASTEN). A notice that must neither be known nor acknowledged
looks only for a first way to each person. Above the last rung stands the phone list.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet

from apps.core.calendar import office_time
from apps.delivery.enums import FAILED_STATES as FAILED
from apps.delivery.enums import SUPPRESSED, WEAK_CHANNELS, Channel, DeliveryState
from apps.delivery.models import Delivery, Message
from apps.delivery.services import plan
from apps.delivery.services.planning import CONTACT_OF
from apps.notices import ladder, projection
from apps.notices.enums import ObligationState, RoundKind
from apps.notices.mail_texts import rung_texts
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import Notice, Obligation, Round
from apps.notices.models.obligation import PHONE
from apps.notices.services.opening import open_round
from apps.people.models import ContactPoint

CHUNK = 5_000
DONE_WITH = (ObligationState.OPENED, ObligationState.TOLD, ObligationState.RETURNED)  # they know: reminders do the rest
NEWS = (RoundKind.FIRST, RoundKind.CHANGE)


class Step(NamedTuple):
    """One notice, one rung, one moment: what a chunk of people is judged by."""

    notice: Notice
    rungs: Sequence[ladder.Rung]
    rung: int
    look_again_at: datetime
    reached_before: datetime
    at: datetime


def with_a_way(people: Collection[int], messages: Iterable[int]) -> list[int]:
    """Of these people, who has a delivery of one of these messages that has not failed and is not held. What only
    stands in the portal or in a browser is none.

    Asked by keys on both sides: of a message that is being planned the planner knows nothing, and would read the
    deliveries of all its people for each chunk.
    """
    rows = Delivery.objects.filter(message__in=list(messages), person__in=list(people))
    rows = rows.exclude(channel__in=[*WEAK_CHANNELS, Channel.ROBOT]).exclude(
        state__in=[*FAILED, DeliveryState.CANCELLED]
    )
    rows = rows.exclude(state=DeliveryState.HELD, held_reason__startswith=SUPPRESSED)
    return list(rows.order_by().values_list("person_id", flat=True).distinct())


def plan_first_rung(*, notice: Notice, message: Message, people: QuerySet, at: datetime, round: int = 1) -> None:
    """Plan the message by all channels of the first rung. Safe to repeat; call it outside a transaction."""
    for channel in ladder.rung_of(ladder.rungs(notice), 1):
        plan(message=message, people=people, channel=channel, round=round, at=at)


def start(*, notice: Notice, lines: ObligationQuerySet, at: datetime) -> None:
    """Put these open people on the first rung, in SQL by chunks, and let those climb at once whom it does not reach.

    Safe to repeat: who is on it already is left alone.
    """
    later = ladder.look_again_at(notice, office_time(), at)
    messages = list(notice.rounds.filter(edition=notice.edition).values_list("message", flat=True))
    waiting, after = lines.filter(notice=notice, is_open=True, rung=0), 0
    while True:
        with transaction.atomic():
            locked = waiting.filter(pk__gt=after).select_for_update(no_key=True, of=("self",)).order_by("pk")
            keys = dict(locked.values_list("pk", "person_id")[:CHUNK])
            some = Obligation.objects.filter(pk__in=list(keys))
            some.filter(person__in=with_a_way(keys.values(), messages)).update(rung=1, rung_at=later)
            some.filter(rung=0).update(rung=1, rung_at=at)
            after = max(keys, default=after)
        if len(keys) < CHUNK:
            break
    climb_notice(notice, at)


def start_anew(notice: Notice, at: datetime) -> None:
    """A new edition: everybody who is open begins at the first rung, at the next `start`."""
    notice.obligations.owed().exclude(rung=0).update(rung=0, rung_at=None)


def climb(at: datetime) -> int:
    """Everybody who is due, notice by notice; gives how many lines moved. Safe to run twice and at the same time."""
    due = Obligation.objects.owed().filter(rung_at__lte=at).order_by("notice").values("notice").distinct()
    notices = Notice.objects.filter(pk__in=due.values("notice")).select_related("unit", "sender").order_by("pk")
    return sum(climb_notice(notice, at) for notice in notices)


def climb_notice(notice: Notice, at: datetime) -> int:
    """All due people of one notice, from the lowest rung up, so that who has no address goes on in the same run.

    Waits while the words of a new edition are being planned; one that is over leaves everybody where he is.
    """
    if notice.rounds.filter(kind__in=NEWS, is_complete=False, edition__gt=1).exists():
        return 0
    if not notice.is_running(at):
        return notice.obligations.owed().filter(rung_at__lte=at).update(rung_at=None)
    office, steps, moved = office_time(), ladder.rungs(notice), 0
    moments = ladder.look_again_at(notice, office, at), ladder.reached_before(notice, office, at)
    for number in range(1, len(steps) + 1):
        step = Step(notice, steps, number, *moments, at)
        while count := _climb_chunk(step):
            moved += count
    return moved


@transaction.atomic
def _climb_chunk(step: Step) -> int:
    """The next people who are due on this rung; gives their number. All of it or nothing: rung, rows and state.

    The notice's row is locked first, as by everybody who moves all its people; who finds it locked, or the words
    changed, leaves them for the next minute.
    """
    free = Notice.objects.select_for_update(no_key=True, skip_locked=True)
    known = step.notice
    if not free.filter(pk=known.pk, edition=known.edition, state=known.state).first():
        return 0
    due = step.notice.obligations.owed().filter(rung=step.rung, rung_at__lte=step.at).order_by("rung_at", "pk")
    locked = due.select_for_update(no_key=True, skip_locked=True, of=("self",))
    keys = dict(locked.values_list("pk", "person_id")[:CHUNK])
    if not keys:
        return 0
    lines = Obligation.objects.filter(pk__in=list(keys))
    lines.filter(_stays(step, keys.values())).update(rung_at=None)
    rest = lines.filter(rung_at__isnull=False)
    rest.filter(state=ObligationState.REACHED, state_at__gt=step.reached_before).update(rung_at=step.look_again_at)
    climbers = dict(rest.filter(rung_at__lte=step.at).values_list("pk", "person_id"))
    if climbers:
        _move_up(step, climbers)
    return len(keys)


def _stays(step: Step, people: Collection[int]) -> Q:
    """Who knows of it, and, of a notice that need not be known, to whom something is on the way."""
    knows = Q(state__in=DONE_WITH)
    if wants_evidence(step.notice):
        return knows
    messages = step.notice.rounds.values_list("message", flat=True)
    return knows | Q(person__in=with_a_way(people, messages))


def wants_evidence(notice: Notice) -> bool:
    """Does it matter that everybody knows? Only then people climb, and end on the phone list."""
    return notice.needs_acknowledgement or notice.needs_answer or notice.notice_class == "mandatory"


def _move_up(step: Step, climbers: dict[int, int]) -> None:
    """`climbers`: the people by the key of their line."""
    above = ladder.following(step.rungs, step.rung)
    lines = Obligation.objects.filter(pk__in=list(climbers))
    if above == PHONE:
        lines.update(rung=PHONE, rung_at=None)
        projection.project(list(climbers))
        return
    lines.update(rung=above, rung_at=step.at)  # who is not sent anything now is due again at once
    channels = ladder.rung_of(step.rungs, above)
    kinds = [CONTACT_OF[channel] for channel in channels]
    points = ContactPoint.objects.filter(kind__in=kinds, is_primary=True, dead_at__isnull=True)
    if points.filter(person__in=lines.values("person")).exists():
        sent = _round_of(step, above, channels)
        made = [
            plan(message=sent.message, people=lines.values("person_id"), channel=channel, at=step.at)
            for channel in channels
        ]
        reached = with_a_way(climbers.values(), [sent.message_id])
        lines.filter(person__in=reached).update(rung_at=step.look_again_at)
        Round.objects.filter(pk=sent.pk).update(
            recipient_count=F("recipient_count") + max(each.planned for each in made)
        )
    projection.project(list(climbers))


def _round_of(step: Step, rung: int, channels: ladder.Rung) -> Round:
    """The one round of this rung and edition, made when the first comes to it; the notice's row is held meanwhile."""
    notice = step.notice
    mine = notice.rounds.filter(kind=RoundKind.LADDER, edition=notice.edition, channel__in=channels)
    found = mine.select_related("message").order_by("pk").first()
    return found or open_round(
        notice=notice,
        kind=RoundKind.LADDER,
        texts=rung_texts(notice),
        channel=channels[0],
        rung=rung,
        is_complete=True,
        at=step.at,
    )
