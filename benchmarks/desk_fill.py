"""Fills a database for desk.py with requests: INSERT … SELECT, indexes afterwards.

Words that are looked for stand in as many requests of each size (SELDOM), or in every third (OFTEN), so that the pages
that are compared show as many rows.
"""

from django.db import connection
from inbox_fill import make_people

SELDOM_TITLE, SELDOM_MESSAGE, OFTEN = "琥珀", "翡翠", "證明"
SELDOM_ROWS = 60  # a page of 50 and some
OPEN_AT_LEAST = 500
OPEN_SHARE = 50  # one in so many is open
TABLES = (
    "questionnaires_answerset",
    "servicedesk_request",
    "servicedesk_requesttext",
    "servicedesk_requestmessage",
    "servicedesk_clockentry",
    "people_person",
    "people_post",
)
# Two signs of its own in each answer: real texts hold thousands of different words, and PostgreSQL plans by that.
ANSWERS = """
INSERT INTO questionnaires_answerset (id, form_version_id, filled_by_id, answers, version, updated_at)
SELECT n, %(version)s, %(first)s + n %% %(people)s, jsonb_build_object('purpose', '簽證' || own), 1, now()
FROM (SELECT n, chr(19968 + mod(n::bigint * 7919, 20000)::int) || chr(19968 + mod(n::bigint * 10007, 20011)::int) AS own
      FROM generate_series(1, %(rows)s) n) AS rows
"""
# The last %(open)s are open. Of ten of these: four nobody has, four are the clerk's, two another's and wait.
REQUESTS = """
INSERT INTO servicedesk_request (id, number, service_id, answer_set_id, requester_id, requester_unit_id, filed_by_id,
    unit_id, handler_id, title, state, priority, calendar_version_id, target_minutes, due_at, created_at, submitted_at,
    last_event_at, closed_at, return_count, reopen_count, rating_note, version)
SELECT n, 'R2026-' || lpad(n::text, 8, '0'), %(service)s, n, %(first)s + n %% %(people)s,
    (%(units)s::bigint[])[1 + n %% 20], %(first)s + n %% %(people)s, %(unit)s,
    CASE WHEN is_open AND n %% 10 < 4 THEN NULL WHEN n %% 10 < 8 THEN %(clerk)s ELSE %(other)s END,
    CASE WHEN n %% 3 = 0 THEN '在讀證明' ELSE '教室借用' END
        || CASE WHEN n %% (%(rows)s / %(seldom)s) = 1 THEN %(seldom_title)s ELSE '' END,
    CASE WHEN NOT is_open THEN 'resolved' WHEN n %% 10 < 4 THEN 'submitted' WHEN n %% 10 < 8 THEN 'in_progress'
        ELSE 'waiting_requester' END,
    CASE WHEN n %% 17 = 0 THEN 1 ELSE 0 END, %(calendar)s, 960,
    CASE WHEN NOT is_open OR n %% 10 < 8
        THEN filed + CASE WHEN n %% 2 = 0 THEN interval '20 years' ELSE interval '3 days' END END,
    filed, filed, filed + interval '1 hour', CASE WHEN NOT is_open THEN filed + interval '2 days' END, 0, 0, '', 1
FROM (SELECT n, n > %(rows)s - %(open)s AS is_open,
          now() - interval '5 days' - (%(rows)s - n) * interval '5 minutes' AS filed
      FROM generate_series(1, %(rows)s) AS n) AS rows
"""
# Ten messages on every tenth request.
MESSAGES = """
INSERT INTO servicedesk_requestmessage (request_id, author_id, body, internal, at)
SELECT n, %(clerk)s,
    '第 ' || place || ' 句：' || CASE WHEN n %% 3 = 0 THEN '請補上證明文件。' ELSE '已收到，正在辦理。' END
    || CASE WHEN place = 7 AND n / 10 %% greatest(%(rows)s / 10 / %(seldom)s, 1) = 0 THEN %(seldom_message)s
        ELSE '' END,
    place %% 5 = 0, now() - interval '4 days'
FROM generate_series(10, %(rows)s, 10) AS n, generate_series(1, 10) AS place
"""
TEXTS = """
INSERT INTO servicedesk_requesttext (request_id, said, office)
SELECT r.id, lower(r.number) || chr(10) || r.title || chr(10) || (a.answers ->> 'purpose')
    || coalesce(chr(10) || m.said, ''), coalesce(m.office, '')
FROM servicedesk_request r JOIN questionnaires_answerset a ON a.id = r.answer_set_id LEFT JOIN (
    SELECT request_id, string_agg(folded, chr(10) ORDER BY id) FILTER (WHERE NOT internal) AS said,
        string_agg(folded, chr(10) ORDER BY id) FILTER (WHERE internal) AS office
    FROM (SELECT *, lower(normalize(body, NFKC)) AS folded FROM servicedesk_requestmessage) AS folded
    GROUP BY request_id
) m ON m.request_id = r.id
"""


def fill(rows: int) -> dict[str, object]:
    """`rows` requests in the present database; gives the people and keys that the pages need."""
    from apps.people.models import Person
    from apps.servicedesk.models import Request
    from apps.servicedesk.services.texts import rebuild_texts
    from tests import factories
    from tests.servicedesk import factories as desk

    service = desk.service()
    root = factories.root_unit()
    units = [factories.unit(f"系{place}", parent=root).pk for place in range(20)]
    clerk, other, director = factories.clerk("科員甲"), factories.clerk("科員乙"), factories.director()
    people = max(rows // 10, 50)
    make_people(people, units)
    given = {
        "rows": rows, "open": max(OPEN_AT_LEAST, rows // OPEN_SHARE), "people": people, "units": units,
        "first": Person.objects.get(number="B1").pk, "service": service.pk, "unit": service.unit_id,
        "version": service.form.versions.get().pk, "clerk": clerk.pk, "other": other.pk,
        "calendar": desk.calendar_version().pk, "seldom": SELDOM_ROWS, "seldom_title": SELDOM_TITLE,
        "seldom_message": SELDOM_MESSAGE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # right by construction: no check row by row
        indexes = take_away(cursor)
        for statement in (ANSWERS, REQUESTS, MESSAGES, TEXTS):
            cursor.execute(statement, given)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in ("questionnaires_answerset", "servicedesk_request"):  # they were filled by number
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    newest = Request.objects.filter(pk__gt=rows - 500)
    if differing := list(rebuild_texts(write=False, only=newest)):
        raise SystemExit(f"The words were not filled as the portal keeps them: {differing[0]}")
    return given | {"clerk": clerk, "other": other, "director": director, "request": rows - rows % 10}


def take_away(cursor: object) -> list[str]:
    """Drop the indexes of the tables that grow, but for those that hold a constraint; gives what makes them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND tablename LIKE 'servicedesk%%'"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [list(TABLES)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]
