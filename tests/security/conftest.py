"""The world is built once for a module and taken down whole."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.security.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Tests that take it change nothing that lasts (`world.undone`); they need no mark for the database."""
    with django_db_blocker.unblock():
        held = transaction.atomic()
        held._from_testcase = True  # as Django's own tests do: code may ask for the outermost transaction
        with held:
            yield build()
            transaction.set_rollback(True)
