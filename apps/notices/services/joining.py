"""Who comes to fit a notice's audience later, until the day that its sender set, gets it too."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.notices.enums import NoticeState
from apps.notices.models import Notice
from apps.notices.services import ladder
from apps.notices.services.rounds import mark_unreachable

# Only who has no line yet (asked first: a conflict would use up a key for each person each minute); the reason is kept
# with each, as for the first people.
INSERT = """
INSERT INTO notices_obligation (notice_id, person_id, reason, state, is_open, created_at, reminders, excuse,
                                is_late_joiner)
SELECT %s, person_id, reason, 'open', true, %s, 0, '', true FROM ({people}) audience
WHERE NOT EXISTS (SELECT 1 FROM notices_obligation owed
                  WHERE owed.notice_id = %s AND owed.person_id = audience.person_id)
ON CONFLICT DO NOTHING
"""


def add_late_joiners(at: datetime) -> int:
    """Every notice that still takes people in; gives how many joined. Safe to repeat: whoever has a line is left alone.

    Whoever is not on the ladder yet is put on it, so a run that died after the lines loses nobody.
    """
    today = timezone.localtime(at).date()
    taking = Notice.objects.filter(state=NoticeState.PUBLISHED, joins_until__gte=today, mail_planned_at__isnull=False)
    return sum(_take_in(notice, today, at) for notice in taking.select_related("message").order_by("pk"))


def _take_in(notice: Notice, today: date, at: datetime) -> int:
    joined = _insert(notice, today, at)
    late = notice.obligations.owed().filter(rung=0, is_late_joiner=True)
    if late.exists():
        ladder.plan_first_rung(notice=notice, message=notice.message, people=late.values("person_id"), at=at)
        ladder.start(notice=notice, lines=late, at=at)
    if joined:
        mark_unreachable(notice)
    return joined


@transaction.atomic
def _insert(notice: Notice, today: date, at: datetime) -> int:
    """The count of people is kept with the notice, in the same transaction."""
    Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    people, params = notice.rule.people(today)
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(people=people), [notice.pk, at, *params, notice.pk])
        joined = cursor.rowcount
    Notice.objects.filter(pk=notice.pk).update(recipient_count=F("recipient_count") + joined)
    return joined
