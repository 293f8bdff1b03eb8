"""Every address × GET and POST × every role does what docs/permissions.md says, and no address is missing there."""

import pytest
from django.urls import get_resolver

from tests.architecture.test_sign_in_needed import PUBLIC, names
from tests.security import matrix
from tests.security.world import World

pytestmark = pytest.mark.django_db
ADMIN, API = "admin:", "api:"  # the API has a matrix of its own, by token: test_api_matrix.py
ADDRESSES = sorted(name for name in set(names(get_resolver())) if not name.startswith((ADMIN, API)))
ADMIN_PAGES = sorted(name for name in set(names(get_resolver())) if name.startswith(ADMIN))


@pytest.mark.parametrize("name", ADDRESSES)
def test_address_lets_in_whom_the_table_says(world: World, name: str) -> None:
    line = matrix.table().get(name)
    assert line, f"{name} has no line in docs/permissions.md: say there who may open it and why"
    assert line.why, f"{name} has no reason"
    for method, cell in (("GET", line.get), ("POST", line.post)):
        promised = matrix.expected(cell)
        found = matrix.happens(world, line, method, promised)
        assert {role: found[role] for role in promised} == promised, method


def test_table_names_only_addresses_that_are_there() -> None:
    assert sorted(set(matrix.table()) - set(ADDRESSES)) == []


def test_table_and_list_of_public_addresses_agree() -> None:
    """Public by the one list is public by the other."""
    open_ones = {
        name for name, line in matrix.table().items() if {"public", "absent", "refused"} & {line.get, line.post}
    }
    assert open_ones - set(PUBLIC) == set()


@pytest.mark.parametrize("role", ["nobody", "student", "clerk", "director", "administrator"])
def test_administration_site_is_closed_to_roles(world: World, role: str) -> None:
    thing = world.things["nothing"]
    for name in ADMIN_PAGES:
        if name in ("admin:login", "admin:logout"):
            continue
        assert matrix.outcome(matrix.answer(world.client(role), "GET", name, thing)) == matrix.SIGN_IN, name
