"""Expected people minus rows: what should stand in the tables and does not, whenever it was lost.

Never limited to recent notices: a slice of notices at a time, by a kept cursor that begins again at the end. Each check
begins with what is expected and looks for the row (LEFT JOIN), so that a notice that lost all of its rows is seen too.
"""

from collections import Counter
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from apps.delivery.enums import WEAK_CHANNELS, Channel
from apps.delivery.models import Delivery, Evidence
from apps.delivery.services import plan
from apps.delivery.services.planning import CONTACT_OF
from apps.journal.services import record
from apps.notices import projection
from apps.notices.enums import NoticeState, ObligationState, RoundKind
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import Completeness, Notice, Obligation, Round
from apps.notices.services.rounds import mark_unreachable
from apps.notices.states import RANK_OF
from apps.people.models import ContactPoint

NAME = "completeness"
NOTICES = 50  # notices a run; each costs an index scan over its own rows
# Notices after a key that are out and are not what was frozen when the fan-out ended: (key, expected, found).
SHORT_OF_LINES = """
SELECT notice.id, notice.recipient_count, coalesce(held.found, 0)
FROM notices_notice notice
LEFT JOIN LATERAL (SELECT count(*) AS found FROM notices_obligation owed WHERE owed.notice_id = notice.id) held ON true
WHERE notice.id = ANY(%s) AND notice.fanned_out_at IS NOT NULL
  AND notice.recipient_count IS DISTINCT FROM coalesce(held.found, 0)
"""


def find_missing(at: datetime) -> Counter[str]:
    """Check the next slice of running notices; gives what was found and mended, for the log. Safe to run twice.

    A notice with too few lines is fanned out again by its frozen rule, as of the day of publishing; who has a line
    keeps it. One with too many is only counted: nobody is taken out.
    """
    state, _made = Completeness.objects.get_or_create(name=NAME)
    keys = list(
        Notice.objects.running()
        .filter(fanned_out_at__isnull=False, pk__gt=state.last_id)
        .order_by("pk")
        .values_list("pk", flat=True)[:NOTICES]
    )
    found = _lines(keys, at)
    _tell_what_is_known(keys)
    for key in _rounds(keys):
        found["deliveries"] += _plan_missing(key, at)
    found["notices"] = len(keys)
    _keep(state, keys, found, at)
    return found


def _lines(keys: list[int], at: datetime) -> Counter[str]:
    """Notices whose lines are not as many as were frozen. Those short of some go back to the fan-out."""
    with connection.cursor() as cursor:
        cursor.execute(SHORT_OF_LINES, [keys])
        differing = cursor.fetchall()
    short = [key for key, expected, found in differing if found < (expected or 0)]
    for key, expected, held in differing:
        if key in short:
            _send_back(key, [held, expected], at)
    missing = sum(expected - found for _key, expected, found in differing if expected and found < expected)
    return Counter({"lines": missing, "too_many": len(differing) - len(short)})


@transaction.atomic
def _send_back(notice_id: int, counts: list[int], at: datetime) -> None:
    """The fan-out begins anew. The count it ends with becomes the frozen one, so the difference is written down here:
    who is no member of the college any more does not come back.
    """
    locked = Notice.objects.select_for_update(no_key=True).get(pk=notice_id)
    if locked.state == NoticeState.PUBLISHED and locked.fanned_out_at:
        back = {"fan_out_cursor": 0, "fanned_out_at": None, "state": NoticeState.PUBLISHING}
        Notice.objects.filter(pk=notice_id).update(**back)
        record(actor=None, verb="lines_missing", obj=locked, changes={"people": counts}, internal=True, at=at)


def _tell_what_is_known(notices: list[int]) -> None:
    """Lines that came back say "open" although evidence about the person was kept: compute them before planning."""
    messages = Round.objects.filter(notice=OuterRef(OuterRef("notice"))).values("message")
    known = Evidence.objects.filter(message__in=messages, person=OuterRef("person"), kind__in=RANK_OF)
    stale = Obligation.objects.filter(Exists(known), notice__in=notices, state=ObligationState.OPEN)
    ids = list(stale.order_by("pk").values_list("pk", flat=True)[: projection.BATCH])
    if ids:
        projection.project(ids)


def _rounds(notices: list[int]) -> list[int]:
    """The complete rounds that carry the words of now: the first of its edition, and the newest reminder. Older
    reminders are not sent after all: who gets an address late is not to be flooded.
    """
    rows = Round.objects.filter(notice__in=notices, is_complete=True, edition=F("notice__edition"))
    first = rows.filter(kind=RoundKind.FIRST).values_list("pk", flat=True)
    reminders = rows.filter(kind=RoundKind.REMINDER).order_by("notice", "-number").distinct("notice")
    return sorted([*first, *reminders.values_list("pk", flat=True)])


def missing_from(row: Round) -> ObligationQuerySet:
    """Open people of a complete round who have an address of its channel and no row of it (of a reminder: those who
    were reminded then). Without an address there is nothing to plan: that cause is shown as "no channel that works".
    """
    sent = Delivery.objects.filter(message=row.message_id, person=OuterRef("person"))
    sent = sent.exclude(channel__in=WEAK_CHANNELS)
    reachable = ContactPoint.objects.filter(person=OuterRef("person"), is_primary=True, dead_at__isnull=True)
    if row.channel in CONTACT_OF:
        reachable = reachable.filter(kind=CONTACT_OF[Channel(row.channel)])
    owed = row.notice.obligations.owed()
    if row.kind == RoundKind.REMINDER:
        owed = owed.filter(created_at__lte=row.created_at, reminded_at__gte=row.created_at)
    if row.only_person_id:
        owed = owed.filter(person=row.only_person_id)
    if row.edition > 1 and row.kind == RoundKind.FIRST:
        owed = owed.filter(seen_edition__isnull=True)
    return owed.filter(~Exists(sent), Exists(reachable))


def _plan_missing(round_id: int, at: datetime) -> int:
    row = Round.objects.select_related("notice", "message").get(pk=round_id)
    if row.notice.is_over(at) or row.channel not in CONTACT_OF:
        return 0
    people = missing_from(row)
    if not people.exists():
        return 0
    made = plan(
        message=row.message,
        people=people.values("person_id"),
        channel=Channel(row.channel),
        round=row.number,
        at=at,
    ).planned
    mark_unreachable(row.notice)
    return made


def _keep(state: Completeness, keys: list[int], found: Counter[str], at: datetime) -> None:
    """Where to go on (from the beginning, when this was the end), and what was found for the post room."""
    is_end = len(keys) < NOTICES
    state.last_id = 0 if is_end else keys[-1]
    state.last_run_at = at
    state.full_round_at = at if is_end else state.full_round_at
    state.lines_missing += found["lines"]
    state.deliveries_planned += found["deliveries"]
    if found["lines"] or found["deliveries"] or found["too_many"]:
        state.last_found_at = at
    state.save()
