"""The jobs call their service and survive what they may meet."""

import pytest

from apps.core.models import Heartbeat
from apps.delivery import canary, jobs
from apps.delivery.enums import DeliveryState, InboundState
from apps.delivery.inbound import ingest
from apps.delivery.models import Delivery, InboundMail
from tests.delivery.conftest import Sink
from tests.delivery.factories import mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def test_send_due_sends_the_queue(sink: Sink) -> None:
    mail()
    jobs.send_due("notice")

    assert Delivery.objects.get().state == DeliveryState.HANDED_OFF


def test_send_due_may_run_twice(sink: Sink) -> None:
    mail()
    jobs.send_due("notice")
    jobs.send_due("notice")

    assert len(sink.taken) == 1


def test_canary_flies_the_way_of_notices(sink: Sink, settings) -> None:
    settings.CANARY_ADDRESS = "canary@portal.example"
    jobs.send_canary()
    jobs.send_due("notice")

    assert [taken.recipient for taken in sink.taken] == ["canary@portal.example"]
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {canary.PLANNED, canary.SENT}


def test_sweep_runs_with_nothing_to_do() -> None:
    jobs.sweep()


def test_mailbox_that_is_away_does_not_stop_the_reading(settings) -> None:
    settings.INBOUND_IMAP_URL = "imap://a:b@127.0.0.1:1/INBOX"
    ingest(b"From: a@b.example\r\nSubject: Hello\r\n\r\nHi\r\n")
    jobs.sweep_inbound()

    assert InboundMail.objects.get().state == InboundState.UNMATCHED


def test_other_queues_are_left(sink: Sink) -> None:
    mail()
    jobs.send_due("reminder")

    assert Delivery.objects.get().state == DeliveryState.PLANNED
