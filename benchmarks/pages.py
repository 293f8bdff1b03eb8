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
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import common
import sides

GROWN_OPEN_EVERY = 20
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
    return sides.print_lines(compare(options), as_json=options.json)


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
    """Two lines a page. A page that is not there is left out."""
    backlog, grown = options.small // 2, options.large // GROWN_OPEN_EVERY
    sizes = ((options.small, backlog), (options.large, backlog), (options.large, grown))
    with sides.started(Path(__file__), *sizes) as all_sides:
        for page in options.pages:
            yield from measure(all_sides, page, options)


def measure(both: list[sides.Side], page: str, options: argparse.Namespace) -> list[dict[str, object]]:
    """The rows of one page, or none when it does not answer 200."""
    first, seconds = sides.measure(both, page, options.requests)
    if any(answer["status"] != 200 for answer in first):
        print(f"{page} answers {first[0]['status']}: left out", file=sys.stderr)
        return []
    queries = [answer["queries"] for answer in first]
    return [
        {"what": page, "against": words} | sides.judge((seconds[0], seconds[place]), (queries[0], queries[place]))
        for place, words in enumerate(("same backlog", "backlog grown"), start=1)
    ]


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

        def answer(page: str, times: int) -> dict[str, object]:
            who, path = page.format(request=people["request"]).split(" ", 1)
            with CaptureQueriesContext(connection) as queries:
                status = clients[who].get(path).status_code
            seconds = sides.timed(lambda: clients[who].get(path), times)
            return {"status": status, "queries": len(queries), "seconds": seconds}

        sides.answer_all(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
