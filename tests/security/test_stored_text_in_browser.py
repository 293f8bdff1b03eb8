"""What people type is shown as text in a real browser too: nothing of it runs, nothing breaks out of its place."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from apps.people.models import Person
from tests.security import hostile, matrix, viewers
from tests.security.world import build
from tests.security.world.rarer import add_rarer_rows

BROWSED = (
    ("director", "servicedesk"),
    ("director", "notices"),
    ("director", "knowledge"),
    ("director", "delivery"),
    ("director", "people"),
    (matrix.OWNER, "servicedesk"),
    (matrix.OWNER, "notices"),
    (matrix.OWNER, "interfaces"),
)
OURS = ":not([src]):not([type='application/json']):not([nonce])"
CAUGHT = f"script{OURS}, img[src='x'], [onerror], [onload], a[href^='javascript']"


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("side", "app"), BROWSED)
def test_nothing_that_was_typed_runs(open_page: Callable[..., Page], side: str, app: str) -> None:
    """In a real browser nothing of it runs or breaks out, and no policy is breached (`open_page` sees to that)."""
    world = build()
    add_rarer_rows(world)
    hostile.plant(hostile.MARKED)
    browsers: dict[Person | None, Page] = {}
    for eyes, name, about in viewers.pages():
        if eyes != side or not name.startswith(f"{app}:"):
            continue
        thing = world.things[about]
        person = viewers.person(world, side, thing)
        page = browsers.get(person) or browsers.setdefault(person, open_page(person))
        answer = page.goto(matrix.address(name, thing.parameters), wait_until="load")
        assert answer.status == 200, (name, answer.status)
        assert page.evaluate("window.pwned") is None, name
        assert page.locator(CAUGHT).count() == 0, name
