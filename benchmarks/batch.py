#!/usr/bin/env python
"""How long does a class, and a whole year of students, wait for its certificates?

    benchmarks/batch.py --people 1000 --json

One batch of a tenth and one of all: looking at everybody (what a page waits for), numbers, sheets and the file to print
(what the worker does). Limit, taken in the same run: what a person costs in processor time, large to small, at most
1.2. The size of the file to print is said beside.
"""

import argparse
import json
import sys
from time import perf_counter, process_time

import common

LINEAR = 1.2
LOOKS = 4  # the first of a size reads much once: the quickest counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with common.scratch_database("portal_bench_batch"):
        rows = run(options.people)
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if options.json else common.sentence(row), flush=True)
    return 0 if all(row.get("met", True) for row in rows) else 1


def run(large: int) -> list[dict[str, object]]:
    small = max(large // 10, 1)
    people, service, clerk = make_class(large)
    issue(people[:1], service, clerk)  # only warms up
    found = {size: issue(people[:size], service, clerk) for size in (small, large)}
    rows = [
        common.line(step, size=size, seconds=[found[size][step]])
        for size in found
        for step in ("look", "issue and draw")
    ]
    rows += [{"what": "file to print, MB", "size": size, "value": found[size]["megabytes"]} for size in found]
    for step in ("look cpu", "issue cpu"):
        low, high = found[small][step], found[large][step]
        ratio = high / low / (large / small)
        row = {"what": f"growth: {step} a person", "size": (small, large), "value": (round(low, 2), round(high, 2))}
        rows.append(row | {"ratio": round(ratio, 3), "limit": LINEAR, "met": ratio <= LINEAR})
    return rows


def make_class(count: int) -> tuple[list[object], object, object]:
    from tests import factories
    from tests.servicedesk import factories as desk

    service, clerk = desk.certificate_service(), factories.clerk()
    room = factories.unit("軟件2303班", kind="class", parent=factories.root_unit())
    return [factories.student(f"同學{number}", at=room) for number in range(count)], service, clerk


def issue(people: list[object], service: object, clerk: object) -> dict[str, float]:
    """Seconds and processor seconds of both steps for one batch."""
    from apps.servicedesk.services import batches
    from tests.servicedesk import factories as desk

    given = {"answers": {"purpose": "實習"}, "language": "zh-hant", "source": "x"}
    version, looks = desk.paper_version(), []
    for _time in range(LOOKS):
        begun, used = perf_counter(), process_time()
        batch = batches.check_batch(service=service, version=version, people=people, actor=clerk, **given)
        looks.append({"look": perf_counter() - begun, "look cpu": process_time() - used})
    found = min(looks, key=lambda look: look["look cpu"])
    batches.issue_batch(batch=batch, actor=clerk)
    begun, used = perf_counter(), process_time()
    batches.run_batch(batch.pk)
    batch.refresh_from_db()
    seconds = {"issue and draw": perf_counter() - begun, "issue cpu": process_time() - used}
    return found | seconds | {"megabytes": round(batch.combined.size / 1e6, 1)}


if __name__ == "__main__":
    sys.exit(main())
