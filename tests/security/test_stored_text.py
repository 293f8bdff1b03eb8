"""What people type is shown as text: on every page, in every mail, sheet and paper, whatever a form would refuse.

Every field that people can write holds hostile words (written.py, hostile.py); every address of the written table is
then opened and tried as all who are let in. Some pages are looked at in a real browser too.
"""

from collections.abc import Iterator

import pytest

from apps.delivery.models import MessageText
from tests.security import hostile, matrix, viewers, written
from tests.security.conftest import world as world
from tests.security.world import World, undone
from tests.security.world.rarer import add_rarer_rows

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


def answers(world: World, method: str) -> Iterator[tuple[str, list[str], str]]:
    """Every address as all who are let in: what is wrong with the answer, and its words with those of new mails."""
    for name, side in viewers.ways(method):
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
