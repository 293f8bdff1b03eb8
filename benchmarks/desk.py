#!/usr/bin/env python
"""Do the handlers' pages stay as fast when a thousand times as many requests are kept?

    benchmarks/desk.py --small 1000 --rows 1000000 --json

One request in fifty is open (500 at least), one in ten has ten messages. Measured are each view of the list, a saved
view of several conditions, searches for words of two Chinese characters (seldom and common, in titles and in messages),
a request's page, and assigning 500 requests at once. Makes two databases beside the one of DATABASE_URL, each with a
process that answers real requests through Django's test client, asked in turn, and drops them at the end. Limit: the
same number of queries, and the 95th percentile at most 1.3 times as long.

--explain prints the plans of the largest instead, and fails when one reads a whole table.
--django-helpdesk PYTHON (a Python with django-helpdesk installed) measures its list of --rows tickets beside ours.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import common
import sides

LIST = "/requests/list/"
WORDS = {"seldom title": "琥珀", "seldom message": "翡翠", "common": "證明", "absent": "麒麟"}
PAGES = (
    *(f"clerk {LIST}?chip={chip}" for chip in ("mine", "unit", "unassigned", "overdue", "waiting", "all")),
    f"clerk {LIST}?view={{view}}",
    f"clerk {LIST}?view={{closed}}",
    *(f"clerk {LIST}?chip=all&q={word}" for word in WORDS.values()),
    f"clerk {LIST}?chip=mine&q={WORDS['common']}",
    f"clerk {LIST}news?chip=mine&held=1",
    "clerk /requests/{request}",
    "director assign 500",
)
MANY = 500
BULK_TIMES = 1  # of an act on 500 rows in one round


def main() -> int:
    options = read_options()
    if options.serve:
        return serve(options.serve)
    if options.explain:
        return explain(options.rows)
    return sides.print_lines(compare(options), as_json=options.json)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100, help="how often each page is asked for in each database")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--django-helpdesk", metavar="PYTHON")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    with sides.started(Path(__file__), (options.small,), (options.rows,)) as both:
        for page in PAGES:
            batch = BULK_TIMES if "assign" in page else sides.BATCH
            yield sides.compare_two(both, page, options.requests, batch=batch)
    if options.django_helpdesk:
        yield from helpdesk(options)


def helpdesk(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """The list of django-helpdesk with as many tickets, in a Python of its own."""
    from office_portal import embedded

    embedded.ensure_environment()
    command = [options.django_helpdesk, str(common.ROOT / "benchmarks/desk_helpdesk.py"), str(options.rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"django-helpdesk could not be measured:\n{done.stderr[-2000:]}")
    yield from (json.loads(line) for line in done.stdout.splitlines())


def serve(size: int) -> int:
    """The child: fills its database, then answers [page, times] with the seconds each took."""
    with filled(size) as known:
        from django.test import Client

        clients = {who: Client() for who in ("clerk", "director")}
        for who, client in clients.items():
            client.force_login(known[who], backend="django.contrib.auth.backends.ModelBackend")

        def asked(page: str, times: int) -> dict[str, object]:
            who, _space, address = page.partition(" ")
            return answer(clients[who], address, known, times)

        sides.answer_all(asked)
    return 0


def filled(size: int) -> object:
    from contextlib import contextmanager

    os.environ.setdefault("PORTAL_DEBUG", "1")

    @contextmanager
    def database() -> Iterator[dict[str, object]]:
        with common.scratch_database(f"portal_bench_desk_{size}"):
            import desk_fill
            from django.conf import settings

            settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
            known = desk_fill.fill(size)
            common.vacuum(*desk_fill.TABLES)
            yield known | views(known)

    return database()


def views(known: dict[str, object]) -> dict[str, object]:
    """A view of several conditions, shared with the office, and one of closed requests."""
    from apps.servicedesk.enums import ViewScope
    from apps.servicedesk.services.views import save_view
    from apps.servicedesk.view_filter import ViewFilter

    busy = [["category", "in", ["running"]], ["handler", "in", ["me", "nobody"]], ["service", "in", [known["service"]]]]
    closed = [["state", "in", ["resolved"]], ["requester_unit", "in", known["units"][:5]]]
    made = {}
    for name, where, sort in (("view", [*busy, ["priority", "in", [0]]], "due"), ("closed", closed, "newest")):
        wanted = ViewFilter.from_json({"v": 1, "where": where, "sort": sort})
        made[name] = save_view(actor=known["clerk"], name=name, wanted=wanted, scope=ViewScope.OFFICE).pk
    return made


def answer(client: object, address: str, known: dict[str, object], times: int) -> dict[str, object]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> object:
        if address.startswith("assign"):
            return assign(client, known)
        return client.get(address.format(**known))

    counts = []
    for _time in range(2):  # once a minute the session writes down that somebody was here
        with CaptureQueriesContext(connection) as asked:
            found = ask()
        counts.append(len(asked))
    seconds = sides.timed(ask, times)
    return {"status": found.status_code, "queries": min(counts), "seconds": seconds, "rows": rows_of(found)}


def rows_of(found: object) -> int:
    """How many rows the page shows: pages of different length are no measure of anything."""
    return found.content.count(b"data-key-row") or found.content.count(b"list-group-item")


def assign(client: object, known: dict[str, object]) -> object:
    """The newest 500, all open, to the one of two clerks who has not got them."""
    known["clerk"], known["other"] = known["other"], known["clerk"]
    keys = range(known["rows"] - MANY + 1, known["rows"] + 1)
    return client.post(f"{LIST}bulk", {"act": "assign", "handler": known["clerk"].pk, "pk": list(keys)})


def explain(size: int) -> int:
    """Every query of every page with its plan; those that read a whole large table are an error."""
    with filled(size) as known:
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        client, wrong = Client(), 0
        client.force_login(known["clerk"], backend="django.contrib.auth.backends.ModelBackend")
        for page in PAGES[:-1]:
            with CaptureQueriesContext(connection) as asked:
                client.get(page.partition(" ")[2].format(**known))
            for query in [each["sql"] for each in asked if each["sql"].startswith("SELECT")]:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}")
                    plan = "\n".join(line for (line,) in cursor.fetchall())
                scans = [line for line in plan.splitlines() if "Seq Scan on servicedesk_request" in line]
                took = float(plan.rpartition("Execution Time: ")[2].split()[0])
                if scans or took > SLOW:
                    wrong += bool(scans)
                    print(f"{page}: {took} ms\n{query[:1500]}\n{plan}\n", flush=True)
            print(f"{page}: {len(asked)} queries", flush=True)
    return 1 if wrong else 0


SLOW = 30  # milliseconds: a plan that is worth reading


if __name__ == "__main__":
    sys.exit(main())
