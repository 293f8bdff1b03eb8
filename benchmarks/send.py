#!/usr/bin/env python
"""Mails a second of one sending process to a mail server on loopback, beside a bare smtplib loop to the same server.

    benchmarks/send.py --mails 2000 --rounds 3 --json

The bare loop composes one mail once, opens one connection and calls sendmail for each recipient. The portal claims its
planned rows, composes a head and a salutation per person, commits "on the wire" before and the answers after each
window of mails. Both run in turn in each round; the ratio is the bare loop's time divided by the portal's. Two servers:
a Python one, and Postfix's smtp-sink where that is installed, which does next to nothing with a mail.
"""

import argparse
import json
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import common

LIMIT = 0.7
BODY = "請各單位於本週五前完成安全檢查，並將結果報送院辦公室。\n" * 20


def main() -> int:
    options = read_options()
    rows = []
    with common.scratch_database("portal_bench_send"):
        addresses = make_people(options.mails)
        for sink in [options.sink] if options.sink else sinks():
            with mail_server(sink) as port:
                rows += run(addresses, options.rounds, port, sink)
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if options.json else common.sentence(row), flush=True)
    return 0 if all(row.get("met", True) for row in rows) else 1


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sink", choices=("smtp-sink", "python"), help="only this mail server on loopback")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def sinks() -> list[str]:
    return ["python", "smtp-sink"] if smtp_sink() else ["python"]


def smtp_sink() -> str | None:
    return shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")


@contextmanager
def mail_server(sink: str) -> Iterator[int]:
    """The port of a mail server that takes everything, in a process of its own."""
    with socket.socket() as probe, tempfile.NamedTemporaryFile() as log:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        python = [sys.executable, "-m", "tests.kill.sink", str(port), log.name]
        command = [str(smtp_sink()), "-u", "nobody", f"127.0.0.1:{port}", "100"] if sink == "smtp-sink" else python
        server = subprocess.Popen(command, cwd=common.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def wait_for(port: int) -> None:
    """Until the server answers; raises OSError after twenty seconds."""
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def run(addresses: list[str], rounds: int, port: int, sink: str) -> list[dict[str, object]]:
    """Both ways in turn; the first round only warms up."""
    from django.conf import settings

    mails = len(addresses)

    settings.SMTP = {**settings.SMTP, "host": "127.0.0.1", "port": port, "tls": False, "starttls": False, "user": ""}
    settings.MAIL_PER_DOMAIN_A_MINUTE = 0
    content = one_mail()
    ours: list[float] = []
    bare: list[float] = []
    for number in range(rounds + 1):
        times = send_by_portal(mails), send_bare(addresses, content, port)
        if number:
            ours.append(times[0])
            bare.append(times[1])
    ratio = median(theirs / mine for theirs, mine in zip(bare, ours, strict=True))
    lines = [
        common.line("outbox, one process", size=mails, seconds=ours),
        common.line("bare smtplib loop", size=mails, seconds=bare),
    ]
    lines[0] |= {"ratio": round(ratio, 2), "limit": LIMIT, "met": ratio >= LIMIT, "sink": sink}
    return lines


def make_people(count: int) -> list[str]:
    """`count` people with a working main mail address, in two languages; gives the addresses."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (number, name, name_en, email, language, is_active, is_staff, is_superuser,"
            " shortcuts, created_at, version, password)"
            " SELECT 'B' || n, '人' || n, '', '', (ARRAY['zh-hant', 'en'])[1 + n %% 2], true, false, false, true,"
            " now(), 1, '!' FROM generate_series(1, %s) n",
            [count],
        )
    from apps.people.models import ContactPoint, Person

    people = Person.objects.filter(number__startswith="B")
    ContactPoint.objects.bulk_create(
        [ContactPoint(person=person, kind="mail", value=f"{person.number}@college.test") for person in people]
    )
    ContactPoint.objects.update(is_primary=True)
    common.vacuum("people_person", "people_contactpoint")
    return list(ContactPoint.objects.values_list("value", flat=True))


def planned_message() -> object:
    """A mandatory message, urgent so that no quiet hours hold it, planned for everybody."""
    from apps.delivery.services import Text, create_message, plan
    from apps.people.models import Person

    html = f"<p>{BODY}</p>"
    texts = {"zh-hant": Text("安全檢查通知", BODY, html), "en": Text("Safety inspection", BODY, html)}
    message = create_message(
        source="bench.send:1", texts=texts, message_class="mandatory", queue="urgent", target_url="/", actor=None
    )
    plan(message=message, people=Person.objects.filter(number__startswith="B"))
    return message


def send_by_portal(mails: int) -> float:
    """Seconds for the whole outbox; fails loudly when a mail was not handed over."""
    from apps.delivery.models import Delivery
    from apps.delivery.sending import send_due

    message = planned_message()
    common.vacuum("delivery_delivery", "delivery_evidence")
    started = time.perf_counter()
    sent = send_due("urgent", seconds=3600)
    seconds = time.perf_counter() - started
    left = Delivery.objects.filter(message=message).exclude(state="handed_off").count()
    if sent.mails != mails or left:
        raise SystemExit(f"only {sent.mails} of {mails} mails were handed over, {left} rows are not")
    return seconds


def one_mail() -> bytes:
    """The mail of the first person, as the portal composes it."""
    from apps.core.clock import now
    from apps.delivery.models import Delivery
    from apps.delivery.rendering import compose, render

    message = planned_message()
    row = Delivery.objects.filter(message=message).select_related("person").first()
    content = compose(render(message, message.texts.first()), row, now())
    Delivery.objects.filter(message=message).update(state="cancelled")
    return content


def send_bare(addresses: list[str], content: bytes, port: int) -> float:
    """Seconds of one connection, one sendmail per recipient."""
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for address in addresses:
            server.sendmail("office@college.test", [address], content)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
