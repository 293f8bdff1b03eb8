"""What a sender knew when it died: one mail is uncertain, the others are settled or wait as if nothing had been."""

import fcntl
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from apps.core.clock import now
from apps.delivery import limits, recovery, sending, wire_log
from apps.delivery.enums import DeliveryState, EvidenceKind, Queue
from apps.delivery.limits import LEASE
from apps.delivery.models import Delivery, Evidence
from apps.delivery.recovery import take_up
from apps.delivery.sending import send_due
from apps.delivery.smtp import Relay
from apps.delivery.sweeps import end_leases
from tests.delivery.conftest import Sink
from tests.delivery.factories import mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


class Killed(BaseException):
    """The process ends here: nothing catches it."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.SENDING_ROOT = tmp_path / "sending"
    return settings.SENDING_ROOT


@pytest.fixture
def dies_at(monkeypatch):
    """The sender is killed while the mail of this number (from 1) is under way."""

    def arrange(number: int) -> None:
        real, count = Relay.end, 0

        def end(self: Relay) -> object:
            nonlocal count
            count += 1
            answer = real(self)
            if count == number:
                raise Killed
            return answer

        monkeypatch.setattr(Relay, "end", end)

    return arrange


def five() -> list[Delivery]:
    about = message()
    return [mail(about=about) for _n in range(5)]


def die() -> None:
    with pytest.raises(Killed):
        send_due(Queue.NOTICE)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_log_is_gone_when_all_is_committed(sink: Sink, folder: Path) -> None:
    five()
    send_due(Queue.NOTICE)

    assert list(folder.iterdir()) == []


def test_only_the_mail_under_way_is_uncertain(sink: Sink, folder: Path, dies_at) -> None:
    rows = five()
    sink.content_answers[rows[1].address] = "550 5.1.1 user unknown"
    dies_at(3)
    die()
    assert states() == ["sending"] * 5

    assert take_up(now()) == 5

    assert states() == ["handed_off", "bounced_hard", "uncertain", "planned", "planned"]
    kinds = list(Evidence.objects.order_by("delivery_id").values_list("delivery_id", "kind"))
    assert kinds == [(rows[0].pk, "handed_off"), (rows[1].pk, "bounced_hard"), (rows[2].pk, "uncertain")]
    never = Delivery.objects.get(pk=rows[3].pk)
    assert (never.attempts, never.first_tried_at, never.on_wire_at, never.lease_until) == (0, None, None, None)
    assert list(folder.iterdir()) == []


def test_what_was_taken_up_says_what_was_answered_and_when(sink: Sink, dies_at) -> None:
    first, *_others = five()
    dies_at(2)
    die()
    before = now()
    take_up(before + timedelta(minutes=1))

    fact = first.evidence.get()
    assert fact.happened_at < before
    assert fact.source_event == f"smtp:{first.pk}:1"
    assert fact.detail["answer"] == "2.0.0 queued as 1"
    first.refresh_from_db()
    assert (first.handed_off_at, first.remote_id, first.attempts) == (fact.happened_at, "", 1)


def test_next_sender_takes_up_and_goes_on(sink: Sink, dies_at, monkeypatch) -> None:
    rows = five()
    real = Relay.end
    dies_at(3)
    die()
    monkeypatch.setattr(Relay, "end", real)

    assert send_due(Queue.NOTICE).mails == 2

    assert states() == ["handed_off", "handed_off", "uncertain", "handed_off", "handed_off"]
    assert sorted(taken.recipient for taken in sink.taken) == sorted(row.address for row in rows)


def test_answers_of_the_window_before_are_not_lost(sink: Sink, dies_at, monkeypatch) -> None:
    monkeypatch.setattr(sending, "WINDOW", 2)
    five()
    dies_at(4)
    die()
    assert states()[:2] == ["handed_off", "handed_off"]

    take_up(now())
    end_leases(now() + LEASE)  # the last one was claimed and not marked yet

    assert states() == ["handed_off", "handed_off", "handed_off", "uncertain", "planned"]


def test_sender_that_dies_between_the_log_and_the_commit_began_nothing(sink: Sink, dies_at, monkeypatch) -> None:
    five()
    monkeypatch.setattr(wire_log.WireLog, "window", lambda *given, **named: (_ for _ in ()).throw(Killed))
    die()

    take_up(now())
    end_leases(now() + LEASE)

    assert states() == ["planned"] * 5
    assert not Evidence.objects.exists()


def test_without_its_log_a_whole_window_is_uncertain(sink: Sink, folder: Path, dies_at) -> None:
    five()
    dies_at(3)
    die()
    for path in folder.iterdir():
        path.unlink()

    assert take_up(now()) == 0
    end_leases(now() + LEASE)

    assert states() == ["uncertain"] * 5


def test_log_of_another_start_of_the_machine_tells_only_what_was_answered(sink: Sink, dies_at, monkeypatch) -> None:
    """Lines that were written last may be missing: that a mail was never begun is not proved."""
    five()
    dies_at(3)
    die()
    monkeypatch.setattr(wire_log, "boot", lambda: "another")

    take_up(now())
    assert states() == ["handed_off", "handed_off", "sending", "sending", "sending"]
    end_leases(now() + LEASE)

    assert states() == ["handed_off", "handed_off", "uncertain", "uncertain", "uncertain"]


def test_late_log_turns_uncertain_into_handed_over(sink: Sink, dies_at) -> None:
    five()
    dies_at(3)
    die()
    end_leases(now() + LEASE)
    assert states() == ["uncertain"] * 5

    take_up(now())

    assert states() == ["handed_off", "handed_off", "uncertain", "uncertain", "uncertain"]


def test_log_of_a_living_sender_is_left_alone(sink: Sink, folder: Path, dies_at) -> None:
    five()
    dies_at(3)
    die()
    (path,) = folder.iterdir()
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert take_up(now()) == 0

    assert path.exists()
    assert states() == ["sending"] * 5


def test_torn_last_line_proves_nothing(sink: Sink, folder: Path, dies_at) -> None:
    five()
    dies_at(3)
    die()
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-5])

    take_up(now())

    assert states() == ["handed_off", "handed_off", "sending", "sending", "sending"]


def test_log_of_another_database_changes_nothing(sink: Sink, folder: Path) -> None:
    """A copy of the portal for tests may stand on the same disk, with the same numbers."""
    row = mail(state=DeliveryState.SENDING, lease_until=now() + LEASE, on_wire_at=now(), attempts=1)
    other = mail(state=DeliveryState.UNCERTAIN, lease_until=now(), on_wire_at=now(), attempts=1)
    at = now().isoformat()
    lines = [["boot", wire_log.boot()], ["window", [row.pk, other.pk], at, at]]
    lines += [["told", pk, 0, at, "taken", 250, "ok", "content"] for pk in (row.pk, other.pk)]
    folder.mkdir()
    (folder / "x.log").write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert take_up(now()) == 0

    assert states() == ["sending", "uncertain"]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"[]\n", b'["begins", 3]\n', b'["boot"]\n["window"]\n', b"5\n"]
)
def test_nonsense_in_a_log_does_no_harm(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "x.log").write_bytes(content)

    assert take_up(now()) == 0
    assert list(folder.iterdir()) == []


def test_log_that_makes_no_sense_stops_no_sender(folder: Path, sink: Sink) -> None:
    row = mail()
    at = now().isoformat()
    folder.mkdir()
    (folder / "x.log").write_text(f'["boot", "x"]\n["window", ["{{}}", null], "{at}", "{at}"]\n')

    assert send_due(Queue.NOTICE).mails == 1

    assert list(folder.iterdir()) == []
    row.refresh_from_db()
    assert row.state == DeliveryState.HANDED_OFF


def test_log_is_kept_while_the_database_is_away(sink: Sink, folder: Path, dies_at, monkeypatch) -> None:
    five()
    dies_at(3)
    die()
    monkeypatch.setattr(recovery, "settle_all", lambda *given, **named: (_ for _ in ()).throw(OperationalError))
    with pytest.raises(OperationalError):
        take_up(now())
    monkeypatch.undo()

    assert len(list(folder.iterdir())) == 1


def test_disk_that_takes_nothing_ends_the_log_not_the_sending(sink: Sink, folder: Path) -> None:
    five()
    folder.write_text("a file where the folder should be")

    assert send_due(Queue.NOTICE).mails == 5


def test_log_with_a_hole_is_given_up(sink: Sink, folder: Path, dies_at, monkeypatch) -> None:
    """The disk is full in the middle: the log must not say later that the rest was never begun."""
    import os

    five()
    dies_at(3)
    real = os.write
    monkeypatch.setattr(wire_log.os, "write", lambda file, data: 0 if b"begins" in data else real(file, data))
    die()

    assert list(folder.iterdir()) == []
    end_leases(now() + LEASE)
    assert states() == ["uncertain"] * 5


def test_window_that_takes_too_long_ends_before_its_claim(sink: Sink, monkeypatch) -> None:
    """A sender that was frozen, or whose mail server is slow, sends nothing by a claim that may be over."""
    five()
    real, sent = Relay.end, []

    def slow(self: Relay) -> object:
        sent.append(real(self))
        monkeypatch.setattr(sending, "now", lambda: now() + LEASE)
        return sent[-1]

    monkeypatch.setattr(Relay, "end", slow)
    (batch,) = [sending.MailBatch(sending.claim(Queue.NOTICE, now()), sending.Sent())]
    batch.run()

    assert len(sent) == 1
    assert states() == ["handed_off", "planned", "planned", "planned", "planned"]
    assert set(Delivery.objects.exclude(state="handed_off").values_list("attempts", "first_tried_at")) == {(0, None)}


def test_second_try_of_a_mail_keeps_its_count(sink: Sink, dies_at) -> None:
    about = message()
    first = now() - timedelta(hours=1)
    mail(about=about)
    mail(about=about, attempts=2, first_tried_at=first, on_wire_at=None)
    dies_at(1)
    die()
    take_up(now())

    again = Delivery.objects.order_by("pk").last()
    assert (again.state, again.attempts, again.first_tried_at) == ("planned", 2, first)


def test_mail_that_kills_its_sender_is_parked_alone(sink: Sink, dies_at, monkeypatch) -> None:
    """Those that share its window are not given up with it."""
    five()
    real = Relay.end
    for _attempt in range(limits.PARK_AFTER):
        monkeypatch.setattr(Relay, "end", real)
        dies_at(1)
        Delivery.objects.filter(state="uncertain").update(state="planned", lease_until=None, on_wire_at=None)
        die()
        take_up(now())
    monkeypatch.setattr(Relay, "end", real)
    send_due(Queue.NOTICE)

    assert states() == ["failed", "handed_off", "handed_off", "handed_off", "handed_off"]
    assert Evidence.objects.filter(kind=EvidenceKind.UNCERTAIN).count() == limits.PARK_AFTER
