"""Fills a database for inbox.py with notices that were all delivered: INSERT … SELECT, indexes afterwards."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

TABLES = (
    "people_person",
    "people_post",
    "people_contactpoint",
    "delivery_message",
    "delivery_messagetext",
    "notices_notice",
    "notices_round",
    "notices_edition",
    "notices_obligation",
    "delivery_delivery",
    "delivery_evidence",
)
GROWING = ("notices_obligation", "delivery_delivery", "delivery_evidence")
MESSAGES = """
INSERT INTO delivery_message (id, source, message_class, queue, target_url, overrides_quiet_hours, created_at)
SELECT n, 'notices.notice:' || n, 'mandatory', 'notice', '', false, now() - n * interval '1 hour'
FROM generate_series(1, %(notices)s) AS n
"""
TEXTS = """
INSERT INTO delivery_messagetext (message_id, language, subject, text, html, digest)
SELECT id, 'zh-hant', '期中教學檢查安排', '請自查。', '', repeat('a', 64) FROM delivery_message
"""
NOTICES = """
INSERT INTO notices_notice (id, number, title, body, notice_class, needs_acknowledgement, audience, sender_id, unit_id,
    state, message_id, published_at, fan_out_cursor, fanned_out_at, mail_planned_at, recipient_count, version,
    created_at)
SELECT n, 'N' || n, '{"zh-hant": "期中教學檢查安排"}', '{"zh-hant": "<p>請自查。</p>"}', 'mandatory', true, '{}',
    %(sender)s, %(unit)s, 'published', n, out, 0, out, out, %(to_each)s, 3, out
FROM (SELECT n, now() - n * interval '1 hour' AS out FROM generate_series(1, %(notices)s) AS n) AS rows
"""
ROUNDS = """
INSERT INTO notices_round (notice_id, number, kind, edition, channel, rung, message_id, planned_for, recipient_count,
    is_complete, created_at)
SELECT id, 1, 'first', 1, 'mail', 0, id, published_at, %(to_each)s, true, published_at FROM notices_notice
"""
# Every notice goes to the next thousand people round the college; person 1 is among those of the first.
WHOM = "%(first)s + (notice * %(to_each)s::bigint + place) %% %(people)s"
OUT = "now() - notice * interval '1 hour'"
GRID = "FROM generate_series(%(notices)s, 1, -1) AS notice, generate_series(0, %(to_each)s - 1) AS place"
# One line in ten is acknowledged, the others were delivered and wait.
LINES = f"""
INSERT INTO notices_obligation (notice_id, person_id, reason, state, is_open, created_at, opened_at, acknowledged_at,
    receipt_number, reminders, excuse)
SELECT notice, {WHOM}, 'post::staff', CASE WHEN done THEN 'acknowledged' ELSE 'reached' END, NOT done, {OUT},
    CASE WHEN done THEN {OUT} END, CASE WHEN done THEN {OUT} END, CASE WHEN done THEN 'Q' || notice || '-' || place END,
    0, ''
FROM (SELECT notice, place, place %% 10 = 1 AS done {GRID}) AS rows
"""
DELIVERIES = f"""
INSERT INTO delivery_delivery (id, message_id, person_id, channel, address, round, state, not_before, held_reason,
    attempts, queue, handed_off_at, created_at)
SELECT (%(notices)s - notice)::bigint * %(to_each)s + place + 1, notice, {WHOM}, 'mail',
    'p' || place || '@college.example', 1, 'delivered', {OUT}, '', 1, 'notice', {OUT}, {OUT} {GRID}
"""
EVIDENCE = """
INSERT INTO delivery_evidence (message_id, person_id, delivery_id, kind, happened_at, recorded_at, source_event, detail)
SELECT message_id, person_id, id, 'delivered', created_at, created_at, 'dsn:' || id, '{}' FROM delivery_delivery
"""


def fill(rows: int, *, to_each: int, most_lines: int) -> dict[str, object]:
    """`rows` deliveries in the present database; gives the reader, the sender and the newest notice's key.

    A column that a later migration adds must have a default in the database, as all of these tables' have.
    """
    from apps.people.models import Person
    from tests import factories

    factories.calendar()
    root = factories.root_unit()
    units = [factories.unit(f"系{place}", parent=root).pk for place in range(20)]
    sender = factories.clerk("發文")
    notices = max(1, rows // to_each)
    people = max(to_each, notices * to_each // most_lines)
    make_people(people, units)
    given = {"notices": notices, "to_each": to_each, "people": people, "sender": sender.pk, "unit": root.pk}
    given["first"] = Person.objects.get(number="B1").pk
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # right by construction: no check row by row
        indexes = take_away(cursor)
        for statement in (MESSAGES, TEXTS, NOTICES, ROUNDS, LINES, DELIVERIES, EVIDENCE):
            cursor.execute(statement, given)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in ("delivery_message", "delivery_delivery", "notices_notice"):  # they were filled by number
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("SELECT person_id FROM notices_obligation WHERE notice_id = 1 ORDER BY id LIMIT 1")
        (reader,) = cursor.fetchone()
    return {"reader": Person.objects.get(pk=reader), "sender": sender, "notice": 1}


def make_people(count: int, units: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (number, name, name_en, email, language, is_active, is_staff, is_superuser,"
            " shortcuts, created_at, version, password)"
            " SELECT 'B' || n, '人' || n, '', '', 'zh-hant', true, false, false, true, now(), 1, '!'"
            " FROM generate_series(1, %s) n ORDER BY n",
            [count],
        )
        cursor.execute(
            "INSERT INTO people_post (person_id, unit_id, role, title, valid_from, is_main)"
            " SELECT id, (%s::bigint[])[1 + id %% 20], 'staff', '', '2020-09-01', true"
            " FROM people_person WHERE number LIKE 'B%%'",
            [units],
        )


def take_away(cursor: CursorWrapper) -> list[str]:
    """Drop the indexes of the tables that grow, but for those that hold a constraint; gives what makes them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [list(GROWING)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]
