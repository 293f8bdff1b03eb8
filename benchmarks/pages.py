#!/usr/bin/env python
"""Do the main pages stay as fast when the office has two hundred times as many requests?

    benchmarks/pages.py --small 1000 --large 200000 --json

Two comparisons with the small database. "same backlog": both have as many open requests and open lines of notices (half
of the small one); what was finished has grown, as it does in an office that keeps up. "backlog grown": one in twenty of
the large database is open too (10,000 of 200,000), an office that is drowning. In each database every list has more
than a page of rows and every section of the director's page more than it shows.

Makes databases of their own beside the one of DATABASE_URL, each with a process that answers through Django's test
client, and drops them at the end. They are asked in turn, a few requests each, so that a busy machine disturbs all
alike. Beside the pages stands a bare signed-in page with a table of fifty rows. Limit: the same number of queries, and
the 95th percentile at most 1.3 times as long. Addresses may be given: "clerk " or "director " before one says who asks,
"{request}" stands for an open request.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter

import common

LIMIT = 1.3
GROWN_OPEN_EVERY = 20
BATCH = 5
WHO = ("clerk", "director")
PAGES = (
    "clerk /bare",
    "clerk /requests/list/?chip=mine",
    "clerk /requests/list/?chip=unassigned",
    "clerk /requests/list/?chip=all",
    "clerk /requests/list/?chip=all&q=校友卡",
    "clerk /requests/list/?chip=all&q=成績",
    "clerk /requests/{request}",
    "clerk /notices/",
    "director /",
)


def main() -> int:
    options = read_options()
    if options.serve:
        return serve(*options.serve)
    met = True
    for row in compare(options):
        print(json.dumps(row, ensure_ascii=False) if options.json else common.sentence(row), flush=True)
        met = met and row["met"]
    return 0 if met else 1


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", default=PAGES, help='"clerk /address" or "director /address"')
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=200, help="how often each page is asked for in each database")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", nargs=2, type=int, metavar=("SIZE", "OPEN"), help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Two lines a page, from processes that are asked in turn. A page that is not there is left out."""
    backlog, grown = options.small // 2, options.large // GROWN_OPEN_EVERY
    sides = [start(options.small, backlog), start(options.large, backlog), start(options.large, grown)]
    try:
        for side in sides:
            read(side)  # says that it is ready
        for page in options.pages:
            yield from measure(sides, page, options)
    finally:
        for side in sides:
            side.stdin.close()
            side.wait()


def start(size: int, backlog: int) -> subprocess.Popen:
    command = [sys.executable, __file__, "--serve", str(size), str(backlog)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def read(side: subprocess.Popen) -> dict[str, object]:
    line = side.stdout.readline()
    if not line:
        sys.exit("A measuring process ended; its words stand above.")
    return json.loads(line)


def ask(side: subprocess.Popen, page: str, times: int) -> dict[str, object]:
    side.stdin.write(json.dumps([page, times]) + "\n")
    side.stdin.flush()
    return read(side)


def measure(sides: list[subprocess.Popen], page: str, options: argparse.Namespace) -> list[dict[str, object]]:
    """The rows of one page, or none when it does not answer 200."""
    for side in sides:
        ask(side, page, BATCH)  # warms up, also what is read once a process
    first = [ask(side, page, BATCH) for side in sides]
    if any(answer["status"] != 200 for answer in first):
        print(f"{page} answers {first[0]['status']}: left out", file=sys.stderr)
        return []
    seconds: list[list[float]] = [[] for _side in sides]
    for _round in range(options.requests // BATCH):
        for side, found in zip(sides, seconds, strict=True):
            found += ask(side, page, BATCH)["seconds"]
    queries = [answer["queries"] for answer in first]
    return [
        {"what": page, "against": words} | judge((seconds[0], seconds[place]), (queries[0], queries[place]))
        for place, words in enumerate(("same backlog", "backlog grown"), start=1)
    ]


def judge(seconds: tuple[list[float], list[float]], queries: tuple[int, int]) -> dict[str, object]:
    """Small beside large, and whether the limit was met."""
    small, large = (common.line("", size=1, seconds=found) for found in seconds)
    ratio = large["p95_ms"] / small["p95_ms"]
    return {
        "queries": queries,
        "median_ms": [small["median_ms"], large["median_ms"]],
        "p95_ms": [small["p95_ms"], large["p95_ms"]],
        "median_ratio": round(median(seconds[1]) / median(seconds[0]), 2),
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "met": ratio <= LIMIT and queries[0] == queries[1],
    }


def serve(size: int, backlog: int) -> int:
    """The child: fills its database, then answers [page, times] with the seconds each took."""
    os.environ.setdefault("PORTAL_DEBUG", "1")
    with common.scratch_database(f"portal_bench_pages_{size}_{backlog}"):
        import pages_fill
        from django.conf import settings
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "pages_urls", ["*"]
        settings.DEBUG = False
        people = pages_fill.fill(size, open=backlog)
        common.vacuum(*pages_fill.TABLES)
        clients = {who: Client() for who in WHO}
        for who, client in clients.items():
            client.force_login(people[who])
        say({"ready": True})
        for line in sys.stdin:
            page, times = json.loads(line)
            who, path = page.format(request=people["request"]).split(" ", 1)
            with CaptureQueriesContext(connection) as queries:
                status = clients[who].get(path).status_code
            say({"status": status, "queries": len(queries), "seconds": timed(clients[who], path, times)})
    return 0


def say(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)


def timed(client: object, path: str, times: int) -> list[float]:
    found = []
    for _request in range(times):
        began = perf_counter()
        client.get(path)
        found.append(perf_counter() - began)
    return found


if __name__ == "__main__":
    sys.exit(main())
