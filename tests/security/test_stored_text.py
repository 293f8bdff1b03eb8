"""What people type is shown as text: on every page, in every mail, sheet and paper, whatever a form would refuse.

Every field that people can write holds hostile words (written.py, hostile.py); every address of the written table is
then opened and tried as all who are let in. Some pages are looked at in a real browser too.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from apps.delivery.models import MessageText
from apps.people.models import Person
from tests.security import hostile, matrix, viewers, written
from tests.security.conftest import world as world
from tests.security.world import World, build, undone
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
CAUGHT = "script:not([src]):not([type='application/json']), img[src='x'], [onerror], [onload], a[href^='javascript']"
# Shown only in a state that the world's things are not in, or by a job: their own tests look at them.
SEEN_ELSEWHERE = {}


def test_every_field_of_ours_is_written_by_people_or_has_a_reason() -> None:
    """A new field fails here until it is planted, or said why nobody writes it."""
    there = {label for label, _field in written.texts()}
    assert there - set(written.WRITTEN) - set(written.LEFT_OUT) == set()
    assert (set(written.WRITTEN) | set(written.LEFT_OUT)) - there == set(), "is not there any more"
    assert set(written.WRITTEN) & set(written.LEFT_OUT) == set()


@pytest.mark.django_db
def test_every_written_field_is_planted(world: World) -> None:
    with undone():
        add_rarer_rows(world)
        hostile.plant(hostile.MARKED)
        fields, missing = dict(written.texts()), []
        for mark, label in hostile.marks().items():
            values = fields[label].model._base_manager.values_list(fields[label].attname, flat=True)
            if not any(mark in str(value) for value in values):
                missing.append(label)
        assert missing == [], "no row of the world holds words in it"


def ways(method: str) -> Iterator[tuple[str, str]]:
    for name in matrix.table():
        yield from ((name, side) for side in viewers.ways_in(name, method))


def answers(world: World, method: str) -> Iterator[tuple[str, list[str], str]]:
    """Every address as all who are let in: what is wrong with the answer, and its words with those of new mails."""
    for name, side in ways(method):
        thing = world.things[matrix.table()[name].thing]
        path, client = matrix.address(name, thing.parameters), world.client(viewers.person(world, side, thing))
        with undone():
            last = MessageText.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            answer = client.get(path) if method == "GET" else client.post(path, thing.form)
            wrong, words = hostile.look(answer)
            if answer.status_code >= 500 and name != "healthz":
                wrong.append(f"status {answer.status_code}")
            for mail in MessageText.objects.filter(pk__gt=last):
                wrong += hostile.faults(mail.html) + ["a line in a subject"] * ("\n" in mail.subject)
                words += f"{mail.subject}{mail.text}{mail.html}"
        yield f"{method} {name} as {side}", wrong, words


@pytest.mark.django_db
@pytest.mark.parametrize("kind", hostile.TEXTS)
def test_no_answer_holds_it_as_anything_but_text(world: World, kind: str) -> None:
    shown: set[str] = set()
    with undone():
        add_rarer_rows(world)
        hostile.plant(kind)
        found = {}
        for method in ("GET", "POST"):
            for where, wrong, words in answers(world, method):
                shown |= set(hostile.seen(words))
                if wrong:
                    found[where] = wrong
        assert found == {}
        if kind == hostile.MARKED:
            assert set(written.WRITTEN) - shown - set(SEEN_ELSEWHERE) == set(), "is shown nowhere"


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("side", "app"), BROWSED)
def test_nothing_that_was_typed_runs(open_page: Callable[..., Page], side: str, app: str) -> None:
    """In a real browser nothing of it runs or breaks out, and no policy is breached (`open_page` sees to that)."""
    world = build()
    add_rarer_rows(world)
    hostile.plant(hostile.MARKED)
    browsers: dict[Person | None, Page] = {}
    for name, eyes in ways("GET"):
        thing = world.things[matrix.table()[name].thing]
        if eyes != side or not name.startswith(f"{app}:") or name in viewers.NOT_PAGES:
            continue
        person = viewers.person(world, side, thing)
        page = browsers.get(person) or browsers.setdefault(person, open_page(person))
        answer = page.goto(matrix.address(name, thing.parameters), wait_until="load")
        assert answer.status == 200, (name, answer.status)
        assert page.evaluate("window.pwned") is None, name
        assert page.locator(CAUGHT).count() == 0, name
