"""Every address × GET and POST × every role does what docs/permissions.md says, and no address is missing there."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import get_resolver

from tests import factories
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
    of_passwords = name.startswith(("account_", "mfa_"))  # pages about one's own are for people who have one
    with passwords(world) if of_passwords else nullcontext():
        for method, cell in (("GET", line.get), ("POST", line.post)):
            promised = matrix.expected(cell)
            found = matrix.happens(world, line, method, promised)
            assert {role: found[role] for role in promised} == promised, method


@contextmanager
def passwords(world: World) -> Iterator[None]:
    """Everybody has a password; the world, which other tests share, has none again afterwards."""
    before, cookies = {name: person.password for name, person in world.people.items()}, world.cookies
    given, world.cookies = make_password(factories.PASSWORD), {}
    try:
        for person in world.people.values():
            person.password = given
            person.save(update_fields=["password"])
        yield
    finally:
        world.cookies = cookies
        for name, person in world.people.items():
            person.password = before[name]


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
