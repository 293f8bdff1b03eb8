"""From a raw mail to evidence: kept first, matched by what we signed, capped, never dropped."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core.clock import now
from apps.core.models import Heartbeat
from apps.delivery import canary, inbound
from apps.delivery.enums import DeliveryState, EvidenceKind, InboundState
from apps.delivery.limits import EVIDENCE_A_DAY, INBOUND_TRIES, RAW_BYTES
from apps.delivery.models import Delivery, Evidence, InboundMail
from apps.delivery.tokens import bounce_address, envelope_id, message_id
from apps.people.models import ContactPoint
from tests.delivery.factories import mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


@pytest.fixture
def row() -> Delivery:
    return mail(state=DeliveryState.HANDED_OFF, handed_off_at=now())


def dsn(
    address: str,
    *,
    to: str = "office@portal.example",
    action: str = "failed",
    status: str = "5.1.1",
    returned_id: str = "<other@x.example>",
    envelope: str = "",
    salt: str = "",
) -> bytes:
    envelope_line = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered {salt}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n{envelope_line}\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {returned_id}\r\n\r\n--b--\r\n"
    ).encode()


def take(raw: bytes) -> InboundMail:
    made = inbound.ingest(raw)
    inbound.sweep(now())
    made.refresh_from_db()
    return made


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def test_mail_is_kept_raw_before_anything_is_made_of_it(row: Delivery) -> None:
    raw = dsn(row.address, to=bounce_address(row.pk))
    made = inbound.ingest(raw)

    assert made.state == InboundState.RECEIVED
    assert inbound.open_blob(made.blob).read() == raw


def test_same_mail_twice_is_one_row(row: Delivery) -> None:
    raw = dsn(row.address, to=bounce_address(row.pk))

    assert take(raw) == take(raw)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("route", ["return path", "message id", "envelope id"])
def test_delivery_is_found_by(route: str, row: Delivery) -> None:
    ways = {
        "return path": {"to": bounce_address(row.pk)},
        "message id": {"returned_id": message_id(row.pk)},
        "envelope id": {"envelope": envelope_id(row.pk)},
    }
    made = take(dsn(row.address, **ways[route]))

    assert (made.state, made.delivery, made.parsed["route"]) == (InboundState.MATCHED, row, route)
    assert state(row) == DeliveryState.BOUNCED_HARD
    assert row.evidence.get().raw == made.blob


def test_return_path_is_read_in_any_case_and_header(row: Delivery) -> None:
    raw = dsn(row.address).replace(
        b"From:", b"Delivered-To: " + bounce_address(row.pk).upper().encode() + b"\r\nFrom:", 1
    )

    assert take(raw).delivery == row


def test_forged_return_path_is_refused(row: Delivery) -> None:
    forged = bounce_address(row.pk).replace(f"b+{row.pk}-", f"b+{row.pk + 1}-")
    other = mail(pk=row.pk + 1, state=DeliveryState.HANDED_OFF)
    made = take(dsn(other.address, to=forged))

    assert (made.state, made.delivery) == (InboundState.UNMATCHED, None)
    assert state(other) == DeliveryState.HANDED_OFF
    assert ContactPoint.objects.get(person=other.person).works


def test_hard_bounce_marks_the_address_dead(row: Delivery) -> None:
    take(dsn(row.address, to=bounce_address(row.pk)))

    assert ContactPoint.objects.get(person=row.person).dead_cause == "dead"


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.2.2", DeliveryState.BOUNCED_SOFT),
        ("failed", "5.7.1", DeliveryState.BLOCKED),
        ("delayed", "4.4.1", DeliveryState.DELAYED),
        ("delivered", "2.0.0", DeliveryState.DELIVERED),
        ("relayed", "2.0.0", DeliveryState.RELAYED),
        ("expanded", "2.0.0", DeliveryState.RELAYED),
    ],
)
def test_report_moves_the_state(row: Delivery, action: str, status: str, expected: str) -> None:
    take(dsn(row.address, to=bounce_address(row.pk), action=action, status=status))

    assert state(row) == expected
    assert ContactPoint.objects.get(person=row.person).works


def test_automatic_reply_proves_nothing(row: Delivery) -> None:
    raw = f"From: {row.address}\r\nIn-Reply-To: {message_id(row.pk)}\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n"
    made = take(raw.encode())

    assert (made.state, made.delivery) == (InboundState.MATCHED, row)
    assert state(row) == DeliveryState.HANDED_OFF


def test_automatic_reply_to_nothing_of_ours_asks_for_nobody() -> None:
    assert take(b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n").state == InboundState.SETTLED


def test_bounces_of_one_address_are_capped(row: Delivery) -> None:
    for number in range(EVIDENCE_A_DAY + 3):
        take(dsn(row.address, to=bounce_address(row.pk), salt=str(number)))

    assert row.evidence.filter(kind=EvidenceKind.BOUNCED_HARD).count() == EVIDENCE_A_DAY
    assert InboundMail.objects.exclude(note="").count() == 3


def test_mail_that_ends_the_reader_is_put_aside(row: Delivery) -> None:
    made = inbound.ingest(b"x")
    InboundMail.objects.update(attempts=INBOUND_TRIES)  # as a process that died each time leaves it
    inbound.sweep(now())

    made.refresh_from_db()
    assert made.state == InboundState.UNREADABLE
    assert InboundMail.objects.waiting().get() == made


def test_too_large_mail_is_cut_and_says_so() -> None:
    made = inbound.ingest(b"a" * (RAW_BYTES + 1))

    assert made.blob.size == RAW_BYTES
    assert made.note


def test_canary_that_returns_is_noted(settings) -> None:
    settings.CANARY_ADDRESS = "canary@portal.example"
    sent = canary.send(now())
    Delivery.objects.update(state=DeliveryState.HANDED_OFF)
    take(f"From: x@y.example\r\nMessage-ID: {message_id(sent.pk)}\r\nTo: canary@portal.example\r\n\r\nhi\r\n".encode())

    names = set(Heartbeat.objects.values_list("name", flat=True))
    assert {canary.PLANNED, canary.RETURNED} <= names


def test_without_a_place_the_canary_stays(settings) -> None:
    settings.CANARY_ADDRESS = settings.INBOUND_IMAP_URL = ""

    assert canary.send(now()) is None


def test_command_keeps_one_mail_from_standard_input(monkeypatch) -> None:
    out = StringIO()
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": BytesIO(b"From: a@b.example\r\n\r\nHi\r\n")}))
    call_command("ingest_mail", stdout=out)

    assert out.getvalue() == f"kept as {InboundMail.objects.get().pk}\n"


def test_command_refuses_nothing(monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": BytesIO(b"")}))

    with pytest.raises(CommandError):
        call_command("ingest_mail")


def test_old_bounces_do_not_count_for_the_cap(row: Delivery) -> None:
    for number in range(EVIDENCE_A_DAY):
        Evidence.objects.create(
            message=row.message,
            person=row.person,
            delivery=row,
            kind=EvidenceKind.BOUNCED_SOFT,
            happened_at=now(),
            recorded_at=now() - timedelta(days=2),
            source_event=f"inbound:old{number}",
        )
    take(dsn(row.address, to=bounce_address(row.pk)))

    assert state(row) == DeliveryState.BOUNCED_HARD


def test_job_ends_after_its_time_and_the_next_goes_on(row: Delivery) -> None:
    for number in range(3):
        inbound.ingest(dsn(row.address, to=bounce_address(row.pk), salt=str(number)))

    assert [inbound.sweep(now(), seconds=0) for _job in range(4)] == [1, 1, 1, 0]


def test_mail_that_cannot_be_read_is_tried_once_a_job(row: Delivery, monkeypatch) -> None:
    monkeypatch.setattr("apps.delivery.inbound.understand", lambda *about: 1 / 0)
    inbound.ingest(dsn(row.address, to=bounce_address(row.pk)))
    inbound.sweep(now())

    assert InboundMail.objects.get().attempts == 1
