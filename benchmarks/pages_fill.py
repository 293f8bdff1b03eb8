"""A college with so many requests and as many notices' lines, written by SQL in under a minute.

An office works through what comes in: what grows over the years is the finished part, the backlog stays. So `open` is
given apart from `size`: the open requests are the last ones filed, spread evenly over the twelve PROFILES, so that
every list and every section of the director's page has more rows than it shows already in the smallest database.
Notices likewise: all reach the reader, the newest sixty have people who still owe an answer.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.backends.utils import CursorWrapper

CLERKS = 5
STUDENTS = 500
OWED_NOTICES = 60  # more than one page of the inbox
PLANTED = 60  # requests that the rare word of a search finds, more than one page
PEOPLE = """
INSERT INTO people_person (password, is_superuser, number, name, name_en, email, language, is_active, is_staff,
    shortcuts, created_at, version)
SELECT '', false, 'B' || n, '學生' || n, '', '', 'zh-hant', true, false, true, now(), 1
FROM generate_series(1, %(students)s) AS n
"""
ANSWERS = """
INSERT INTO questionnaires_answerset (id, form_version_id, filled_by_id, answers, version, updated_at)
SELECT n, %(form_version)s, %(first)s + n %% %(students)s, '{"purpose": "簽證", "remarks": "九月出行"}', 1, now()
FROM generate_series(1, %(size)s) AS n
"""
# state, who has it, due in so many days, silent for so many days
PROFILES = """
    (0, 'submitted', 'nobody', -2, 0), (1, 'submitted', 'nobody', 6, 0), (2, 'submitted', 'nobody', 9, 1),
    (3, 'in_progress', 'clerk', -4, 1), (4, 'in_progress', 'clerk', 0, 1), (5, 'in_progress', 'clerk', 8, 0),
    (6, 'in_progress', 'clerk', 9, 8), (7, 'in_progress', 'director', 10, 0), (8, 'returned', 'clerk', NULL, 1),
    (9, 'waiting_requester', 'clerk', NULL, 9), (10, 'in_approval', 'clerk', 7, 1), (11, 'in_approval', 'clerk', 8, 0)
"""
# One title in eleven times two holds 成績單; the planted ones 校友卡. Finished ones were filed 10 to 730 days ago.
REQUESTS = f"""
INSERT INTO servicedesk_request (id, number, service_id, answer_set_id, requester_id, requester_unit_id,
    filed_by_id, unit_id, handler_id, title, state, priority, calendar_version_id, target_minutes, due_at, created_at,
    submitted_at, last_event_at, first_response_at, first_response_minutes, closed_at, used_minutes, within_target,
    return_count, reopen_count, rating, rating_note, version)
SELECT n, 'B' || n, %(service)s, n, %(first)s + n %% %(students)s, %(unit)s, %(first)s + n %% %(students)s, %(unit)s,
    CASE has WHEN 'clerk' THEN %(clerk)s + n / 12 %% {CLERKS} WHEN 'director' THEN %(director)s END,
    CASE WHEN n %% (%(size)s / {PLANTED}) = 0 THEN '補辦校友卡' WHEN n %% 11 < 2 THEN '成績單' ELSE '在讀證明' END
        || ' ' || substr(md5(n::text), 1, 8),
    state, 0, %(calendar)s, 960, CASE WHEN state = 'resolved' THEN filed + interval '3 days'
        ELSE %(at)s + due * interval '1 day' + (60 + n %% 600) * interval '1 minute' END,
    filed, filed, CASE WHEN state = 'resolved' THEN filed + interval '2 days'
        ELSE %(at)s - silent * interval '1 day' - n %% 600 * interval '1 minute' END,
    CASE WHEN has <> 'nobody' THEN filed + interval '2 hours' END, CASE WHEN has <> 'nobody' THEN 120 END,
    CASE WHEN state = 'resolved' THEN filed + interval '2 days' END, CASE WHEN state = 'resolved' THEN 700 END,
    CASE WHEN state = 'resolved' THEN n %% 9 <> 0 END, 0, 0, CASE WHEN state = 'resolved' AND n %% 7 = 0
        THEN 5 END, '', 3
