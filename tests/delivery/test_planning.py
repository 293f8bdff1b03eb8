"""Audience to rows, in SQL."""

from datetime import UTC, datetime

import pytest

from apps.delivery.enums import Channel, DeliveryState, Queue
from apps.delivery.models import Delivery
from apps.delivery.services import People, Planned, plan
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import message

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def calendar() -> None:
    factories.calendar()


def test_everybody_with_an_address_gets_one_row() -> None:
    people = [factories.student(f"學生{n}") for n in range(7)]
    made = message()

    result = plan(message=made, people=Person.objects.all(), at=NOON, chunk=3)

    assert result == Planned(7, 0)
    rows = Delivery.objects.filter(message=made).order_by("person_id")
    assert [(row.person_id, row.address, row.state, row.channel) for row in rows] == [
        (person.pk, person.email, DeliveryState.PLANNED, Channel.MAIL) for person in people
    ]
    assert {row.not_before for row in rows} == {NOON}


def test_again_changes_nothing() -> None:
    factories.student()
    made = message()
    plan(message=made, people=Person.objects.all(), at=NOON)

    assert plan(message=made, people=Person.objects.all(), at=NOON) == Planned(0, 0)
    assert Delivery.objects.count() == 1


def test_broken_off_run_is_finished_by_the_next() -> None:
    first, *_rest = [factories.student(f"學生{n}") for n in range(5)]
    made = message()
    plan(message=made, people=Person.objects.filter(pk=first.pk), at=NOON)

    assert plan(message=made, people=Person.objects.all(), at=NOON) == Planned(4, 0)


def test_next_round_is_another_row() -> None:
    factories.student()
    made = message()
    plan(message=made, people=Person.objects.all(), at=NOON)

    assert plan(message=made, people=Person.objects.all(), at=NOON, round=2) == Planned(1, 0)


def test_people_without_working_address_are_counted() -> None:
    factories.student(mail=None)
    dead = factories.student()
    ContactPoint.objects.filter(person=dead).update(dead_at=NOON)
    factories.student()

    assert plan(message=message(), people=Person.objects.all(), at=NOON) == Planned(1, 2)


def test_raw_sql_and_columns_of_other_tables_may_choose() -> None:
    person = factories.student()
    factories.student()
    by_sql = People("SELECT person_id FROM people_post WHERE person_id = %s", [person.pk])
    by_column = ContactPoint.objects.filter(person=person).values("person_id")

    assert plan(message=message(), people=by_sql, at=NOON) == Planned(1, 0)
    assert plan(message=message(), people=by_column, at=NOON) == Planned(1, 0)


def test_at_night_the_mail_waits_for_the_morning() -> None:
    factories.student()
    night = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in the office

    plan(message=message(), people=Person.objects.all(), at=night)

    assert Delivery.objects.get().not_before == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_queue_is_copied_to_the_row() -> None:
    factories.student()
    plan(message=message(queue=Queue.REMINDER), people=Person.objects.all(), at=NOON)

    assert Delivery.objects.get().queue == Queue.REMINDER


def test_nobody_is_nobody() -> None:
    assert plan(message=message(), people=Person.objects.filter(pk__in=[]), at=NOON) == Planned(0, 0)
