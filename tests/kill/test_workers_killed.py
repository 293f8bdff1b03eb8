"""Workers die without a last word in the middle of planning and sending: nobody is left out, nobody gets two unseen."""

import os
import signal
from collections import Counter

import pytest

from apps.delivery.enums import DeliveryState, EvidenceKind
from apps.delivery.models import Delivery, Evidence, Message
from apps.delivery.tokens import message_id
from tests.kill.harness import KILLS, RECIPIENTS, Office, wait_until

pytestmark = [pytest.mark.kill, pytest.mark.slow]
CHUNK = 100


def test_everybody_gets_the_mail_though_workers_are_killed(office: Office, notice: Message) -> None:
    kill_in_mid_planning(office, notice)
    office.start_worker()
    rest = office.run("tests.kill.fan_out", str(notice.pk), str(CHUNK))
    for number in range(1, KILLS + 1):
        enough = RECIPIENTS * number // (KILLS + 2)
        office.wait_while_sweeping(lambda enough=enough: sent() >= enough, f"{enough} mails sent")
        office.kill_worker()
        office.start_worker()
    assert rest.wait() == 0
    office.wait_while_sweeping(everything_sent, "all mails sent")

    assert everybody_planned_once(notice)
    check_sink(office, notice)


def kill_in_mid_planning(office: Office, notice: Message) -> None:
    planner = office.run("tests.kill.fan_out", str(notice.pk), str(CHUNK))
    wait_until(lambda: Delivery.objects.count() > 0 or planner.poll() is not None, "the first chunk")
    os.killpg(planner.pid, signal.SIGKILL)
    planner.wait()
    assert 0 < Delivery.objects.count() <= RECIPIENTS


def sent() -> int:
    return Delivery.objects.filter(state=DeliveryState.HANDED_OFF).count()


def everything_sent() -> bool:
    return sent() == RECIPIENTS


def everybody_planned_once(notice: Message) -> bool:
    rows = Delivery.objects.filter(message=notice).values_list("person_id", flat=True)
    return len(rows) == len(set(rows)) == RECIPIENTS


def check_sink(office: Office, notice: Message) -> None:
    """The sink has every mail; what it has twice is one that the portal itself shows as uncertain; one at most a
    kill.
    """
    lines = [line.split() for line in office.taken.read_text().splitlines()]
    rows = dict(Delivery.objects.filter(message=notice).values_list("address", "pk"))
    wrong = [recipient for recipient, identity, _sender in lines if identity != message_id(rows[recipient])]
    times = Counter(identity for _recipient, identity, _sender in lines)
    uncertain = Evidence.objects.filter(kind=EvidenceKind.UNCERTAIN).values_list("delivery_id", flat=True)
    shown = {message_id(pk) for pk in uncertain}
    twice = {identity for identity, count in times.items() if count > 1}

    assert wrong == []
    assert len(times) == RECIPIENTS
    assert twice <= shown
    assert len(lines) - RECIPIENTS <= KILLS
