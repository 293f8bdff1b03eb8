"""Ground for collections: the college, a clerk, a department with a secretary and three teachers."""

from dataclasses import dataclass

import pytest
from django.utils import translation

from apps.people.models import Person, Unit
from tests.notices import factories as board
from tests.replies import factories as make


@dataclass
class College:
    clerk: Person
    unit: Unit
    secretary: Person
    people: list[Person]


@pytest.fixture
def college(db) -> College:
    clerk, unit = board.ground(), make.department()
    return College(clerk, unit, make.secretary(unit), make.teachers(unit, 3))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield
