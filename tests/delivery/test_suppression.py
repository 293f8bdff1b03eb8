"""An address that came back rests: its mails are held and shown, and go on when it is free again."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from apps.delivery.claims import claim
from apps.delivery.enums import Cause, DeliveryState, EvidenceKind, MessageClass, Queue
from apps.delivery.models import Delivery, Suppression
from apps.delivery.services import (
    UnableToLift,
    lift,
    plan,
    release_held,
    suppress,
    suppress_after,
)
from apps.delivery.sweeps import sweep
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import NOON, mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
DAY = timedelta(days=1)


def rest(address: str, cause: Cause = Cause.FULL, until: timedelta | None = DAY) -> Suppression:
    return suppress(address=address, cause=cause, until=NOON + until if until else None, at=NOON)


@pytest.mark.parametrize(
    ("kind", "cause", "lasts"),
    [
        (EvidenceKind.BOUNCED_HARD, Cause.DEAD, None),
        (EvidenceKind.BOUNCED_SOFT, Cause.FULL, timedelta(days=3)),
        (EvidenceKind.BLOCKED, Cause.BLOCKED, DAY),
        (EvidenceKind.BLOCKED, Cause.POLICY, DAY),
        (EvidenceKind.BOUNCED_SOFT, Cause.EXPIRED, timedelta(hours=12)),
        (EvidenceKind.COMPLAINED, Cause.OTHER, None),
    ],
)
def test_rest_depends_on_the_cause(kind: EvidenceKind, cause: Cause, lasts: timedelta | None) -> None:
    made = suppress_after(delivery=mail(), kind=kind, cause=cause, evidence=None, at=NOON)

    assert made.until == (NOON + lasts if lasts else None)


@pytest.mark.parametrize("cause", [Cause.SIZE, Cause.OTHER, Cause.DEAD])
def test_what_says_nothing_about_the_address_rests_nothing(cause: Cause) -> None:
    """Dead and soft together is a delay with harsh words."""
    kind = EvidenceKind.BOUNCED_SOFT
    assert suppress_after(delivery=mail(), kind=kind, cause=cause, evidence=None, at=NOON) is None
    assert not Suppression.objects.exists()


def test_second_bounce_makes_it_longer_and_never_shorter() -> None:
    rest("a@x.example"), rest("A@X.example", until=2 * DAY), rest("a@x.example")

    assert Suppression.objects.get().until == NOON + 2 * DAY


def test_rest_without_end_keeps_it() -> None:
    rest("a@x.example", until=None), rest("a@x.example")

    assert Suppression.objects.get().until is None


def test_claimed_row_of_a_resting_address_is_held_and_shown() -> None:
    row, other = mail(), mail()
    rest(row.address.upper())

    assert [one.pk for one in claim(Queue.NOTICE, NOON)] == [other.pk]
    row.refresh_from_db()
    assert (row.state, row.held_reason) == (DeliveryState.HELD, "suppressed:full")
    assert row.held_because == Cause.FULL.label
    assert not Delivery.objects.due(NOON).filter(pk=row.pk).exists()


def test_mail_about_the_account_goes_all_the_same() -> None:
    row = mail(about=message(message_class=MessageClass.ACCOUNT))
    rest(row.address)

    assert [one.pk for one in claim(Queue.NOTICE, NOON)] == [row.pk]


@pytest.mark.django_db(transaction=True)
def test_planning_holds_the_row_and_counts_the_person_as_out_of_reach() -> None:
    resting, free = factories.student(), factories.student()
    for person in (resting, free):
        ContactPoint.objects.get_or_create(
            person=person, kind="mail", value=person.email, defaults={"is_primary": True}
        )
    rest(resting.email)
    planned = plan(message=message(), people=Person.objects.filter(pk__in=[resting.pk, free.pk]), at=NOON)

    assert planned == (2, 1)
    assert dict(Delivery.objects.values_list("person", "held_reason")) == {
        resting.pk: "suppressed:full",
        free.pk: "",
    }


def held() -> Delivery:
    return mail(state=DeliveryState.HELD, held_reason="suppressed:full")


def test_row_goes_on_when_the_rest_is_over() -> None:
    row = held()
    rest(row.address)
    sweep(NOON + DAY - timedelta(minutes=1))
    assert Delivery.objects.get(pk=row.pk).state == DeliveryState.HELD

    sweep(NOON + DAY)
    row.refresh_from_db()
    assert (row.state, row.held_reason) == (DeliveryState.PLANNED, "")
    assert Suppression.objects.get().lifted_at == NOON + DAY


def test_row_waits_while_another_cause_is_in_force() -> None:
    row = held()
    rest(row.address), rest(row.address, Cause.BLOCKED, until=3 * DAY)
    sweep(NOON + 2 * DAY)

    assert Delivery.objects.get(pk=row.pk).state == DeliveryState.HELD


def test_row_whose_message_is_past_its_end_is_cancelled_not_sent() -> None:
    row = mail(
        about=message(expires_at=NOON + timedelta(hours=1)), state=DeliveryState.HELD, held_reason="suppressed:full"
    )
    rest(row.address)
    sweep(NOON + DAY)

    assert Delivery.objects.get(pk=row.pk).state == DeliveryState.CANCELLED


def test_proved_address_is_free_and_its_rows_go_on() -> None:
    row = held()
    rest(row.address, Cause.DEAD, until=None)
    ContactPoint.objects.update_or_create(
        person=row.person, kind="mail", value=row.address, defaults={"verified_at": NOON + DAY}
    )
    sweep(NOON + DAY)

    assert Delivery.objects.get(pk=row.pk).state == DeliveryState.PLANNED


def test_held_row_goes_to_the_new_main_address() -> None:
    row = held()
    rest(row.address, Cause.DEAD, until=None)
    ContactPoint.objects.filter(person=row.person).update(is_primary=False)
    ContactPoint.objects.create(
        person=row.person, kind="mail", value="new@x.example", is_primary=True, verified_at=NOON
    )
    assert release_held(NOON) == 1

    row.refresh_from_db()
    assert (row.state, row.address) == (DeliveryState.PLANNED, "new@x.example")


def test_lifting_frees_a_dead_address_and_is_in_the_history() -> None:
    clerk, row = factories.clerk(), mail()
    point, _made = ContactPoint.objects.update_or_create(
        person=row.person, kind="mail", value=row.address, defaults={"dead_at": NOON, "dead_cause": "dead"}
    )
    made = rest(row.address, Cause.DEAD, until=None)
    lift(suppression_id=made.pk, actor=clerk, note="typing error of their server", at=NOON)

    point.refresh_from_db()
    made.refresh_from_db()
    assert (point.dead_at, made.lifted_by, made.note) == (None, clerk, "typing error of their server")
    with pytest.raises(UnableToLift):
        lift(suppression_id=made.pk, actor=clerk, note="again", at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_bounces_at_once_make_one_row() -> None:
    def one() -> None:
        try:
            suppress(address="a@x.example", cause=Cause.FULL, until=NOON + DAY, at=NOON)
        finally:
            connection.close()

    threads = [Thread(target=one) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Suppression.objects.count() == 1
