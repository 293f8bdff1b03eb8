"""Messages, one person told, nudges, lag, tokens."""

from datetime import timedelta

import pytest
from django.test import override_settings

from apps.core.clock import now
from apps.delivery.claims import claim, give_back, put_on_wire
from apps.delivery.enums import Channel, DeliveryState, EvidenceKind, Queue
from apps.delivery.models import Delivery
from apps.delivery.rendering import HeaderRefused, mailbox, one_line
from apps.delivery.services import Text, UnableToCreateMessage, create_message, nudge, outbox_lag, tell
from apps.delivery.sweeps import depth, sweep, work
from apps.delivery.tokens import bounce_address, delivery_of_address, delivery_of_message_id, message_id
from apps.people.models import ContactPoint
from tests import factories
from tests.delivery.factories import NOON, TEXTS, mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def test_person_is_told_by_portal_and_mail() -> None:
    person = factories.student()
    made = tell(person=person, source="tests.thing:1", texts=TEXTS, at=NOON)

    rows = Delivery.objects.filter(message=made).order_by("channel")
    assert [(row.channel, row.state) for row in rows] == [
        (Channel.MAIL, DeliveryState.PLANNED),
        (Channel.PORTAL, DeliveryState.HANDED_OFF),
    ]
    fact = rows[1].evidence.get()
    assert (fact.kind, fact.detail) == (EvidenceKind.HANDED_OFF, {"source": "portal"})


def test_person_with_a_dead_address_is_told_in_the_portal_only() -> None:
    person = factories.student()
    ContactPoint.objects.update(dead_at=NOON)
    made = tell(person=person, source="tests.thing:1", texts=TEXTS, at=NOON)

    assert [row.channel for row in made.deliveries.all()] == [Channel.PORTAL]


@pytest.mark.parametrize(
    "texts", [{}, {"en": Text("", "x")}, {"en": Text("a\r\nBcc: b", "x")}, {"en": Text("a\0", "x")}]
)
def test_message_without_proper_words_is_refused(texts: dict[str, Text]) -> None:
    with pytest.raises(UnableToCreateMessage):
        create_message(source="x:1", texts=texts)


def test_lag_is_that_of_the_oldest_due_row() -> None:
    mail(not_before=NOON)
    mail(not_before=NOON + timedelta(hours=1))
    mail(state=DeliveryState.HANDED_OFF, not_before=NOON - timedelta(days=1))

    assert outbox_lag(NOON + timedelta(seconds=90)) == 90.0
    assert outbox_lag(NOON - timedelta(seconds=1)) == 0.0


def test_nudge_never_raises(django_capture_on_commit_callbacks, settings) -> None:
    with override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0"), django_capture_on_commit_callbacks(execute=True):
        nudge(Queue.NOTICE)


def test_sweep_names_the_senders_that_have_work() -> None:
    mail(queue=Queue.REMINDER, not_before=now())
    mail(queue=Queue.URGENT, not_before=now() + timedelta(days=1))

    assert work(now()) == [(Queue.REMINDER, Channel.MAIL)]
    assert set(sweep(now())) == {"taken_up", "leases", "resend", "silent", "expired", "rested", "released"}


def test_depth_counts_by_kind() -> None:
    mail(not_before=now())
    mail(not_before=now() + timedelta(days=1))
    mail(state=DeliveryState.UNCERTAIN)
    mail(state=DeliveryState.DELIVERED)

    assert depth(now()) == {"due": 1, "later": 1, "sending": 0, "uncertain": 1}


class TestClaims:
    def test_claim_takes_due_rows_once(self) -> None:
        rows = [mail(not_before=NOON) for _n in range(3)]

        assert {row.pk for row in claim(Queue.NOTICE, now(), limit=2)} == {rows[0].pk, rows[1].pk}
        assert [row.pk for row in claim(Queue.NOTICE, now(), limit=2)] == [rows[2].pk]
        assert claim(Queue.NOTICE, now()) == []

    def test_claim_is_sorted_by_domain(self) -> None:
        for address in ("a@z.example", "b@a.example", "c@z.example"):
            mail(address=address, not_before=NOON)

        assert [row.address for row in claim(Queue.NOTICE, now())] == ["b@a.example", "a@z.example", "c@z.example"]

    def test_row_that_was_taken_over_is_not_put_on_the_wire(self) -> None:
        mail(not_before=NOON)
        (row,) = claim(Queue.NOTICE, now())
        Delivery.objects.update(lease_until=now() + timedelta(hours=1))

        assert put_on_wire([row], row.lease_until, now())[0] == []
        assert give_back([row.pk], row.lease_until, not_before=now()) == 0


class TestTokens:
    def test_round_trip(self) -> None:
        assert delivery_of_address(bounce_address(12)) == 12
        assert delivery_of_address(f"<{bounce_address(12).upper()}>") == 12
        assert delivery_of_message_id(message_id(12)) == 12

    @pytest.mark.parametrize(
        "text", ["", "b+12@x.example", "b+12-aaaaaaaaaaaaaaaa@x.example", "x", "b+12-" + "a" * 999]
    )
    def test_others_are_refused(self, text: str) -> None:
        assert delivery_of_address(text) is None

    def test_replaced_key_still_counts(self, settings) -> None:
        old = bounce_address(12)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "a new one"

        assert delivery_of_address(old) == 12

    def test_local_part_fits(self) -> None:
        assert len(bounce_address(2**63 - 1).partition("@")[0]) <= 64


@pytest.mark.parametrize("value", ["a\rb", "a\nb", "a\0b"])
def test_header_value_is_one_line(value: str) -> None:
    with pytest.raises(HeaderRefused):
        one_line(value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", b"a@b.example"),
        ("Ann Lee", b'"Ann Lee" <a@b.example>'),
        ('A "B"', b"=?utf-8?b?QSAiQiI=?= <a@b.example>"),
    ],
)
def test_mailbox(name: str, expected: bytes) -> None:
    assert mailbox(name, "a@b.example") == expected


def test_message_of_many_deliveries_is_told_in_one_language_per_person() -> None:
    assert message().texts.count() == len(TEXTS)
