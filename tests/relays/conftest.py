"""Ground for relays: the college, a clerk, three departments with secretaries and two teachers each."""

from dataclasses import dataclass

import pytest
from django.utils import translation

from apps.people.enums import Role
from apps.people.models import Person, Unit
from tests import factories
from tests.notices import factories as board


@dataclass
class College:
    clerk: Person
    units: list[Unit]
    secretaries: list[Person]


def build() -> College:
    clerk = board.ground()
    units = [factories.unit(name, parent=factories.root_unit()) for name in ("甲系", "乙系", "丙系")]
    secretaries = [factories.person(f"{unit}秘書", Role.UNIT_SECRETARY, at=unit) for unit in units]
    for unit in units:
        for place in (1, 2):
            factories.person(f"{unit}教師{place}", Role.STAFF, at=unit)
    return College(clerk, units, secretaries)


@pytest.fixture
def college(db) -> College:
    return build()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield
