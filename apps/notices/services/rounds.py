"""Rounds of sending: the first one, reminders, word of a change. Each is a message of its own with words of its own.

The notice itself goes by the first rung, and people climb. All that follows goes once to each, by the first channel
that reaches.
"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from apps.core.clock import now
from apps.delivery.enums import SUPPRESSED, Channel, DeliveryState
from apps.delivery.models import Delivery, GroupRobot
from apps.delivery.services import Ways, plan_first_way, plan_robots
from apps.notices import ladder, projection
from apps.notices.enums import NoticeClass, ObligationState, RoundKind
from apps.notices.mail_texts import first_texts, reminder_texts
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import DailyReminder, Notice, Obligation, Round
from apps.notices.services import ladder as climbing
from apps.notices.services.earlier_words import (
    OF_A_CHANGE,
    cancel_earlier,
    left_earlier,
    who_met_earlier_words,
    who_met_nothing,
)
from apps.notices.services.opening import open_round
from apps.people.models import Person

FIRST = 1


def start_first_round(*, notice: Notice, actor: Person, at: datetime) -> Round:
    """The message of the notice itself. Its deliveries are planned after the fan-out (complete_round)."""
    return open_round(notice=notice, kind=RoundKind.FIRST, texts=first_texts(notice), actor=actor, at=at, rung=1)


def start_reminder(
    *, notice: Notice, planned_for: datetime, started_by: Person | None, at: datetime, only_person: Person | None = None
) -> Round | None:
    """Remind those still open (or only one of them) in the caller's transaction, which holds the notice's row.

    None when nobody is open. Who acknowledges before the mail is planned gets none.
    """
    waiting = open_people(notice, only_person)
    count = waiting.update(reminders=F("reminders") + 1, reminded_at=at)
    if not count:
        return None
    number = reminder_number(notice, planned_for)
    return open_round(
        notice=notice,
        kind=RoundKind.REMINDER,
        texts=reminder_texts(notice, number=number, at=at),
        actor=started_by,
        planned_for=planned_for,
        only_person=only_person,
        recipient_count=count,
        at=at,
    )


def reminder_number(notice: Notice, planned_for: datetime) -> int:
    """Which reminder of the notice is planned for this moment; one that takes the place of another has its number."""
    rounds = notice.rounds.filter(kind=RoundKind.REMINDER).exclude(planned_for=planned_for)
    return rounds.values("planned_for").distinct().count() + 1


def open_people(notice: Notice, only_person: Person | None = None) -> ObligationQuerySet:
    waiting = notice.obligations.owed()
    return waiting.filter(person=only_person) if only_person else waiting


def people_of(row: Round) -> ObligationQuerySet:
    """Whom a round goes to, asked when it is planned.

    Word of a change or of taking back: who met the earlier words. The new words alone: who is open and did not. All
    others: who is open.
    """
    if row.kind in OF_A_CHANGE:
        return who_met_earlier_words(row)
    if row.kind == RoundKind.FIRST:
        return row.notice.obligations.owed() if row.edition == FIRST else who_met_nothing(row)
    reminded = DailyReminder.objects.filter(message=row.message_id)
    if not reminded.exists():
        return open_people(row.notice, row.only_person)
    # One message for all notices of it; it goes as long as one of them is open.
    sharing = Round.objects.filter(message=row.message_id).values("notice")
    return Obligation.objects.owed().filter(notice__in=sharing, person__in=reminded.values("person"))


def complete_round(round_id: int, at: datetime | None = None) -> None:
    """Plan the messages of a round for those it is (still) for. Safe to repeat; call it outside a transaction."""
    at = at or now()
    row = Round.objects.select_related("notice", "message", "only_person", "started_by").get(pk=round_id)
    notice = row.notice
    if row.is_complete or not notice.fanned_out_at:
        return
    is_change = row.kind in OF_A_CHANGE or (row.kind == RoundKind.FIRST and row.number != FIRST)
    if is_change:
        cancel_earlier(row, at)
        projection.project_notice(notice)  # what counted for the edition before may count no more
    people = people_of(row)
    if row.kind == RoundKind.FIRST:
        climbing.plan_first_rung(
            notice=notice, message=row.message, people=people.values("person_id"), round=row.number, at=at
        )
    else:
        _tell_once(row, people, at)
    if is_change:
        Round.objects.filter(pk=row.pk).update(recipient_count=people.count())
    if row.number == FIRST:
        Round.objects.filter(pk=row.pk).update(recipient_count=notice.recipient_count)
        Notice.objects.filter(pk=notice.pk, mail_planned_at__isnull=True).update(mail_planned_at=at)
    if robots := list(_robots(row)):
        plan_robots(message=row.message, robots=robots, at=at)
    if is_change and row.kind in climbing.NEWS:
        climbing.start_anew(notice, at)
    if row.kind in climbing.NEWS:
        climbing.start(notice=notice, lines=notice.obligations.all(), at=at)
    mark_unreachable(notice)
    Round.objects.filter(pk=row.pk).update(is_complete=True)


def _tell_once(row: Round, people: QuerySet, at: datetime) -> None:
    """Plan it, and keep with all rounds that share the message how many it goes to by which channel."""
    told = tell_once(row, people, at)
    ways = {channel.value: count for channel, count in told.people.items()}
    Round.objects.filter(message=row.message_id).update(ways=ways | ({"none": told.none} if told.none else {}))


def tell_once(row: Round, people: QuerySet, at: datetime) -> Ways:
    """Plan the message for each of `people` (rows with a `person_id`) by the first channel that reaches."""
    return plan_first_way(
        message=row.message,
        people=people.values("person_id"),
        channels=ladder.ways(_sharing(row)),
        arrived=list(Round.objects.filter(notice__in=_sharing(row)).values_list("message", flat=True)),
        round=_shared_number(row),
        at=at,
    )


def _sharing(row: Round) -> QuerySet[Notice]:
    """All notices that the message is about, the most urgent first."""
    keys = Round.objects.filter(message=row.message_id).values("notice")
    return Notice.objects.filter(pk__in=keys).order_by(F("acknowledge_by").asc(nulls_last=True), "pk")


def _robots(row: Round) -> QuerySet:
    """The chat groups it is posted to: the notice in all that its sender chose, word of a change where the old words
    stand, and the new words alone in the others.
    """
    chosen = GroupRobot.objects.filter(pk__in=row.notice.robots)
    if row.kind == RoundKind.REMINDER:
        return chosen.none()
    if row.number == FIRST:
        return chosen
    posts = left_earlier(row).filter(channel=Channel.ROBOT).values_list("address", flat=True)
    with_old_words = [int(address.removeprefix("robot:")) for address in posts]
    return chosen.filter(pk__in=with_old_words) if row.kind in OF_A_CHANGE else chosen.exclude(pk__in=with_old_words)


def _shared_number(row: Round) -> int:
    """Rounds that share a message plan it under one number, so that a person gets one."""
    return Round.objects.filter(message=row.message_id).order_by("pk").values_list("number", flat=True)[0]


def mark_unreachable(notice: Notice) -> None:
    """Bring up to date for whom no message could be planned, and who has an address again."""
    sent = Delivery.objects.filter(message__in=notice.rounds.values("message")).exclude(channel=Channel.PORTAL)
    sent = sent.exclude(state=DeliveryState.HELD, held_reason__startswith=SUPPRESSED)
    has_way = Exists(sent.filter(person=OuterRef("person")))
    without = notice.obligations.filter(state=ObligationState.OPEN).exclude(has_way)
    again = notice.obligations.filter(has_way, state=ObligationState.UNREACHABLE)
    ids = [*without.values_list("pk", flat=True), *again.values_list("pk", flat=True)]
    for start in range(0, len(ids), projection.BATCH):
        projection.project(ids[start : start + projection.BATCH])


def wants_reminders(notice: Notice) -> bool:
    return notice.needs_acknowledgement or notice.notice_class == NoticeClass.MANDATORY
