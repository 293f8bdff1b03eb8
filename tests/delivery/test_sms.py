"""Text messages through a local gateway, and the reports that it sends back."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery import reports
from apps.delivery.channels import signing
from apps.delivery.enums import Channel, DeliveryState, Queue
from apps.delivery.models import Delivery, Evidence, StatusReport, Suppression
from apps.delivery.sending import send_due
from apps.delivery.services import Text
from apps.delivery.sweeps import resend_uncertain
from apps.delivery.tokens import token
from apps.journal.files import open_blob
from apps.people.models import ContactPoint
from tests import factories
from tests.delivery.factories import chat, message
from tests.delivery.standins.server import CLOSE, HANG
from tests.delivery.standins.services import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

SECRET = "shared secret"


def send() -> int:
    return send_due(Queue.NOTICE, Channel.SMS).mails


def one(number: str = "+8613900000001", **fields: object) -> Delivery:
    return chat(Channel.SMS, number, about=message(target_url="/n/1/"), **fields)


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def test_request_is_signed_and_carries_its_key(gateway: Gateway, settings) -> None:
    row = one()

    assert send() == 1

    (asked,) = gateway.asked
    assert asked.body == {
        "to": "+8613900000001",
        "text": "關於期末考試安排的通知 http://localhost:8000/n/1/",
        "reference": token(row.pk),
        "callback": "http://localhost:8000/delivery/sms/status/",
    }
    assert asked.headers["Authorization"] == "Bearer bearer"
    assert asked.headers["Idempotency-Key"] == token(row.pk)
    stamp = asked.headers[signing.TIMESTAMP]
    assert asked.headers[signing.SIGNATURE] == signing.sign(SECRET, stamp, asked.raw)
    row.refresh_from_db()
    assert (row.state, row.remote_id) == (DeliveryState.HANDED_OFF, f"g-{token(row.pk)}")


def test_text_is_short_and_in_the_persons_language(gateway: Gateway) -> None:
    about = message(texts={"zh-hant": Text("長" * 190, "內文"), "en": Text("Short", "Text")}, target_url="/n/1/")
    chat(Channel.SMS, "13800000001", about=about)
    chat(Channel.SMS, "13800000002", about=about, person=factories.student("Ann", language="en"))
    send()

    long, short = (asked.body["text"] for asked in gateway.asked)
    assert len(long) == 134
    assert long.endswith("… http://localhost:8000/n/1/")
    assert short == "Short http://localhost:8000/n/1/"


def test_second_try_of_an_uncertain_one_arrives_once(gateway: Gateway) -> None:
    """The line closed after the gateway took it; the same key makes the repeat harmless."""
    row = one()
    gateway.keys.add(token(row.pk))
    gateway.once("/send", CLOSE)
    send()
    assert state(row) == DeliveryState.UNCERTAIN

    resend_uncertain(now() + timedelta(minutes=31))
    Delivery.objects.update(not_before=now())
    assert send() == 1

    assert state(row) == DeliveryState.HANDED_OFF
    assert {asked.headers["Idempotency-Key"] for asked in gateway.asked} == {token(row.pk)}


@pytest.mark.parametrize("answer", [(500, {}), (302, {}), HANG, CLOSE])
def test_unclear_answers(gateway: Gateway, answer: object) -> None:
    row = one()
    gateway.once("/send", answer)
    send()

    assert state(row) == (DeliveryState.FAILED if answer == (302, {}) else DeliveryState.UNCERTAIN)
    assert len(gateway.asked) == 1, "a redirect is not followed"


@pytest.mark.parametrize("status", [429, 503, 401])
def test_busy_gateway_or_wrong_account_waits(gateway: Gateway, status: int) -> None:
    row = one()
    gateway.once("/send", (status, {}))
    send()

    assert state(row) == DeliveryState.PLANNED
    assert row.attempts == 0


def test_number_that_does_not_exist_is_not_written_to_again(gateway: Gateway) -> None:
    row = one()
    gateway.once("/send", (422, {"error": "invalid_number"}))
    send()

    assert state(row) == DeliveryState.BOUNCED_HARD
    assert ContactPoint.objects.get(value=row.address).dead_cause == "dead"
    assert Suppression.objects.get().channel == Channel.SMS


def test_other_refusal_fails_and_says_nothing_about_the_number(gateway: Gateway) -> None:
    row = one()
    gateway.once("/send", (422, {"error": "text_refused"}))
    send()

    assert state(row) == DeliveryState.FAILED
    assert not Suppression.objects.exists()


class TestReports:
    def post(self, told: object, *, at: datetime | None = None, secret: str = SECRET, **headers: str) -> int:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        signed = signing.headers(secret, body, at or now()) | headers
        client = Client(enforce_csrf_checks=True)
        url = reverse("delivery:sms_status")
        return client.post(url, body, content_type="application/json", headers=signed).status_code

    def handed_over(self) -> Delivery:
        row = one()
        send()
        return row

    def test_report_is_kept_and_then_becomes_evidence(self, gateway: Gateway) -> None:
        row = self.handed_over()

        assert self.post({"reference": token(row.pk), "status": "delivered"}) == 204
        assert state(row) == DeliveryState.HANDED_OFF, "only kept"
        assert reports.sweep(now()) == 1

        assert state(row) == DeliveryState.DELIVERED
        with open_blob(row.evidence.get(kind="delivered").raw) as content:
            assert json.loads(content.read())["status"] == "delivered"

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("failed", DeliveryState.BOUNCED_SOFT),
            ("expired", DeliveryState.BOUNCED_SOFT),
            ("unknown_number", DeliveryState.BOUNCED_HARD),
            ("blocked", DeliveryState.BLOCKED),
            ("sent", DeliveryState.HANDED_OFF),
        ],
    )
    def test_what_each_word_means(self, gateway: Gateway, status: str, expected: str) -> None:
        row = self.handed_over()
        self.post({"reference": token(row.pk), "status": status})
        reports.sweep(now())

        assert state(row) == expected
        assert not StatusReport.objects.unsettled().exists()

    def test_report_before_we_know_the_gateways_number_is_not_lost(self, gateway: Gateway) -> None:
        row = one()
        self.post({"id": "g-77", "status": "delivered"})
        assert reports.sweep(now()) == 0

        Delivery.objects.filter(pk=row.pk).update(remote_id="g-77", state=DeliveryState.HANDED_OFF)
        assert reports.sweep(now() + timedelta(days=3)) == 1
        assert state(row) == DeliveryState.DELIVERED

    def test_late_report_stops_a_second_try(self, gateway: Gateway) -> None:
        row = one()
        gateway.once("/send", CLOSE)
        send()
        self.post({"reference": token(row.pk), "status": "delivered"})
        reports.sweep(now())

        assert state(row) == DeliveryState.DELIVERED
        assert resend_uncertain(now() + timedelta(hours=1)) == 0

    def test_replayed_report_counts_once(self, gateway: Gateway) -> None:
        row = self.handed_over()
        for _n in range(2):
            assert self.post({"reference": token(row.pk), "status": "delivered"}) == 204
            reports.sweep(now())

        assert Evidence.objects.filter(kind="delivered").count() == 1

    def test_old_signature_is_refused(self, gateway: Gateway) -> None:
        assert self.post({"id": "1"}, at=now() - timedelta(minutes=6)) == 403
        assert self.post({"id": "1"}, at=now() + timedelta(minutes=6)) == 403
        assert not StatusReport.objects.exists()

    @pytest.mark.parametrize(("seconds", "status"), [(-299, 204), (299, 204), (-302, 403), (302, 403)])
    def test_clocks_may_differ_by_five_minutes(self, gateway: Gateway, seconds: int, status: int) -> None:
        assert self.post({"id": "1"}, at=now() + timedelta(seconds=seconds)) == status
        assert StatusReport.objects.count() == (status == 204)

    def test_replay_in_the_window_is_one_report_settled_or_not(self, gateway: Gateway) -> None:
        """The same bytes under the old signature, and signed anew: once kept, once evidence."""
        row = self.handed_over()
        told, first = {"reference": token(row.pk), "status": "failed"}, now() - timedelta(minutes=4)
        for at in (first, first, now()):
            assert self.post(told, at=at) == 204
        reports.sweep(now())
        assert self.post(told, at=now()) == 204
        reports.sweep(now())

        assert StatusReport.objects.count() == 1
        assert Evidence.objects.filter(kind="bounced_soft").count() == 1
        assert state(row) == DeliveryState.BOUNCED_SOFT

    def test_two_words_about_one_message_are_two_reports(self, gateway: Gateway) -> None:
        row = self.handed_over()
        for word in ("sent", "delivered"):
            self.post({"reference": token(row.pk), "status": word})

        assert reports.sweep(now()) == 2
        assert state(row) == DeliveryState.DELIVERED

    def test_clock_of_the_gateway_ahead_of_ours_dates_nothing_into_the_future(self, gateway: Gateway) -> None:
        row = self.handed_over()
        ahead = (now() + timedelta(hours=3)).isoformat()
        self.post({"reference": token(row.pk), "status": "delivered", "at": ahead})
        reports.sweep(now())

        assert row.evidence.get(kind="delivered").happened_at <= now()

    @pytest.mark.parametrize("length", ["", "-1", str(10**9)])
    def test_length_that_is_wrong_is_refused_or_read_no_further(self, gateway: Gateway, length: str) -> None:
        """A lie about the length never makes more be read than a report may have."""
        body = b"x" * (reports.REPORT_BYTES + 1)
        signed = signing.headers(SECRET, body, now())
        answer = Client().post(
            reverse("delivery:sms_status"), body, content_type="application/json", headers=signed, CONTENT_LENGTH=length
        )

        assert answer.status_code in (403, 413)
        assert not StatusReport.objects.exists()

    def test_body_as_long_as_allowed_is_kept_whole(self, gateway: Gateway) -> None:
        body = json.dumps({"id": "1", "detail": "x" * (reports.REPORT_BYTES - 30)}).encode()
        body += b" " * (reports.REPORT_BYTES - len(body))

        assert self.post(body) == 204
        with open_blob(StatusReport.objects.get().blob) as content:
            assert content.read() == body

    def test_forged_report_is_refused(self, gateway: Gateway) -> None:
        assert self.post({"id": "1"}, secret="guessed") == 403
        assert self.post({"id": "1"}, **{signing.SIGNATURE: ""}) == 403
        assert self.post({"id": "1"}, **{signing.SIGNATURE: "sha256=ü"}) == 403
        assert self.post({"id": "1"}, **{signing.TIMESTAMP: "soon"}) == 403
        assert not StatusReport.objects.exists()

    def test_without_a_secret_nobody_is_believed(self, settings) -> None:
        settings.SMS = settings.SMS | {"secret": ""}

        assert self.post({"id": "1"}, secret="") == 403

    def test_forged_reference_reaches_no_delivery(self, gateway: Gateway) -> None:
        row = self.handed_over()
        self.post({"reference": f"{row.pk}-aaaaaaaaaaaaaaaa", "status": "unknown_number"})

        assert reports.sweep(now()) == 0
        assert state(row) == DeliveryState.HANDED_OFF

    def test_large_body_is_refused(self, gateway: Gateway) -> None:
        assert self.post(b"x" * (reports.REPORT_BYTES + 1)) == 413

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"status": 5, "at": "2026-99-99T00:00"}'])
    def test_nonsense_is_kept_and_does_no_harm(self, gateway: Gateway, body: bytes) -> None:
        row = self.handed_over()
        assert self.post(body) == 204
        self.post({"reference": token(row.pk), "status": "delivered", "at": "2026-99-99T00:00"})

        assert reports.sweep(now()) == 1
        assert state(row) == DeliveryState.DELIVERED

    def test_get_is_refused(self) -> None:
        assert Client().get(reverse("delivery:sms_status")).status_code == 405
