#!/usr/bin/env python
"""Do a person's inbox and a sender's report stay as fast when a hundred times as many deliveries are kept?

    benchmarks/inbox.py --small 100000 --rows 10000000 --json

Every notice went to 1,000 people, each with a line, a mail and the evidence that it was delivered; the college has as
many people as make 100 to 500 lines a person. Makes two databases beside the one of DATABASE_URL, filled in bulk (the
other indexes are taken away meanwhile and made again), each with a process that answers real requests through Django's
test client, and drops them at the end. They are asked in turn, a few requests each, so that a busy machine disturbs all
alike. Limit: the same number of queries, and the 95th percentile at most 1.3 times as long.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import common
import sides

PAGES = (
    "reader /notices/",
    "reader /notices/?show=all",
    "reader /delivery/mine/",
    "sender /notices/sent/",
    "sender /notices/{notice}/report/",
    "sender /notices/{notice}/report/?show=all",
    "sender /notices/{notice}/people/{person}/",
)
TO_EACH = 1_000
MOST_LINES = 500  # of one person


def main() -> int:
    options = read_options()
    if options.serve:
        return serve(options.serve)
    return sides.print_lines(compare(options), as_json=options.json)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--requests", type=int, default=100, help="how often each page is asked for in each database")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    with sides.started(Path(__file__), (options.small,), (options.rows,)) as both:
        for page in PAGES:
            yield sides.compare_two(both, page, options.requests)


def serve(size: int) -> int:
    """The child: fills its database, then answers [page, times] with the seconds each took."""
    os.environ.setdefault("PORTAL_DEBUG", "1")
    with common.scratch_database(f"portal_bench_inbox_{size}"):
        import inbox_fill
        from django.conf import settings
        from django.test import Client

        settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
        known = inbox_fill.fill(size, to_each=min(TO_EACH, size), most_lines=MOST_LINES)
        common.vacuum(*inbox_fill.TABLES)
        clients = {who: Client() for who in ("reader", "sender")}
        for who, client in clients.items():
            client.force_login(known[who], backend="django.contrib.auth.backends.ModelBackend")
        keys = {"notice": known["notice"], "person": known["reader"].pk}

        def asked(page: str, times: int) -> dict[str, object]:
            who, _space, address = page.partition(" ")
            return answer(clients[who], address.format(**keys), times)

        sides.answer_all(asked)
    return 0


def answer(client: object, address: str, times: int) -> dict[str, object]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        status = client.get(address).status_code
    queries = len(asked)  # now: the log is emptied with the next request
    seconds = sides.timed(lambda: client.get(address), times)
    return {"status": status, "queries": queries, "seconds": seconds}


if __name__ == "__main__":
    sys.exit(main())
