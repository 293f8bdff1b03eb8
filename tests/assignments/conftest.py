"""Ground for assignments: a clerk and a director of the office, three departments with secretary, head and teacher."""

from dataclasses import dataclass

import pytest
from django.utils import translation

from apps.people.enums import Role
from apps.people.models import Person, Unit
from tests import factories
from tests.assignments.factories import NINE
from tests.jobs.moments import freeze
from tests.notices import factories as board


@dataclass
class College:
    clerk: Person
    director: Person
    units: list[Unit]
    secretaries: list[Person]
    heads: list[Person]
    teachers: list[Person]


def build() -> College:
    clerk = board.ground()
    units = [factories.unit(name, parent=factories.root_unit()) for name in ("甲系", "乙系", "丙系")]
    secretaries = [factories.person(f"{unit}秘書", Role.UNIT_SECRETARY, at=unit) for unit in units]
    heads = [factories.head(unit, f"{unit}主任") for unit in units]
    teachers = [factories.person(f"{unit}教師", Role.STAFF, at=unit) for unit in units]
    return College(clerk, factories.director(), units, secretaries, heads, teachers)


@pytest.fixture
def college(db, monkeypatch) -> College:
    """The clock stands still on Monday 23 November 2026 at nine, until a test moves it."""
    freeze(monkeypatch, NINE)
    return build()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield
