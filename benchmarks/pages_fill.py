"""A college with so many requests, written by SQL: one in twenty is open, the rest are finished over two years."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection

OPEN_EVERY = 20
PEOPLE = """
INSERT INTO people_person (password, is_superuser, number, name, name_en, email, language, is_active, is_staff,
    shortcuts, created_at, version)
SELECT '', false, 'B' || n, '學生' || n, '', '', 'zh-hant', true, false, true, now(), 1
FROM generate_series(1, 500) AS n
"""
ANSWERS = """
INSERT INTO questionnaires_answerset (id, form_version_id, filled_by_id, answers, version, updated_at)
SELECT n, %(form_version)s, %(first)s + n %% 500, '{"purpose": "簽證", "remarks": "九月出行"}', 1, now()
FROM generate_series(1, %(size)s) AS n
"""
REQUESTS = """
INSERT INTO servicedesk_request (id, number, service_id, answer_set_id, requester_id, requester_unit_id,
    filed_by_id, unit_id, handler_id, title, state, priority, calendar_version_id, target_minutes, due_at, created_at,
    submitted_at, last_event_at, first_response_at, first_response_minutes, closed_at, used_minutes, within_target,
    return_count, rating, rating_note, version)
SELECT n, 'B' || n, %(service)s, n, %(first)s + n %% 500, %(unit)s, %(first)s + n %% 500, %(unit)s,
    CASE WHEN state <> 'submitted' THEN %(clerk)s + n / 20 %% 10 END,
    '在讀證明 ' || substr(md5(n::text), 1, 8), state, 0, %(calendar)s, 960,
    CASE WHEN state NOT IN ('returned', 'waiting_requester') THEN filed + interval '3 days' END, filed, filed, filed,
    CASE WHEN state <> 'submitted' THEN filed + interval '2 hours' END, CASE WHEN state <> 'submitted' THEN 120 END,
    CASE WHEN state = 'resolved' THEN filed + interval '2 days' END, CASE WHEN state = 'resolved' THEN 700 END,
    CASE WHEN state = 'resolved' THEN n %% 9 <> 0 END, 0, CASE WHEN state = 'resolved' AND n %% 7 = 0 THEN 5 END, '', 3
FROM (
    SELECT n, %(at)s - CASE WHEN n %% %(every)s = 0 THEN n %% 7 * interval '1 day' ELSE n %% 720 * interval '1 day' END
              - n %% 600 * interval '1 minute' AS filed,
        CASE WHEN n %% %(every)s <> 0 THEN 'resolved'
             ELSE (ARRAY['submitted', 'in_progress', 'in_progress', 'returned', 'waiting_requester', 'in_approval'])
                  [1 + n / %(every)s %% 6] END AS state
    FROM generate_series(1, %(size)s) AS n
) AS rows
"""
CLOCK = """
INSERT INTO servicedesk_clockentry (request_id, kind, at, reason)
SELECT id, 'start', submitted_at, '' FROM servicedesk_request
UNION ALL SELECT id, 'pause', submitted_at + interval '1 hour', '' FROM servicedesk_request
          WHERE state IN ('returned', 'waiting_requester')
UNION ALL SELECT id, 'stop', closed_at, '' FROM servicedesk_request WHERE closed_at IS NOT NULL
"""
HISTORY = """
INSERT INTO journal_entry (at, actor_id, verb, subject_type_id, subject_id, changes, note, internal)
SELECT submitted_at, requester_id, 'submit', %(kind)s, id, '{}'::jsonb, '', false FROM servicedesk_request
UNION ALL SELECT submitted_at, handler_id, 'take', %(kind)s, id, '{}'::jsonb, '', false FROM servicedesk_request
          WHERE handler_id IS NOT NULL
"""
MESSAGES = """
INSERT INTO servicedesk_requestmessage (request_id, author_id, body, internal, at)
SELECT id, handler_id, '請補一份附件。', false, submitted_at FROM servicedesk_request WHERE handler_id IS NOT NULL
"""
STEPS = """
INSERT INTO approvals_step (subject_type_id, subject_id, round, "order", name, role, state, asked_at, note, version,
    created_at)
SELECT %(kind)s, id, 1, 1, '{"en": "Approval"}', 'director', 'asked', submitted_at, '', 1, submitted_at
FROM servicedesk_request WHERE state = 'in_approval'
"""
TABLES = (
    "people_person",
    "questionnaires_answerset",
    "servicedesk_request",
    "servicedesk_clockentry",
    "journal_entry",
    "servicedesk_requestmessage",
    "approvals_step",
)


def fill(size: int) -> dict[str, object]:
    """`size` requests in the present database; gives who looks at them and one open request."""
    from apps.core.clock import now
    from apps.people.models import Person
    from tests import factories
    from tests.servicedesk import factories as desk

    clerks = [factories.clerk(f"經辦{number}") for number in range(10)]
    director = factories.director()
    service = desk.service()
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        cursor.execute(
            "SET session_replication_role = replica"
        )  # the rows are right by construction: no checks one by one
        given = {
            "size": size,
            "every": OPEN_EVERY,
            "at": now(),
            "first": Person.objects.order_by("pk").filter(number="B1").get().pk,
            "clerk": clerks[0].pk,
            "unit": service.unit_id,
            "service": service.pk,
            "calendar": desk.calendar_version().pk,
            "form_version": service.form.versions.get().pk,
            "kind": ContentType.objects.get(app_label="servicedesk", model="request").pk,
        }
        for statement in (ANSWERS, REQUESTS, CLOCK, HISTORY, MESSAGES, STEPS):
            cursor.execute(statement, given)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SELECT min(id) FROM servicedesk_request WHERE state = 'in_progress'")
        return {"clerk": clerks[0], "director": director, "request": cursor.fetchone()[0]}