FROM (
    SELECT n, coalesce(state, 'resolved') AS state, coalesce(has, 'clerk') AS has, due, silent,
        %(at)s - CASE WHEN state IS NULL THEN 10 + n %% 720 ELSE n %% 10 END * interval '1 day'
               - n %% 600 * interval '1 minute' AS filed
    FROM generate_series(1, %(size)s) AS n
    LEFT JOIN (VALUES {PROFILES}) AS profile (code, state, has, due, silent)
        ON n > %(size)s - %(open)s AND code = n %% 12
) AS rows
ORDER BY n
"""
CLOCK = """
INSERT INTO servicedesk_clockentry (request_id, kind, at, reason)
SELECT id, 'start', submitted_at, '' FROM servicedesk_request
UNION ALL SELECT id, 'pause', submitted_at + interval '1 hour', '' FROM servicedesk_request
          WHERE state IN ('returned', 'waiting_requester')
UNION ALL SELECT id, 'answered', first_response_at, '' FROM servicedesk_request WHERE first_response_at IS NOT NULL
UNION ALL SELECT id, 'stop', closed_at, '' FROM servicedesk_request WHERE closed_at IS NOT NULL
"""
HISTORY = """
INSERT INTO journal_entry (at, actor_id, verb, subject_type_id, subject_id, changes, note, internal)
SELECT submitted_at, requester_id, 'submit', %(kind)s, id, '{}'::jsonb, '', false FROM servicedesk_request
UNION ALL SELECT submitted_at, handler_id, 'take', %(kind)s, id, '{}'::jsonb, '', false FROM servicedesk_request
          WHERE handler_id IS NOT NULL
"""
TALK = """
INSERT INTO servicedesk_requestmessage (request_id, author_id, body, internal, at)
SELECT id, handler_id, '請補一份附件。', false, submitted_at FROM servicedesk_request WHERE handler_id IS NOT NULL
"""
TEXTS = """
INSERT INTO servicedesk_requesttext (request_id, said, office)
SELECT id, lower(concat_ws(chr(10), number, title, '簽證', '九月出行', CASE WHEN handler_id IS NOT NULL
    THEN '請補一份附件。' END)), ''
FROM servicedesk_request
"""
STEPS = """
INSERT INTO approvals_step (subject_type_id, subject_id, round, "order", name, role, state, asked_at, note, version,
    created_at, decided_at, decided_by_id)
SELECT %(kind)s, id, 1, 1, '{"en": "Approval"}', 'director',
    CASE WHEN closed_at IS NULL THEN 'asked' ELSE 'approved' END, submitted_at, '', 1, submitted_at, closed_at,
    CASE WHEN closed_at IS NOT NULL THEN %(director)s END
FROM servicedesk_request WHERE state = 'in_approval' OR closed_at IS NOT NULL AND id %% 6 = 0
"""
MESSAGES = """
INSERT INTO delivery_message (id, source, message_class, queue, target_url, overrides_quiet_hours, created_at)
SELECT n, 'notices.notice:' || n, 'mandatory', 'notice', '', false, %(at)s - n * interval '1 hour'
FROM generate_series(1, %(notices)s) AS n
"""
NOTICES = """
INSERT INTO notices_notice (id, number, title, body, notice_class, needs_acknowledgement, audience, sender_id, unit_id,
    state, message_id, acknowledge_by, published_at, fan_out_cursor, fanned_out_at, mail_planned_at, recipient_count,
    version, created_at)
SELECT n, 'N' || n, '{"zh-hant": "期中教學檢查安排"}', '{"zh-hant": "<p>請自查。</p>"}', 'mandatory', true, '{}',
    %(clerk)s, %(unit)s, 'published', n,
    CASE WHEN n %% 4 = 0 THEN out + interval '12 hours' END, out, 0, out, out, %(size)s / %(notices)s, 3, out
