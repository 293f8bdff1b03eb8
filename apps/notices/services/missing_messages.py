"""Messages that were never planned, or whose row is gone: who should have one of a round and has none."""

from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from apps.core.calendar import office_time
from apps.delivery.enums import WEAK_CHANNELS, Channel
from apps.delivery.models import Delivery
from apps.delivery.services import Ways, plan
from apps.delivery.services.planning import CONTACT_OF, people_query
from apps.notices import ladder
from apps.notices.enums import RoundKind
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import CheckRun, DailyReminder, MissingRow, Notice, Obligation, Round
from apps.notices.services.ladder import DONE_WITH
from apps.notices.services.rounds import mark_unreachable, open_people, people_of, tell_once
from apps.people.models import ContactPoint

KEEP = """
INSERT INTO notices_missingrow (run_id, notice_id, kind, round_id, person_id, note)
SELECT %s, %s, %s, %s, missing.id, '' FROM ({people}) AS missing(id) ON CONFLICT DO NOTHING
"""


def check_rounds(run: CheckRun, keys: list[int], at: datetime) -> None:
    """Compare the rounds of these notices, and plan what is missing. Call it outside a transaction."""
    for row in rounds_to_compare(keys):
        channels = channels_of(row)
        if channels and not row.notice.is_over(at) and _keep_missing(run, row, channels):
            _plan(row, channels, at)


def rounds_to_compare(keys: list[int]) -> QuerySet[Round]:
    """The complete rounds that carry the words of now: the first of its edition, the rungs of the ladder, the newest
    reminder. Older reminders are not sent after all: who gets an address late is not to be flooded. Word of a change
    is not compared: whom it went to cannot be told any more once people have read the new words.
    """
    rows = Round.objects.filter(notice__in=keys, is_complete=True, edition=F("notice__edition"))
    reminders = rows.filter(kind=RoundKind.REMINDER)
    last = reminders.order_by().values("notice").annotate(last=Max("created_at")).values_list("notice", "last")
    newest = Q(pk__in=[])
    for notice, moment in last:  # a day's reminder is several rounds, one for each list of notices
        newest |= Q(kind=RoundKind.REMINDER, notice=notice, created_at=moment)
    wanted = Q(kind__in=(RoundKind.FIRST, RoundKind.LADDER)) | newest
    return rows.filter(wanted).select_related("notice", "message", "only_person").order_by("pk")


def channels_of(row: Round) -> tuple[Channel, ...]:
    """By which channels the round goes that work now; a robot speaks to no person. A reminder goes by any of them."""
    if row.kind == RoundKind.REMINDER:
        return tuple(ladder.ways([row.notice]))
    return ladder.rung_of(ladder.rungs(row.notice), max(row.rung, 1))


def missing_from(row: Round, channels: tuple[Channel, ...]) -> ObligationQuerySet:
    """Open people who should have a row of a complete round, have none, and have an address of one of its channels.

    Without an address there is nothing to plan: that cause is shown as "no channel that works".
    """
    sent = Delivery.objects.filter(message=row.message_id, person=OuterRef("person")).exclude(channel__in=WEAK_CHANNELS)
    kinds = [CONTACT_OF[channel] for channel in channels if channel not in WEAK_CHANNELS]
    points = ContactPoint.objects.filter(person=OuterRef("person"), is_primary=True, dead_at__isnull=True)
    return expected_in(row).filter(~Exists(sent), Exists(points.filter(kind__in=kinds)), person__is_active=True)


def expected_in(row: Round) -> ObligationQuerySet:
    """Who is open and should have been sent this round."""
    if row.kind == RoundKind.LADDER:
        return _on_rung(row)
    return _reminded(row) if row.kind == RoundKind.REMINDER else people_of(row)


def _on_rung(row: Round) -> ObligationQuerySet:
    """Who stands on the rung now. Who has climbed past it may have had no address then, so those are looked at only
    when the round has fewer people than were planned: then some of them have lost their row.
    """
    climbing = row.notice.obligations.owed().exclude(state__in=DONE_WITH)
    if _sent_to(row) < row.recipient_count:
        return climbing.filter(rung__gte=row.rung)
    return climbing.filter(rung=row.rung)


def _sent_to(row: Round) -> int:
    return Delivery.objects.filter(message=row.message_id).aggregate(people=Count("person", distinct=True))["people"]


def _reminded(row: Round) -> ObligationQuerySet:
    """Those whose one reminder of the day this was; of a round without such a list those who were reminded then."""
    owed = open_people(row.notice, row.only_person)
    daily = DailyReminder.objects.filter(message=row.message_id)
    if daily.exists():
        return owed.filter(person__in=daily.values("person"))
    return owed.filter(created_at__lte=row.created_at, reminded_at__gte=row.created_at)


def _keep_missing(run: CheckRun, row: Round, channels: tuple[Channel, ...]) -> int:
    """Write down who is missing; gives how many are to be planned. Who was missing in an earlier run stays there."""
    query = people_query(missing_from(row, channels).values("person_id"))
    with connection.cursor() as cursor:
        values = [run.pk, row.notice_id, row.kind, row.pk, *query.params]
        cursor.execute(KEEP.format(people=query.sql), values)
        new = cursor.rowcount
    return new or MissingRow.objects.left().filter(round=row).count()


def _plan(row: Round, channels: tuple[Channel, ...], at: datetime) -> None:
    """Plan the round for whom it misses; who stands on its rung gets the time of the rung anew."""
    missing = MissingRow.objects.left().filter(round=row)
    people = list(missing.values_list("person_id", flat=True)) if row.rung else []
    if row.kind == RoundKind.REMINDER:
        told = tell_once(row, missing, at)
        Round.objects.filter(message=row.message_id).update(ways=_with(row.ways, told))
    else:
        for channel in channels:
            plan(message=row.message, people=missing.values("person_id"), channel=channel, round=row.number, at=at)
    settle_by_themselves(at, row)
    if row.rung:
        later = ladder.look_again_at(row.notice, office_time(), at)
        row.notice.obligations.owed().filter(person__in=people, rung=row.rung).update(rung_at=later)
    if row.kind == RoundKind.LADDER:
        Round.objects.filter(pk=row.pk).update(recipient_count=Greatest(F("recipient_count"), _sent_to(row)))
    mark_unreachable(row.notice)


def _with(ways: dict[str, int], told: Ways) -> dict[str, int]:
    """To how many a reminder goes by which channel, those included who were put back."""
    more = {channel.value: count for channel, count in told.people.items()}
    return {name: ways.get(name, 0) + more.get(name, 0) for name in {*ways, *more}}


def settle_by_themselves(at: datetime, row: Round | None = None) -> None:
    """Of what was left (of one round, or of all): rows that are there now are put back; where nothing is owed any more,
    or the notice is over, nothing is missing.
    """
    left = MissingRow.objects.left().filter(round=row) if row else MissingRow.objects.left().exclude(round=None)
    sent = Delivery.objects.filter(message=OuterRef("round__message"), person=OuterRef("person"))
    sent = sent.exclude(channel__in=WEAK_CHANNELS)
    left.filter(Exists(sent)).update(put_back_at=at)
    running = Notice.objects.running().filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    owed = Obligation.objects.owed().filter(
        notice=OuterRef("notice"), person=OuterRef("person"), notice__in=running.values("pk")
    )
    left.filter(~Exists(owed)).update(settled_at=at)
