#!/usr/bin/env python
"""Are documents found, and registered, as fast among a thousand times as many? And is everything found?

    benchmarks/documents.py --small 1000 --rows 1000000 --json
    benchmarks/documents.py --texts statutes.tar.xz

Measured are the search page for seldom, common and absent words (in titles, texts and files), numbers, senders, people
and the plain filters, for people who may read much and little, the list for choosing one, and entering a paper. Makes
two databases beside the one of DATABASE_URL, each with a process that answers real requests through Django's test
client, asked in turn, and drops them at the end. Limit: the same number of queries, and the 95th percentile at most
1.3 times as long.

--explain prints the plans of the largest that take long instead, and fails when one reads a whole table.
--texts FILE (a tar of .md or .txt files, or DOCUMENT_TEXTS in the environment) instead makes a document of each text
and looks for words of two and three signs, and for English ones: each must be found in exactly the documents that hold
it, compared sign by sign.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import common
import documents_fill
import sides

FIND = "/documents/search"
SELDOM, COMMON, ABSENT = documents_fill.SELDOM, documents_fill.COMMON, "麒麟"
PAGES = (
    *(f"clerk {FIND}?q={SELDOM[place]}" for place in ("title", "text", "file")),
    f"clerk {FIND}?q={COMMON}",
    f"clerk {FIND}?q={COMMON}+安全",
    f"clerk {FIND}?q={ABSENT}",
    f"clerk {FIND}?q={COMMON}+{SELDOM['title']}",
    f"clerk {FIND}?q=COVID-19",
    f"clerk {FIND}?q=收[2026]15",
    f"clerk {FIND}?q=2026-15",
    f"clerk {FIND}?sender={SELDOM['sender']}",
    f"clerk {FIND}?sender={documents_fill.COMMON_SENDER}&q={COMMON}",
    f"clerk {FIND}?person={{other}}&q={COMMON}",
    f"clerk {FIND}?person={{teacher}}",
    f"clerk {FIND}?state=registered",
    f"clerk {FIND}?state=filed&kind=report",
    f"clerk {FIND}?direction=outgoing&kind=decision&since=2020-01-01",
    *(f"{who} {FIND}?q={word}" for who in ("secretary", "teacher") for word in (COMMON, SELDOM["text"])),
    f"clerk /documents/find?q={COMMON}",
    "clerk register",
)
SENDERS_NUMBERS = count(10_000_000)
SLOW = 30  # milliseconds: a plan that is worth reading


def main() -> int:
    options = read_options()
    if options.serve:
        return serve(options.serve)
    if options.explain:
        return explain(options.rows)
    if options.texts:
        import documents_recall

        return sides.print_lines(documents_recall.recall(Path(options.texts), options.words), as_json=options.json)
    return sides.print_lines(compare(options), as_json=options.json)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100, help="how often each page is asked for in each database")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--texts", metavar="FILE", default=os.environ.get("DOCUMENT_TEXTS"))
    parser.add_argument("--words", type=int, default=1_000, help="how many words are looked for in the texts")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    with sides.started(Path(__file__), (options.small,), (options.rows,)) as both:
        for page in PAGES:
            yield sides.compare_two(both, page, options.requests)


@contextmanager
def filled(size: int) -> Iterator[dict[str, object]]:
    os.environ.setdefault("PORTAL_DEBUG", "1")
    with common.scratch_database(f"portal_bench_documents_{size}"):
        from django.conf import settings

        settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
        known = documents_fill.fill(size)
        common.vacuum(*documents_fill.TABLES)
        yield known


def serve(size: int) -> int:
    """The child: fills its database, then answers [page, times] with the seconds each took."""
    with filled(size) as known:
        work = {page: work_of(page, known) for page in PAGES}
        sides.answer_all(lambda page, times: answer(work[page], times))
    return 0


def work_of(page: str, known: dict[str, object]) -> Callable[[], object]:
    from django.test import Client

    who, _space, address = page.partition(" ")
    if address == "register":
        return lambda: register(known[who], known["series"])
    client = Client()
    client.force_login(known[who], backend="django.contrib.auth.backends.ModelBackend")
    numbers = {name: known[name].number for name in ("other", "teacher")}
    return lambda: client.get(address.format(**numbers))


def answer(work: Callable[[], object], times: int) -> dict[str, object]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _time in range(2):  # once a minute the session writes down that somebody was here
        with CaptureQueriesContext(connection) as asked:
            found = work()
        counts.append(len(asked))
    rows = found.content.count(b"list-group-item d-flex") + found.content.count(b"data-key-row")
    return {"status": found.status_code, "queries": min(counts), "seconds": sides.timed(work, times), "rows": rows}


def register(clerk: object, series: object) -> object:
    """Enter a paper of 300 signs: its line, its number, who is concerned, its first edition, its words."""
    from django.db import transaction
    from django.http import HttpResponse

    from apps.core.clock import now
    from apps.documents import services
    from apps.documents.enums import Direction, State, Why
    from apps.documents.models import Document, Incoming

    at, sender, number = now(), "學校辦公室", next(SENDERS_NUMBERS)
    with transaction.atomic():
        row = Document.objects.create(
            direction=Direction.INCOMING, state=State.RECEIVED, title="關於做好冬季學期安全工作的通知",
            unit=series.unit, created_by=clerk, created_at=at, last_event_at=at,
        )  # fmt: skip
        Incoming.objects.create(
            document=row, sender=sender, sender_number=f"校辦〔2026〕{number}號", sender_key=sender,
            number_key=f"校办2026{number}号", received_at=at, received_by=clerk,
        )  # fmt: skip
        services.involve(row, clerk, series.unit, why=Why.REGISTERED, actor=clerk, at=at)
        services.give_number(document=row, series=series, actor=clerk, at=at)
        row.state, row.registered_at, row.handler = State.REGISTERED, at, clerk
        row.save()
        services.write_edition(document=row, words={"body": "請各單位做好安全檢查。" * 27}, actor=clerk, at=at)
    return HttpResponse(row.number)


def explain(size: int) -> int:
    """Every query of every page with its plan where it takes long; those that read a whole large table are an error."""
    with filled(size) as known:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        wrong = 0
        for page in PAGES[:-1]:
            work = work_of(page, known)
            work()
            with CaptureQueriesContext(connection) as asked:
                work()
            for query in [each["sql"] for each in asked if each["sql"].startswith(("SELECT", "WITH", "("))]:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query.replace('%', '%%')}", [])
                    plan = "\n".join(line for (line,) in cursor.fetchall())
                scans = [line for line in plan.splitlines() if "Seq Scan on documents_" in line]
                took = float(plan.rpartition("Execution Time: ")[2].split()[0])
                if scans or took > SLOW:
                    wrong += bool(scans)
                    print(f"{page}: {took} ms\n{query[:1500]}\n{plan}\n", flush=True)
            print(f"{page}: {len(asked)} queries", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
