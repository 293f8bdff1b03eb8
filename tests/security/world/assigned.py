"""An instruction to the far unit, and its parts: one to sign for, one whose report waits for the office."""

from __future__ import annotations

from apps.assignments.models import Part
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as chain
from tests.notices import factories as board
from tests.security.world.base import SECRET, Thing, World, attach


def assignments(world: World) -> dict[str, Thing]:
    """Owned by the far unit's secretary."""
    secretary = factories.person("遠系交辦秘書", Role.UNIT_SECRETARY, at=world.far)
    words = {"title": f"{SECRET} to do", "words": SECRET, "at": None, "due_at": chain.days_ahead(9)}
    subject = board.draft(world.sender, title={"zh-hant": SECRET})
    waiting, told = (chain.given(world.sender, [world.far], subject=subject, **words) for _each in "ab")
    chain.named(told, world.far, secretary, secretary, at=None)
    chain.reported(told, world.far, secretary, SECRET, at=None)
    part, said = Part.objects.get(assignment=waiting), Part.objects.get(assignment=told)
    attach(waiting, world.sender)
    attach(said.reports.get(), secretary)
    form = {
        "text": "words",
        "reason": "words",
        "note": "words",
        "words": "words",
        "number": "1",
        "person": secretary.pk,
        "unit": world.near.pk,
        "until": "2030-01-01T09:00",
    }
    return {
        "assignment": Thing(waiting, secretary, {"pk": waiting.pk}, form),
        "part of an assignment": Thing(part, secretary, {"pk": part.pk}, form),
        "reported part": Thing(said, secretary, {"pk": said.pk}, form),
    }
