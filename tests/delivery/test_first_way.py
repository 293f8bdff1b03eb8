"""Each person once, by the first channel that reaches now; one that is known to have reached goes before the others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.delivery.enums import Cause, Channel, DeliveryState, Queue
from apps.delivery.models import Delivery, Message
from apps.delivery.services import Ways, plan, plan_first_way, suppress
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import message

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LADDER = (Channel.WECOM, Channel.MAIL, Channel.SMS)


@pytest.fixture(autouse=True)
def calendar() -> None:
    factories.calendar()


def student(*kinds: str, mail: bool = True) -> Person:
    made = factories.student(mail="" if mail else None)
    for kind in kinds:
        ContactPoint.objects.create(person=made, kind=kind, value=f"{kind}-{made.pk}", is_primary=True)
    return made


def told(made: Message, channels: tuple[Channel, ...] = LADDER, **more: object) -> Ways:
    return plan_first_way(message=made, people=Person.objects.all(), channels=channels, **{"at": NOON, **more})


def rows(made: Message) -> list[tuple[int, str, str]]:
    return list(Delivery.objects.filter(message=made).order_by("person").values_list("person", "channel", "state"))


def test_each_by_the_first_that_reaches() -> None:
    chatting, mailing = student(ContactKind.WECOM, ContactKind.PHONE), student(ContactKind.PHONE)
    phoning, nobody = student(ContactKind.PHONE, mail=False), student(mail=False)
    made = message()

    assert told(made, chunk=1) == Ways(3, {Channel.WECOM: 1, Channel.MAIL: 1, Channel.SMS: 1}, 1)
    assert [row[:2] for row in rows(made)] == [(chatting.pk, "wecom"), (mailing.pk, "mail"), (phoning.pk, "sms")]
    assert not Delivery.objects.filter(person=nobody).exists()


def test_dead_address_gives_way_to_the_next() -> None:
    person = student(ContactKind.WECOM)
    ContactPoint.objects.filter(person=person, kind=ContactKind.WECOM).update(dead_at=NOON)
    made = message()

    assert told(made).people == {Channel.MAIL: 1}


def test_address_that_rests_gives_way_and_when_all_rest_a_held_row_says_so() -> None:
    person = student(ContactKind.PHONE)
    suppress(address=person.email, cause=Cause.FULL, until=NOON + timedelta(days=1), at=NOON)
    first, second = message(), message()

    assert told(first).people == {Channel.SMS: 1}

    suppress(address=f"phone-{person.pk}", cause=Cause.BLOCKED, until=None, channel=Channel.SMS, at=NOON)
    assert told(second) == Ways(1, {}, 1)
    assert told(second) == Ways(0, {}, 1)
    assert rows(second) == [(person.pk, "mail", DeliveryState.HELD)]
    assert Delivery.objects.get(message=second).held_reason == "suppressed:full"


@pytest.mark.parametrize("state", [DeliveryState.DELIVERED, DeliveryState.SEEN_HINT])
def test_channel_that_reached_the_person_comes_first(state: str) -> None:
    reached, other = student(ContactKind.WECOM), student(ContactKind.WECOM)
    earlier, made = message(), message()
    for channel in (Channel.MAIL, Channel.WECOM):
        plan(message=earlier, people=Person.objects.all(), channel=channel, at=NOON)
    Delivery.objects.filter(message=earlier, channel=Channel.MAIL, person=reached).update(state=state)
    Delivery.objects.filter(message=earlier, channel=Channel.MAIL, person=other).update(state=DeliveryState.HANDED_OFF)

    told(made, arrived=[earlier.pk])

    assert [row[:2] for row in rows(made)] == [(reached.pk, "mail"), (other.pk, "wecom")]


def test_channel_that_reached_and_rests_now_does_not() -> None:
    person = student(ContactKind.PHONE)
    earlier, made = message(), message()
    plan(message=earlier, people=Person.objects.all(), at=NOON)
    Delivery.objects.filter(message=earlier).update(state=DeliveryState.DELIVERED)
    suppress(address=person.email, cause=Cause.FULL, until=None, at=NOON)

    assert told(made, arrived=[earlier.pk]).people == {Channel.SMS: 1}


def test_again_changes_nothing_though_a_better_way_is_known_since() -> None:
    person = student()
    made = message()
    assert told(made) == Ways(1, {Channel.MAIL: 1}, 0)

    ContactPoint.objects.create(person=person, kind=ContactKind.WECOM, value="w", is_primary=True)

    assert told(made) == Ways(0, {Channel.MAIL: 1}, 0)
    assert rows(made) == [(person.pk, "mail", "planned")]
    assert told(made, round=2).people == {Channel.WECOM: 1}


def test_broken_off_run_is_finished_by_the_next() -> None:
    first, *_rest = [student() for _n in range(5)]
    made = message()
    plan_first_way(message=made, people=Person.objects.filter(pk=first.pk), channels=LADDER, at=NOON)

    assert told(made) == Ways(4, {Channel.MAIL: 5}, 0)


def test_quiet_hours_and_queue_are_those_of_the_message() -> None:
    student(ContactKind.WECOM)
    made = message(queue=Queue.REMINDER)
    saturday = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)

    told(made, at=saturday)

    row = Delivery.objects.get()
    assert (row.queue, row.not_before) == (Queue.REMINDER, datetime(2026, 11, 29, 23, 0, tzinfo=UTC))


def test_no_channel_means_nobody() -> None:
    student()
    assert told(message(), ()) == Ways(0, {}, 1)
    assert told(message(), (Channel.ROBOT,)) == Ways(0, {}, 1)


@pytest.mark.parametrize("count", [1, 30])
def test_same_statements_for_one_and_thirty_people(count: int) -> None:
    for _n in range(count):
        student(ContactKind.WECOM)
    made = message()
    with CaptureQueriesContext(connection) as found:
        told(made)
    assert len(found) == STATEMENTS


STATEMENTS = 16


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_between_which_an_address_appears_plan_one_message() -> None:
    people = [student() for _n in range(20)]
    made = message()

    def run(place: int) -> Ways:
        try:
            if place:
                points = [ContactPoint(person=person, kind="wecom", value="w", is_primary=True) for person in people]
                ContactPoint.objects.bulk_create(points)
            return told(made, chunk=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, range(2)))

    assert sum(ways.planned for ways in found) == 20
    assert len({row[0] for row in rows(made)}) == len(rows(made)) == 20
