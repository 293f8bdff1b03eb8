#!/usr/bin/env python
"""How long does a sweep take when everybody of a notice climbs to the next channel, and does it grow with their number?

    benchmarks/ladder.py --people 100000 --json

Two notices of one college, one to two of its twenty departments. Nobody answers, so all people stand on chat first,
then on mail, on text message and on the phone list: each climb is one sweep of the ladder with the clock moved on.
Limits, taken in the same run: what a person costs in processor time of both processes, large to small, at most 1.2; and
the same for the number of statements, which go by chunks of people.
"""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import common

LINEAR = 1.2
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in the office
POINTS = """
INSERT INTO people_contactpoint (person_id, kind, value, is_primary, dead_cause)
SELECT id, kind, kind || number, true, '' FROM people_person, unnest(ARRAY['mail', 'phone', 'wecom']) kind
WHERE number LIKE 'B%'
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with common.scratch_database("portal_bench_ladder"):
        rows = run(options.people, options.rounds)
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if options.json else common.sentence(row), flush=True)
    return 0 if all(row.get("met", True) for row in rows) else 1


def run(large: int, rounds: int) -> list[dict[str, object]]:
    """Both sizes in turn; the first round only warms up."""
    sender, rules, small = make_college(large)
    found: dict[int, list[dict[str, float]]] = {small: [], large: []}
    for number in range(rounds + 1):
        for size, rule in zip((small, large), rules, strict=True):
            measured = climb_all(sender, rule, size)
            if number:
                found[size].append(measured)
    return lines(found, small, large)


def lines(found: dict[int, list[dict[str, float]]], small: int, large: int) -> list[dict[str, object]]:
    rows = [
        common.line("one sweep, everybody climbs", size=size, seconds=[one["seconds"] for one in found[size]])
        for size in (small, large)
    ]
    for name in ("cpu", "statements"):
        low, high = (median(one[name] for one in found[size]) for size in (small, large))
        ratio = high / low / (large / small)
        row = {"what": f"growth: {name} a person", "size": (small, large), "value": (round(low, 2), round(high, 2))}
        rows.append(row | {"ratio": round(ratio, 3), "limit": LINEAR, "met": ratio <= LINEAR})
    return rows


def make_college(people: int) -> tuple[object, tuple[object, object], int]:
    """A sender; people with a chat name, a mail address and a phone; a rule for two departments and how many they have,
    and one for all.
    """
    import fanout
    from django.conf import settings
    from django.db import connection

    from apps.notices.audience import Line, Rule
    from apps.people.models import Post, Unit
    from tests.notices import factories as notices

    settings.WECOM = {"url": "http://127.0.0.1:9", "corp_id": "c", "agent_id": "1", "secret": "s"}
    settings.SMS = {"url": "http://127.0.0.1:9", "token": "", "secret": "s", "length": 134}
    sender = fanout.make_people(people)
    with connection.cursor() as cursor:
        cursor.execute(POINTS)
    common.vacuum("people_contactpoint")
    two = Unit.objects.filter(code__startswith="bench-").order_by("pk").values_list("pk", flat=True)[:2]
    some = Rule(lines=tuple(Line(unit=unit) for unit in two))
    return sender, (some, notices.STAFF), Post.objects.filter(unit__in=list(two)).count()


def climb_all(sender: object, rule: object, size: int) -> dict[str, float]:
    """One notice from chat to the phone list: the median sweep in seconds, processor seconds and statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from fanout_growth import cpu_seconds

    from apps.notices import services
    from apps.notices.models import Obligation
    from apps.notices.models.obligation import PHONE
    from tests.notices import factories as notices

    notice = notices.published(sender, rule=rule, at=MONDAY)
    common.vacuum("notices_obligation", "delivery_delivery")
    sweeps = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    for day in range(2, 20, 3):  # longer than a rung waits, weekends included
        start, cpu = perf_counter(), cpu_seconds(backend)
        with CaptureQueriesContext(connection) as queries:
            moved = services.climb(MONDAY + timedelta(days=day))
        if moved:
            assert moved >= size, (moved, size)
            spent = {"seconds": perf_counter() - start, "cpu": cpu_seconds(backend) - cpu, "statements": len(queries)}
            sweeps.append(spent)
    on_phone_list = Obligation.objects.filter(notice=notice, rung=PHONE).count()
    assert (len(sweeps), on_phone_list) == (3, size), (len(sweeps), on_phone_list)
    Obligation.objects.filter(notice=notice).update(is_open=False)
    return {name: median(one[name] for one in sweeps) for name in sweeps[0]}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
