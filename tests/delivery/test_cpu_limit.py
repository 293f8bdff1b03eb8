"""A mail may take so much processor time and no more."""

import os
import re
import threading
import time

import pytest

from apps.core.clock import now
from apps.delivery import inbound, reading
from apps.delivery.cpu_limit import TimeUp, cpu_limit
from apps.delivery.enums import InboundKind, InboundState

HOSTILE = re.compile("(a+)+$")
BODY = b"From: MAILER-DAEMON@x.example\r\nSubject: Undelivered\r\n\r\n" + b"user unknown a@x.example 550 " * 30_000


def search_for_ever() -> None:
    HOSTILE.match("a" * 60 + "b")


def test_regular_expression_that_never_ends_is_stopped() -> None:
    begun = time.process_time()
    with pytest.raises(TimeUp), cpu_limit(0.3):
        search_for_ever()
    assert time.process_time() - begun < 3


def stubborn() -> None:
    """As a library that takes every error for its input's fault and tries the next layout."""
    while True:
        try:
            search_for_ever()
        except Exception:
            continue


def test_library_that_swallows_errors_is_stopped_too() -> None:
    with pytest.raises(TimeUp), cpu_limit(0.2):
        stubborn()


def test_nothing_is_left_ticking() -> None:
    with cpu_limit(0.2):
        pass
    begun = time.process_time()
    while time.process_time() - begun < 0.4:
        pass


def test_forked_child_has_its_own_limit() -> None:
    """As in a prefork worker: the child's main thread."""
    child = os.fork()
    if child == 0:
        try:
            with cpu_limit(0.2):
                search_for_ever()
        except TimeUp:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_in_another_thread_it_does_nothing_and_breaks_nothing() -> None:
    done = []

    def work() -> None:
        with cpu_limit(0.1):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.django_db
def test_mail_that_takes_too_long_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PARSE_SECONDS", 0.002)
    assert reading.read_mail(BODY).given_up
    row = inbound.ingest(BODY)
    inbound.sweep(now())

    row.refresh_from_db()
    assert (row.state, row.kind) == (InboundState.UNREADABLE, InboundKind.OTHER)
