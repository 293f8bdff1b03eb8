"""A term of notices: published by the real services, then given a past of mails, openings and receipts in SQL."""

from datetime import datetime, timedelta
from random import Random

from django.db import connection

from apps.core.calendar import office_time
from apps.demo.college import College, words
from apps.demo.notice_texts import NOTICES, DemoNotice
from apps.demo.people import Cast
from apps.demo.publishing import publish_approved
from apps.notices import projection
from apps.notices.audience import Line, Rule
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.notices.services import complete_round, create_draft, expire_due, fan_out
from apps.people.enums import Role
from apps.people.models import Group

# Each delivery draws one number; the shares below cut it up. `chance` is a steady random number per delivery and salt.
CHANCE = "((hashtext(delivery.id::text || %(salt)s) & 1048575) / 1048576.0)"
SETTLE = f"""
UPDATE delivery_delivery delivery SET
    state = CASE WHEN {CHANCE} < 0.008 THEN 'bounced_hard' WHEN {CHANCE} < 0.5 THEN 'delivered' ELSE 'handed_off' END,
    attempts = 1, handed_off_at = delivery.not_before + interval '40 seconds'
WHERE delivery.message_id = %(message)s AND delivery.channel = 'mail'
"""  # noqa: S608 (constants)
EVIDENCE = """
INSERT INTO delivery_evidence (message_id, person_id, delivery_id, kind, happened_at, recorded_at, source_event, detail)
SELECT delivery.message_id, delivery.person_id, delivery.id, %(kind)s, {moment}, {moment},
       'demo:' || delivery.id || ':' || %(kind)s, %(detail)s::jsonb
FROM delivery_delivery delivery
WHERE delivery.message_id = %(message)s AND delivery.channel = 'mail' AND {condition}
"""
HANDED_OFF = EVIDENCE.format(moment="delivery.handed_off_at", condition="true")
SETTLED = EVIDENCE.format(moment="delivery.handed_off_at + interval '3 minutes'", condition="delivery.state = %(kind)s")
# What people did: the sooner they draw, the earlier they did it; what lies in the future has not happened.
ACTED = """
INSERT INTO delivery_evidence (message_id, person_id, delivery_id, kind, happened_at, recorded_at, source_event, detail,
                               recorded_by_id)
SELECT %(message)s, acted.person_id, NULL, %(kind)s, acted.moment, acted.moment,
       'demo:' || acted.id || ':' || %(kind)s,
       CASE WHEN %(kind)s = 'acknowledged'
            THEN jsonb_build_object('receipt', 'D-' || upper(lpad(to_hex(acted.id), 7, '0'))) ELSE '{}'::jsonb END,
       acted.person_id
FROM (
    SELECT owed.id, owed.person_id, draw,
           %(start)s + interval '1 minute' * (20 + draw * draw * 9000) + %(delay)s AS moment
    FROM (SELECT id, person_id, (hashtext(id::text || %(salt)s) & 1048575) / 1048576.0 AS draw
          FROM notices_obligation WHERE notice_id = %(notice)s) owed
) acted
WHERE acted.draw < %(share)s AND acted.moment <= %(at)s
"""


def make_notices(cast: Cast, college: College, *, random: Random, at: datetime) -> int:
    """The term's notices with their evidence; gives how many."""
    rules = _rules()
    for spec in NOTICES:
        notice = _publish(spec, rules[spec.audience], cast, college, at)
        _give_past(notice, spec, salt=str(random.random()), at=at)
    expire_due(at)
    return len(NOTICES)


def _rules() -> dict[str, Rule]:
    committee = Group.objects.get(code="academic-committee")
    return {
        "all": Rule(lines=(Line(roles=(Role.STUDENT, Role.STAFF, Role.CLERK, Role.UNIT_SECRETARY)),)),
        "staff": Rule(lines=(Line(roles=(Role.STAFF, Role.CLERK, Role.UNIT_SECRETARY)),)),
        "students": Rule(lines=(Line(roles=(Role.STUDENT,)),)),
        "committee": Rule(groups=(committee.pk,)),
    }


def _publish(spec: DemoNotice, rule: Rule, cast: Cast, college: College, at: datetime) -> Notice:
    working = office_time()
    start = working.next_opening(at - timedelta(days=spec.days_ago)) + timedelta(minutes=15)
    start = min(start, at - timedelta(minutes=90))
    deadline = working.end_of_day(working.next_working_day(working.day(start), spec.open_days))
    values = {
        "title": words(*spec.title),
        "body": words(*(f"<p>{text}</p>" for text in spec.body)),
        "notice_class": NoticeClass.MANDATORY if spec.acknowledge else NoticeClass.OPTIONAL,
        "needs_acknowledgement": spec.acknowledge,
        "audience": rule.as_json(),
        "unit": college.office,
        "publish_at": None,
        "acknowledge_by": deadline if spec.acknowledge else None,
        "expires_at": deadline + timedelta(days=7),
    }
    notice = create_draft(actor=cast.by_login["clerk"], values=values, at=start - timedelta(hours=1))
    notice = publish_approved(notice, cast.by_login["clerk"], start)
    notice.reminder_steps.filter(due_at__lte=at).delete()  # nothing was sent in the past that is made up here
    fan_out(notice.pk, start)
    for row in notice.rounds.all():
        complete_round(row.pk, start)
    notice.refresh_from_db()
    return notice


def _give_past(notice: Notice, spec: DemoNotice, *, salt: str, at: datetime) -> None:
    base = {"message": notice.message_id, "notice": notice.pk, "salt": salt, "at": at, "start": notice.published_at}
    smtp = '{"answer": "250 2.0.0 queued"}'
    dsn = '{"answer": "550 5.1.1 user unknown"}'
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, base)
        cursor.execute(HANDED_OFF, base | {"kind": "handed_off", "detail": smtp})
        cursor.execute(SETTLED, base | {"kind": "delivered", "detail": smtp})
        cursor.execute(SETTLED, base | {"kind": "bounced_hard", "detail": dsn})
        cursor.execute(ACTED, base | {"kind": "opened", "share": 0.93, "delay": timedelta()})
        if spec.acknowledge:
            cursor.execute(ACTED, base | {"kind": "acknowledged", "share": 0.88, "delay": timedelta(minutes=2)})
    projection.project_notice(notice)
