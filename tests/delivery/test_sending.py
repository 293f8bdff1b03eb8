"""From a planned row to the mail server and back to evidence."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.core.clock import now
from apps.delivery.enums import DeliveryState, EvidenceKind, MessageClass, Queue
from apps.delivery.limits import LEASE, PARK_AFTER, RESEND_AFTER
from apps.delivery.models import Delivery, Evidence, MessageText
from apps.delivery.outcomes import queue_number
from apps.delivery.sending import send_due
from apps.delivery.sweeps import end_leases, resend_uncertain
from apps.delivery.tokens import bounce_address, message_id
from apps.people.models import ContactPoint
from tests import factories
from tests.delivery.conftest import Sink
from tests.delivery.factories import mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def send() -> int:
    return send_due(Queue.NOTICE).mails


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def facts(row: Delivery) -> list[str]:
    return list(row.evidence.order_by("pk").values_list("kind", flat=True))


def test_due_mail_is_handed_over_with_the_whole_answer(sink: Sink) -> None:
    row = mail()

    assert send() == 1

    assert state(row) == DeliveryState.HANDED_OFF
    assert row.handed_off_at is not None
    fact = row.evidence.get()
    assert fact.kind == EvidenceKind.HANDED_OFF
    assert fact.detail.pop("content") == row.message.texts.get(language="zh-hant").digest
    assert fact.detail == {"code": 250, "answer": "2.0.0 queued as 1", "step": "content", "attempt": 1}


def test_envelope_and_headers_carry_the_signed_names(sink: Sink) -> None:
    row = mail()
    send()

    (taken,), (read,) = sink.taken, sink.mails()
    assert (taken.sender, taken.recipient) == (bounce_address(row.pk), row.address)
    assert read["Message-ID"] == message_id(row.pk)
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Subject"] == "關於期末考試安排的通知"
    assert read["To"].addresses[0].addr_spec == row.address
    assert "List-Unsubscribe" not in read


def test_body_has_salutation_and_text_in_both_forms(sink: Sink) -> None:
    mail(factories.student("林學生"))
    send()

    (read,) = sink.mails()
    text, html = (read.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "林學生" in text.splitlines()[0]
    assert "請於週五前確認。" in text
    assert "林學生" in html
    assert "<strong>週五</strong>" in html


def test_each_person_gets_the_own_language(sink: Sink) -> None:
    mail(factories.student("Ann Lee", language="en"))
    send()

    assert sink.mails()[0]["Subject"] == "Final examinations"


def test_one_connection_serves_the_batch(sink: Sink) -> None:
    about = message()
    for _n in range(5):
        mail(about=about)

    assert send() == 5
    assert sink.connections == 1


def test_words_that_left_and_the_number_of_the_next_server_are_kept(sink: Sink) -> None:
    """Each delivery says by hash which words left, in the language that was sent."""
    row = mail(factories.student("Ann Lee", language="en"))
    send()

    row.refresh_from_db()
    words = MessageText.objects.get(message=row.message, language="en")
    assert row.content_digest == words.digest
    assert row.evidence.get(kind="handed_off").detail["content"] == words.digest


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("2.0.0 Ok: queued as 4B1C2D3E", "4B1C2D3E"),
        ("OK id=1rXyZ-0001Ab-2C", "1rXyZ-0001Ab-2C"),
        ("2.6.0 <abc@host> Queued mail for delivery", ""),
        ("OK", ""),
    ],
)
def test_number_in_the_answer(answer: str, number: str) -> None:
    assert queue_number(answer) == number


def test_second_run_sends_nothing(sink: Sink) -> None:
    mail()
    send()

    assert send() == 0
    assert len(sink.taken) == 1


def test_row_of_another_queue_or_later_is_left(sink: Sink) -> None:
    mail(queue=Queue.REMINDER)
    mail(not_before=now() + timedelta(hours=1))

    assert send() == 0


@pytest.mark.parametrize(
    ("answer", "expected", "cause"),
    [
        ("550 5.1.1 user unknown", DeliveryState.BOUNCED_HARD, "dead"),
        ("550 5.7.1 message looks like spam", DeliveryState.BLOCKED, "blocked"),
        ("552 5.2.2 mailbox full", DeliveryState.BOUNCED_SOFT, "full"),
        ("554 5.6.0 something odd", DeliveryState.FAILED, "other"),
    ],
)
def test_refusal_is_recorded_by_its_class(sink: Sink, answer: str, expected: str, cause: str) -> None:
    row = mail()
    sink.answers[row.address] = answer
    send()

    assert state(row) == expected
    assert row.evidence.get().detail["cause"] == cause


def test_unknown_user_marks_the_address_dead(sink: Sink) -> None:
    row = mail()
    sink.answers[row.address] = "550 5.1.1 user unknown"
    send()

    point = ContactPoint.objects.get(person=row.person)
    assert point.dead_cause == "dead"
    assert not point.works


def test_refused_recipient_does_not_stop_the_next(sink: Sink) -> None:
    about = message()
    first, second = mail(about=about), mail(about=about)
    sink.answers[first.address] = "550 5.1.1 user unknown"
    send()

    assert [state(first), state(second)] == [DeliveryState.BOUNCED_HARD, DeliveryState.HANDED_OFF]


def test_put_off_waits_and_keeps_count(sink: Sink) -> None:
    row = mail()
    sink.answers[row.address] = "451 4.3.0 try later"
    send()

    assert state(row) == DeliveryState.PLANNED
    assert row.attempts == 1
    assert row.last_answer == "RCPT: 451 4.3.0 try later"
    assert row.not_before > now() + timedelta(minutes=4)
    assert facts(row) == []


def test_put_off_beyond_the_budget_fails(sink: Sink) -> None:
    row = mail(first_tried_at=now() - timedelta(hours=73), attempts=20)
    sink.answers[row.address] = "451 4.3.0 try later"
    send()

    assert state(row) == DeliveryState.FAILED
    assert row.evidence.get().detail["reason"] == "retry time spent"


def test_line_that_breaks_after_the_mail_is_uncertain(sink: Sink) -> None:
    row = mail()
    sink.content_answers[row.address] = "drop"
    send()

    assert state(row) == DeliveryState.UNCERTAIN
    assert facts(row) == [EvidenceKind.UNCERTAIN]


def test_line_that_breaks_before_the_mail_is_tried_again(sink: Sink) -> None:
    about = message()
    row, other = mail(about=about), mail(about=about)
    sink.answers[row.address] = "drop"
    send()

    assert state(row) == DeliveryState.PLANNED
    assert state(other) == DeliveryState.HANDED_OFF


def test_uncertain_mandatory_mail_goes_again_with_the_same_message_id(sink: Sink) -> None:
    row = mail()
    sink.content_answers[row.address] = "drop"
    send()
    sink.content_answers.clear()

    assert resend_uncertain(now()) == 0, "not before half an hour"
    assert resend_uncertain(now() + RESEND_AFTER + timedelta(minutes=1)) == 1
    Delivery.objects.update(not_before=now())
    send()

    assert state(row) == DeliveryState.HANDED_OFF
    assert facts(row) == [EvidenceKind.UNCERTAIN, EvidenceKind.HANDED_OFF]
    assert sink.mails()[0]["Message-ID"] == message_id(row.pk)


def test_uncertain_optional_mail_is_left(sink: Sink) -> None:
    row = mail(about=message(message_class=MessageClass.OPTIONAL))
    sink.content_answers[row.address] = "drop"
    send()

    assert resend_uncertain(now() + timedelta(days=1)) == 0


def test_server_that_is_away_counts_as_nobodys_failure(settings) -> None:
    settings.SMTP = {**settings.SMTP, "host": "127.0.0.1", "port": 1}
    rows = [mail(), mail()]

    sent = send_due(Queue.NOTICE)

    assert sent.relay_away
    assert {(row.attempts, row.first_tried_at, row.on_wire_at) for row in Delivery.objects.all()} == {(0, None, None)}
    for row in rows:
        assert state(row) == DeliveryState.PLANNED
        assert row.last_answer == "connect: ConnectionRefusedError"
        assert facts(row) == []


def test_message_past_its_end_is_cancelled(sink: Sink) -> None:
    row = mail(about=message(expires_at=now() - timedelta(minutes=1)))
    send()

    assert state(row) == DeliveryState.CANCELLED
    assert sink.taken == []


def test_line_break_in_an_address_is_refused_by_ourselves(sink: Sink) -> None:
    row = mail(address="a@b.example\r\nBcc: all@college.example")
    send()

    assert state(row) == DeliveryState.FAILED
    assert sink.taken == []


def test_header_in_a_name_adds_nothing(sink: Sink) -> None:
    row = mail(factories.student("王\r\nBcc: x@y.example"))
    send()

    assert state(row) == DeliveryState.FAILED


def test_lease_that_ended_on_the_wire_is_uncertain(sink: Sink) -> None:
    row = mail(state=DeliveryState.SENDING, lease_until=now(), on_wire_at=now(), attempts=1)

    assert end_leases(now()) == 1

    assert state(row) == DeliveryState.UNCERTAIN
    assert facts(row) == [EvidenceKind.UNCERTAIN]


def test_lease_that_ended_before_the_wire_waits_again() -> None:
    row = mail(state=DeliveryState.SENDING, lease_until=now())

    end_leases(now())

    assert state(row) == DeliveryState.PLANNED
    assert facts(row) == []


def test_running_lease_is_left_alone() -> None:
    row = mail(state=DeliveryState.SENDING, lease_until=now() + LEASE)

    assert end_leases(now()) == 0
    assert state(row) == DeliveryState.SENDING


def test_mail_that_ends_its_process_again_and_again_is_parked() -> None:
    row = mail()
    for attempt in range(1, PARK_AFTER + 1):
        Delivery.objects.update(state=DeliveryState.SENDING, lease_until=now(), on_wire_at=now(), attempts=attempt)
        end_leases(now())

    assert state(row) == DeliveryState.FAILED
    assert facts(row) == [EvidenceKind.UNCERTAIN] * PARK_AFTER + [EvidenceKind.FAILED]
    assert resend_uncertain(now() + timedelta(days=1)) == 0


def test_dsn_is_asked_for_where_it_is_offered(sink: Sink, monkeypatch) -> None:
    sent: list[bytes] = []
    sink.offers_dsn = True
    monkeypatch.setattr("smtplib.SMTP.send", recording_send(sent))
    row = mail(address="p+q@college.example")
    send()

    lines = b"".join(sent)
    assert b"RET=HDRS ENVID=%d-" % row.pk in lines
    assert b"NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;p+2Bq@college.example" in lines


def recording_send(sent: list[bytes]):
    import smtplib

    real = smtplib.SMTP.send

    def send(self, text):
        sent.append(text.encode() if isinstance(text, str) else text)
        return real(self, text)

    return send


def test_receipt_that_came_first_is_not_overwritten(sink: Sink) -> None:
    from apps.delivery.claims import claim
    from apps.delivery.outcomes import settle
    from apps.delivery.services import record_evidence
    from apps.delivery.smtp import Answer, Fate

    row = mail()
    (claimed,) = claim(Queue.NOTICE, now())
    record_evidence(
        message=row.message,
        person=row.person,
        delivery=row,
        kind=EvidenceKind.DELIVERED,
        happened_at=now(),
        source_event="dsn:1",
    )
    with transaction.atomic():
        settle(claimed, Answer(Fate.TAKEN, 250, "ok", "content"), lease=claimed.lease_until, at=now())

    assert state(row) == DeliveryState.DELIVERED
    assert Evidence.objects.filter(delivery=row).count() == 2


@pytest.mark.django_db(transaction=True)
def test_last_mail_of_a_batch_may_be_told_of_before_its_answer(sink: Sink, monkeypatch) -> None:
    """The receipt comes in while the server's answer is still under way: both are kept, the stronger one counts."""
    from apps.delivery.services import record_evidence
    from apps.delivery.smtp import Relay

    row = mail()
    real = Relay.end

    def hear(self: Relay) -> object:
        answer = real(self)
        record_evidence(
            message=row.message,
            person=row.person,
            delivery=row,
            kind=EvidenceKind.DELIVERED,
            happened_at=now(),
            source_event="dsn:2",
        )
        return answer

    monkeypatch.setattr(Relay, "end", hear)
    send()

    row.refresh_from_db()
    assert row.state == DeliveryState.DELIVERED
    assert set(facts(row)) == {EvidenceKind.HANDED_OFF, EvidenceKind.DELIVERED}
    assert row.handed_off_at is not None


def test_line_that_breaks_after_the_mail_again_and_again_parks_it(sink: Sink) -> None:
    """The server may have kept each one: the person must not get the mail every half an hour."""
    row = mail()
    sink.content_answers[row.address] = "drop"
    for _attempt in range(PARK_AFTER):
        assert state(row) in (DeliveryState.PLANNED, DeliveryState.UNCERTAIN)
        Delivery.objects.update(state=DeliveryState.PLANNED, lease_until=None, on_wire_at=None)
        send()

    assert state(row) == DeliveryState.FAILED
    assert facts(row) == [EvidenceKind.UNCERTAIN] * PARK_AFTER + [EvidenceKind.FAILED]
    assert resend_uncertain(now() + timedelta(days=1)) == 0
