"""What the walks over all pages leave out is no page."""

import pytest

from tests.security import matrix, viewers
from tests.security.world import World


@pytest.mark.django_db
def test_what_is_called_no_page_is_none(world: World) -> None:
    """Nothing that a person opens as a page hides behind a reason."""
    for name in viewers.NOT_PAGES:
        thing = world.things[matrix.table()[name].thing]
        for side in viewers.ways_in(name, "GET"):
            answer = world.client(viewers.person(world, side, thing)).get(matrix.address(name, thing.parameters))
            whole = "text/html" in answer.get("Content-Type", "") and b"<html" in b"".join(answer)
            assert not (whole and answer.status_code == 200), (name, side)