FROM (SELECT n, %(at)s - n * interval '1 hour' AS out FROM generate_series(1, %(notices)s) AS n) AS rows
"""
# The first two places of each notice are the clerk and the director; of the newest notices some places are open.
LINES = f"""
INSERT INTO notices_obligation (notice_id, person_id, reason, state, is_open, created_at, opened_at, acknowledged_at,
    receipt_number, reminders, excuse)
SELECT notice, CASE place WHEN 1 THEN %(clerk)s WHEN 2 THEN %(director)s ELSE %(first)s + place - 3 END, 'staff',
    CASE WHEN owes THEN 'notified' ELSE 'acknowledged' END, owes, out, CASE WHEN NOT owes THEN out END,
    CASE WHEN NOT owes THEN out END, CASE WHEN NOT owes THEN 'Q' || notice || '-' || place END, 0, ''
FROM (SELECT notice, place, notice <= {OWED_NOTICES} AND place <= %(open)s / {OWED_NOTICES} AS owes,
             %(at)s - notice * interval '1 hour' AS out
      FROM generate_series(%(notices)s, 1, -1) AS notice, generate_series(1, %(size)s / %(notices)s) AS place) AS rows
"""
MAILS = """
INSERT INTO delivery_delivery (message_id, person_id, channel, address, round, state, not_before, held_reason, attempts,
    queue, handed_off_at, created_at)
SELECT notice_id, person_id, 'mail', 'p' || person_id || '@college.example', 1, 'delivered', created_at, '', 1,
    'notice', created_at, created_at
FROM notices_obligation
"""
TABLES = (
    "people_person",
    "questionnaires_answerset",
    "servicedesk_request",
    "servicedesk_requesttext",
    "servicedesk_clockentry",
    "journal_entry",
    "servicedesk_requestmessage",
    "approvals_step",
    "delivery_message",
    "notices_notice",
    "notices_obligation",
    "delivery_delivery",
)


def fill(size: int, *, open: int) -> dict[str, object]:
    """`size` requests and lines of notices in the present database, of which `open` are not done.

    Gives who looks at them ("clerk", "director") and an open request. No checks one by one: the rows are right by
    construction.
    """
    from tests import factories

    clerks = [factories.clerk(f"經辦{number}") for number in range(CLERKS)]
    director = factories.director()
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"students": STUDENTS})
        cursor.execute("SET session_replication_role = replica")
        given = values(size, open) | {"clerk": clerks[0].pk, "director": director.pk}
        index = take_away(cursor, "servicedesk_title_grams")  # made anew at the end: by far faster than row by row
        for statement in (
            ANSWERS,
            REQUESTS,
            index,
            CLOCK,
            HISTORY,
            TALK,
            TEXTS,
            STEPS,
            MESSAGES,
            NOTICES,
            LINES,
            MAILS,
        ):
            cursor.execute(statement, given)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(  # the clerk's own, and of one profile: what may be done with it decides what its page asks for
            "SELECT min(id) FROM servicedesk_request WHERE state = 'in_progress' AND id %% 12 = 5 AND handler_id = %s",
            [clerks[0].pk],
        )
        return {"clerk": clerks[0], "director": director, "request": cursor.fetchone()[0]}


def take_away(cursor: CursorWrapper, index: str) -> str:
    """Drop an index; gives the statement that makes it again."""
    cursor.execute("SELECT replace(indexdef, '%%', '%%%%') FROM pg_indexes WHERE indexname = %s", [index])
    (definition,) = cursor.fetchone()
    cursor.execute(f'DROP INDEX "{index}"')
    return definition


def values(size: int, open: int) -> dict[str, object]:
    """What the statements are given beside the people who look."""
    from apps.core.clock import now
    from apps.people.models import Person
    from tests.servicedesk import factories as desk

    service = desk.service()
    return {
        "size": size,
        "open": open,
        "students": STUDENTS,
        "notices": max(OWED_NOTICES, size // STUDENTS),
        "at": now(),
        "first": Person.objects.get(number="B1").pk,
        "unit": service.unit_id,
        "service": service.pk,
        "calendar": desk.calendar_version().pk,
        "form_version": service.form.versions.get().pk,
        "kind": ContentType.objects.get(app_label="servicedesk", model="request").pk,
    }
