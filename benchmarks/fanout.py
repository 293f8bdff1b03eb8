#!/usr/bin/env python
"""From "publish" to every recipient's inbox, beside a bare chunked INSERT … SELECT of the same rows.

    benchmarks/fanout.py --recipients 100000 --rounds 5 --json
    benchmarks/fanout.py --growth 100000 1000000 --rounds 1 --json    (linear in time, flat in memory: fanout_growth.py)

Makes a database of its own beside the one of DATABASE_URL and drops it at the end. Each round measures, one after the
other (so that a busy machine disturbs all alike): the portal's publish and fan-out; the same rows into a bare table of
the same shape (indexes, constraints, foreign keys); and into one without foreign keys. Ratios are medians over rounds.
"""

import argparse
import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import common
import fanout_growth

LIMIT = 1.5
CHUNK = 5_000
DEPARTMENTS = 20


def main() -> int:
    options = read_options()
    with common.scratch_database("portal_bench_fanout"):
        rows = (
            fanout_growth.run(*options.growth, options.rounds)
            if options.growth
            else run(options.recipients, options.rounds)
        )
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if options.json else common.sentence(row), flush=True)
    return 0 if all(row.get("met", True) for row in rows) else 1


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", type=int, nargs=2, metavar=("SMALL", "LARGE"), help="compare two sizes instead")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def run(recipients: int, rounds: int) -> list[dict[str, object]]:
    """The rounds, in the scratch database; the first one only warms up."""
    sender = make_people(recipients)
    make_bare_tables()
    ways: dict[str, Callable[[], float]] = {
        "fan-out": lambda: fan_out(sender, recipients),
        "bare": lambda: bare("bare_obligation", recipients),
        "bare without foreign keys": lambda: bare("free_obligation", recipients),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            seconds = way()
            if number:
                times[name].append(seconds)
    return lines(times, recipients)


def lines(times: dict[str, list[float]], recipients: int) -> list[dict[str, object]]:
    """One line a way; the fan-out's own carries its ratios. A ratio is taken within each round, then the median."""
    ratios = {
        base: median(ours / theirs for ours, theirs in zip(times["fan-out"], times[base], strict=True))
        for base in ("bare", "bare without foreign keys")
    }
    rows = [common.line(name, size=recipients, seconds=found) for name, found in times.items()]
    rows[0] |= {
        "ratio": round(ratios["bare"], 2),
        "limit": LIMIT,
        "met": ratios["bare"] <= LIMIT,
        "ratio_without_foreign_keys": round(ratios["bare without foreign keys"], 2),
    }
    return rows


def make_people(count: int) -> object:
    """`count` members of staff in twenty departments, and a clerk who sends."""
    from tests import factories

    factories.calendar()
    clerk = factories.clerk()
    for place in range(DEPARTMENTS):
        factories.unit(f"系{place}", code=f"bench-{place}", parent=factories.root_unit())
    add_people(1, count)
    return clerk


def add_people(first: int, last: int) -> None:
    """Members of staff with these numbers, spread over the departments."""
    from django.db import connection

    from apps.people.models import Unit

    units = list(Unit.objects.filter(code__startswith="bench-").order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (number, name, name_en, email, language, is_active, is_staff, is_superuser,"
            " shortcuts, created_at, version, password)"
            " SELECT 'B' || n, '人' || n, '', '', 'zh-hant', true, false, false, true, now(), 1, '!'"
            " FROM generate_series(%s, %s) n",
            [first, last],
        )
        cursor.execute(
            "INSERT INTO people_post (person_id, unit_id, role, title, valid_from, is_main)"
            " SELECT id, (%s::bigint[])[1 + id %% %s], 'staff', '', '2020-09-01', true"
            " FROM people_person WHERE number LIKE 'B%%' AND substr(number, 2)::bigint >= %s",
            [units, len(units), first],
        )
    common.vacuum("people_person", "people_post")


def make_bare_tables() -> None:
    """Two tables of the obligation's shape: with its foreign keys, deferred as Django has them, and without."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("bare_obligation", "free_obligation"):
            cursor.execute(f"CREATE TABLE {table} (LIKE notices_obligation INCLUDING ALL)")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'notices_obligation'::regclass AND contype = 'f'"
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE bare_obligation ADD CONSTRAINT "b_{name[:50]}" {definition}')


def fan_out(sender: object, recipients: int) -> float:
    """Seconds from publish() to the last inbox; the line in the inbox is the obligation."""
    from apps.notices import services
    from apps.notices.models import Obligation
    from tests.notices import factories as notices

    notice = notices.draft(sender)
    common.vacuum("notices_obligation")
    start = perf_counter()
    published = services.publish(notice=notice, actor=sender)
    services.fan_out(published.pk)
    seconds = perf_counter() - start
    assert Obligation.objects.filter(notice=notice).count() == recipients
    return seconds


def bare(table: str, recipients: int) -> float:
    """Seconds for the newest notice's rows into `table`, by chunks of their keys, each its own commit."""
    from django.db import connection, transaction

    columns = "notice_id, person_id, reason, state, is_open, created_at, reminders, excuse"
    common.vacuum(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(notice_id) FROM notices_obligation")
        (notice,) = cursor.fetchone()
        cursor.execute("SELECT min(id) - 1, max(id) FROM notices_obligation WHERE notice_id = %s", [notice])
        first, last = cursor.fetchone()
        start = perf_counter()
        for after in range(first, last, CHUNK):
            with transaction.atomic():
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} FROM notices_obligation"
                    " WHERE id > %s AND id <= %s AND notice_id = %s",
                    [after, after + CHUNK, notice],
                )
        seconds = perf_counter() - start
        cursor.execute(f"SELECT count(*) FROM {table} WHERE notice_id = %s", [notice])
        assert cursor.fetchone() == (recipients,)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
