"""Redis is gone or frozen for a while: pages do not hang, nothing is lost, all is sent afterwards."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from apps.delivery.models import Delivery, Evidence, Message
from tests.kill.harness import OUTAGE_SECONDS, RECIPIENTS, Office, wait_until
from tests.kill.test_workers_killed import everything_sent, sent

pytestmark = [pytest.mark.kill, pytest.mark.slow]
LONGEST_NUDGE = 1.5


class Page:
    """A web process that nudges when told."""

    def __init__(self, office: Office) -> None:
        self.process = office.run("tests.kill.nudging", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def nudge(self) -> float:
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


@pytest.fixture
def page(office: Office) -> Iterator[Page]:
    made = Page(office)
    yield made
    made.close()


def outage(office: Office, page: Page, notice: Message, *, begin: str, end: str) -> None:
    """Half is planned before, half while Redis is away; the page goes on nudging all the time."""
    page.nudge()
    planner = office.run("tests.kill.fan_out", str(notice.pk), str(RECIPIENTS // 4))
    office.start_worker()
    wait_until(lambda: sent() > 0 or planner.poll() is not None, "the first mails")
    getattr(office.redis, begin)()
    since = time.monotonic()
    longest = 0.0
    while time.monotonic() - since < OUTAGE_SECONDS:
        longest = max(longest, page.nudge())
        time.sleep(0.2)  # as pages come, not as fast as they can
    assert planner.wait() == 0, "planning does not need Redis"
    getattr(office.redis, end)()
    office.wait_while_sweeping(everything_sent, "all mails sent")

    assert longest < LONGEST_NUDGE
    assert Delivery.objects.count() == RECIPIENTS
    assert mails_taken_once(office)


def mails_taken_once(office: Office) -> bool:
    """Each in the sink; twice only what is shown as uncertain."""
    lines = office.taken.read_text().splitlines()
    uncertain = Evidence.objects.filter(kind="uncertain").count()
    return len(set(lines)) == RECIPIENTS and len(lines) <= RECIPIENTS + uncertain


def test_nothing_is_lost_when_redis_is_killed(office: Office, page: Page, notice: Message) -> None:
    outage(office, page, notice, begin="kill", end="start")


def test_nothing_is_lost_when_redis_is_frozen(office: Office, page: Page, notice: Message) -> None:
    outage(office, page, notice, begin="freeze", end="thaw")
