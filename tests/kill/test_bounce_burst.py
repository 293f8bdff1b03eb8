"""Thousands of bounces come in at once; an urgent notice does not wait for them. The workers are the Procfile's.

Nothing here looks at the clock: what counts is how many bounces were read before the last of the urgent mails was
taken, and how often beat had to ask, against the same notice without the burst in the same run. The page's hints do not
reach these workers: only what beat asks for moves anything.
"""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.core.clock import now
from apps.delivery.enums import Channel, DeliveryState, EvidenceKind, InboundState
from apps.delivery.inbound import ingest
from apps.delivery.models import Delivery, Evidence, InboundMail
from apps.delivery.tokens import bounce_address, message_id
from apps.notices import services
from apps.notices.models import Notice
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import message
from tests.journeys.conftest import shared_files
from tests.kill.harness import FULL, ROOT, Office, wait_until
from tests.notices.factories import draft, ground

__all__ = ["shared_files"]
pytestmark = [pytest.mark.kill, pytest.mark.slow]
BURST = 5_000 if FULL else 800
STAFF = 40
TICK = 1.0  # seconds for a minute of beat
MOST_READ = 0.5  # of the bounces, before the urgent mails are all taken
MORE_TICKS = 3
REPORT = """Return-Path: <>
From: MAILER-DAEMON@mx.college.example (Mail Delivery System)
To: {return_path}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="burst"

--burst
Content-Type: text/plain; charset=us-ascii

<{address}>: host mail.college.example said: 550 5.1.1 User unknown

--burst
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.college.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--burst
Content-Type: text/rfc822-headers

From: office@portal.example
To: {address}
Message-ID: {message_id}

--burst--
"""


def worker_commands() -> list[str]:
    """The lines of the Procfile that start a worker, by name."""
    lines = [line.partition(": ") for line in (ROOT / "Procfile").read_text().splitlines()]
    found = [command for _name, _colon, command in lines if " worker " in f" {command} " and "celery" in command]
    assert found
    return found


def start(office: Office, command: str, place: int) -> subprocess.Popen[bytes]:
    log = (office.folder / f"worker-{place}.log").open("ab")
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        ["sh", "-c", f"exec {command}"],
        cwd=ROOT,
        env=office.environment() | {"PATH": path},
        start_new_session=True,
        stdout=log,
        stderr=log,
    )


@pytest.fixture
def office(transactional_db: None, shared_files: None, tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    workers = [start(made, command, place) for place, command in enumerate(worker_commands())]
    yield made
    for worker in workers:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    made.close()


def test_every_queue_has_a_worker() -> None:
    words = [shlex.split(command) for command in worker_commands()]
    queues = [queue for line in words for queue in line[line.index("--queues") + 1].split(",")]
    assert set(queues) == {"urgent", "notice", "reminder", "evidence", "report"}


def bounces(number: int) -> None:
    """Mails that had left, and the report about each, waiting to be read."""
    people = Person.objects.bulk_create(
        Person(number=f"B{place:06d}", name=f"學生{place}", email=f"b{place}@college.example")
        for place in range(number)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=person, kind=ContactKind.MAIL, value=person.email, is_primary=True) for person in people
    )
    about, at = message(), now()
    rows = Delivery.objects.bulk_create(
        Delivery(
            message=about,
            person=person,
            channel=Channel.MAIL,
            address=person.email,
            queue=about.queue,
            state=DeliveryState.HANDED_OFF,
            not_before=at,
            created_at=at,
            handed_off_at=at,
        )
        for person in people
    )
    for row in rows:
        words = {"return_path": bounce_address(row.pk), "address": row.address, "message_id": message_id(row.pk)}
        ingest(REPORT.format(**words).encode())


def unread() -> int:
    return InboundMail.objects.filter(state=InboundState.RECEIVED).count()


class Beat:
    """Asks as the beat table does; for the next evidence job as soon as nothing is read any more."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.left = 0
        self.ticks = 0

    def tick(self) -> None:
        self.ticks += 1
        self.office.ask_for_sweep("notices.sweep", "delivery.sweep")
        left = unread()
        if left and left in (self.left, BURST):
            self.office.beat.send_task("delivery.sweep_inbound", queue="evidence", retry=False)
        self.left = left

    def until(self, done: Callable[[], bool], what: str) -> int:
        """Tick until `done`; how many ticks that took."""
        before, last = self.ticks, 0.0

        def look() -> bool:
            nonlocal last
            if time.monotonic() - last >= TICK:
                self.tick()
                last = time.monotonic()
            return done()

        wait_until(look, what)
        return self.ticks - before


def publish_urgent(clerk: Person) -> Notice:
    notice = draft(clerk, is_urgent=True, urgent_reason="颱風停課", needs_acknowledgement=True)
    return services.publish(notice=notice, actor=clerk)


def all_taken(office: Office, notice: Notice) -> bool:
    ours = Delivery.objects.filter(message__in=notice.rounds.values("message"), channel=Channel.MAIL)
    if not Notice.objects.get(pk=notice.pk).mail_planned_at or ours.count() < STAFF:
        return False
    lines = office.taken.read_text()
    return all(f" {message_id(pk)} " in lines for pk in ours.values_list("pk", flat=True))


def test_urgent_notice_does_not_wait_for_a_burst_of_bounces(office: Office) -> None:
    clerk, beat = ground(), Beat(office)
    for place in range(STAFF):
        factories.person(f"教師{place}", Role.STAFF)
    calm = publish_urgent(clerk)
    without = beat.until(lambda: all_taken(office, calm), "the urgent notice without a burst")
    bounces(BURST)
    beat.until(lambda: unread() < BURST, "the first bounces read")
    urgent = publish_urgent(clerk)
    within = beat.until(lambda: all_taken(office, urgent), "the urgent notice in the burst")
    read = BURST - unread()
    beat.until(lambda: unread() == 0, "all bounces read")

    print(f"urgent mails: {without} ticks alone, {within} in the burst; {read} of {BURST} bounces read by then")
    assert within <= without + MORE_TICKS
    assert read <= BURST * MOST_READ
    assert InboundMail.objects.filter(state=InboundState.MATCHED).count() == BURST
    assert Evidence.objects.filter(kind=EvidenceKind.BOUNCED_HARD).count() == BURST
