"""People, a message, and the processes around them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.delivery.models import Message
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import message
from tests.kill.harness import RECIPIENTS, Office


@pytest.fixture
def office(transactional_db: None, tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def notice(transactional_db: None) -> Message:
    """A mandatory message that may leave at any hour, and all the people to get it."""
    factories.calendar()
    people = Person.objects.bulk_create(
        Person(number=f"K{number:06d}", name=f"學生{number}", email=f"k{number}@college.example")
        for number in range(RECIPIENTS)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=person, kind=ContactKind.MAIL, value=person.email, is_primary=True) for person in people
    )
    return message(overrides_quiet_hours=True)
