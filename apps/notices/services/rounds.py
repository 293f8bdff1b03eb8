"""Rounds of sending: the first one and reminders. Each is a message of its own with words of its own."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from apps.core.clock import now
from apps.delivery.enums import SUPPRESSED, Channel, DeliveryState
from apps.delivery.models import Delivery, GroupRobot
from apps.delivery.services import cancel_waiting, plan, plan_robots
from apps.notices import projection
from apps.notices.enums import NoticeClass, ObligationState, RoundKind
from apps.notices.mail_texts import first_texts, reminder_texts
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import DailyReminder, Notice, Obligation, Round
from apps.notices.services import ladder as climbing
from apps.notices.services.opening import open_round
from apps.people.models import Person

FIRST = 1
CHANGED, TAKEN_BACK = "the notice was changed", "the notice was taken back"
OF_A_CHANGE = (RoundKind.CHANGE, RoundKind.RECALL)


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
    number = notice.rounds.filter(kind=RoundKind.REMINDER).count() + 1
    return open_round(
        notice=notice,
        kind=RoundKind.REMINDER,
        texts=reminder_texts(notice, number=number, at=at),
        channel=Channel.MAIL,
        actor=started_by,
        planned_for=planned_for,
        only_person=only_person,
        recipient_count=count,
        at=at,
    )


def open_people(notice: Notice, only_person: Person | None = None) -> ObligationQuerySet:
    waiting = notice.obligations.owed()
    return waiting.filter(person=only_person) if only_person else waiting


def people_of(row: Round) -> ObligationQuerySet:
    """Whom a round goes to, asked when it is planned.

    Word of a change or of taking back: who opened an earlier edition, or to whom a mail of one has left. The new words
    alone: who is open and was not met by the old ones. All others: who is open.
    """
    notice = row.notice
    reminded = DailyReminder.objects.filter(message=row.message_id)
    if row.kind == RoundKind.REMINDER and reminded.exists():
        # One mail for all notices of the message; it goes as long as one of them is open.
        sharing = Round.objects.filter(message=row.message_id).values("notice")
        return Obligation.objects.owed().filter(notice__in=sharing, person__in=reminded.values("person"))
    if row.kind not in OF_A_CHANGE and (row.kind != RoundKind.FIRST or row.edition == FIRST):
        return open_people(notice, row.only_person)
    earlier = notice.rounds.filter(number__lt=row.number)
    if row.kind == RoundKind.FIRST:
        earlier = earlier.exclude(edition=row.edition)  # word of this change is no earlier edition
    left = Delivery.objects.filter(
        message__in=earlier.values("message"), person=OuterRef("person"), handed_off_at__isnull=False
    ).exclude(channel=Channel.PORTAL)
    met = Exists(left) | Q(seen_edition__isnull=False)
    if row.kind in OF_A_CHANGE:
        return notice.obligations.filter(met).exclude(state=ObligationState.EXCUSED)
    return notice.obligations.owed().exclude(met)


def cancel_earlier(row: Round, at: datetime) -> None:
    """What still waits of the words before is cancelled, and says why (it could not leave any more already)."""
    reason = TAKEN_BACK if row.kind == RoundKind.RECALL else CHANGED
    for earlier in row.notice.rounds.filter(number__lt=row.number).select_related("message"):
        if row.kind == RoundKind.RECALL or earlier.edition < row.edition:
            cancel_waiting(message=earlier.message, actor=row.started_by, reason=reason, at=at)


def complete_round(round_id: int, at: datetime | None = None) -> None:
    """Plan the mails of a round for those who are (still) open. Safe to repeat; call it outside a transaction."""
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
    if row.kind in climbing.NEWS:
        climbing.plan_first_rung(
            notice=notice, message=row.message, people=people.values("person_id"), round=row.number, at=at
        )
    else:
        plan(message=row.message, people=people.values("person_id"), round=_shared_number(row), at=at)
    if is_change:
        Round.objects.filter(pk=row.pk).update(recipient_count=people.count())
    if row.number == FIRST:
        Round.objects.filter(pk=row.pk).update(recipient_count=notice.recipient_count)
        plan_robots(message=row.message, robots=GroupRobot.objects.filter(pk__in=notice.robots), at=at)
        Notice.objects.filter(pk=notice.pk, mail_planned_at__isnull=True).update(mail_planned_at=at)
    if is_change and row.kind in climbing.NEWS:
        climbing.start_anew(notice, at)
    if row.kind in climbing.NEWS:
        climbing.start(notice=notice, lines=notice.obligations.all(), at=at)
    mark_unreachable(notice)
    Round.objects.filter(pk=row.pk).update(is_complete=True)


def _shared_number(row: Round) -> int:
    """Rounds that share a message plan its mails under one number, so that a person gets one."""
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
