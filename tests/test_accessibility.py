"""axe over the main pages, as four people, light on a desktop and dark on a phone: nothing serious or critical."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.browser import DESKTOP, PHONE
from tests.security.matrix import address
from tests.security.world import World, build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AXE = settings.NODE_MODULES / "axe-core/axe.min.js"
LOOKS = {"light desktop": (DESKTOP, "light"), "dark phone": (PHONE, "dark")}
# A strip of 3 px at the top of a card: it is masked, and axe takes it for the ground of the whole card.
WITHOUT_STRIPS = "document.querySelectorAll('.card-status-top').forEach(strip => strip.remove())"
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(found => ['serious', 'critical'].includes(found.impact))
    .map(found => `${found.id}: ${found.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`)"""
STRANGER = (
    ("account_login", ""),
    ("account_reset_password", ""),
    ("servicedesk:check", "certificate"),
    ("servicedesk:status", "status link"),
    ("servicedesk:rating", "rating link"),
)
STUDENT = (
    ("dashboard:home", ""),
    ("servicedesk:catalogue", ""),
    ("servicedesk:file", "service"),
    ("servicedesk:check_answers", "draft"),
    ("servicedesk:detail", "request"),
    ("servicedesk:mine", ""),
    ("servicedesk:offered", "service"),
    ("servicedesk:detail", "filed for the owner"),
    ("knowledge:list", ""),
    ("knowledge:detail", "article"),
    ("notices:inbox", ""),
    ("notices:read", "notice"),
    ("notices:read", "collection"),
    ("replies:fill", "to fill in"),
    ("replies:fill", "collection"),
    ("delivery:mine", ""),
    ("delivery:browsers", ""),
    ("people:profile", ""),
    ("mfa_index", ""),
    ("usersessions_list", ""),
)
CLERK = (
    ("knowledge:list", ""),
    ("knowledge:detail", "article"),
    ("knowledge:create", ""),
    ("knowledge:history", "article"),
    ("notices:templates", ""),
    ("notices:template", "template"),
    ("notices:edit_template", "template"),
    ("notices:try_template", "template"),
    ("notices:series", ""),
    ("notices:one_series", "series"),
    ("notices:edit_series", "series"),
    ("dashboard:home", ""),
    ("servicedesk:list", ""),
    ("servicedesk:detail", "request"),
    ("servicedesk:clock", "request"),
    ("notices:create", ""),
    ("notices:preview", "notice draft"),
    ("notices:report", "notice"),
    ("notices:person", "notice"),
    ("replies:list", ""),
    ("replies:collect", "notice draft"),
    ("replies:progress", "collection"),
    ("replies:totals", "signed collection"),
    ("replies:detail", "answers"),
    ("people:list", ""),
    ("people:detail", "person"),
    ("people:groups", ""),
    ("imports:create", ""),
    ("imports:detail", "batch"),
    ("delivery:overview", ""),
    ("delivery:unmatched", ""),
)
DIRECTOR = (
    ("dashboard:home", ""),
    ("reports:summary", ""),
    ("servicedesk:manage", ""),
    ("servicedesk:edit_service", "service"),
    ("servicedesk:service_articles", "service"),
    ("servicedesk:service_duplicates", "service"),
    ("servicedesk:searches", ""),
    ("servicedesk:help_rows", ""),
    ("questionnaires:list", ""),
    ("questionnaires:edit", "form"),
    ("replies:totals", "signed collection"),
    ("replies:detail", "answers"),
    ("people:units", ""),
    ("people:deputies", ""),
    ("people:edit", "person"),
)
PEOPLE = {"nobody": STRANGER, "owner": STUDENT, "sender": CLERK, "director": DIRECTOR}


def faults(page: Page, world: World, pages: tuple[tuple[str, str], ...]) -> list[str]:
    found = []
    for name, thing in pages:
        parameters = world.things[thing].parameters if thing else {}
        page.goto(address(name, parameters), wait_until="load")
        assert page.locator("main, .page").count(), f"{name} is no page of ours"
        page.add_script_tag(path=AXE)
        page.evaluate(WITHOUT_STRIPS)
        found += [f"{name} {fault}" for fault in page.evaluate(RUN)]
    return found


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", PEOPLE)
def test_pages_have_no_serious_fault(open_page: Callable[..., Page], who: str, look: str) -> None:
    world = build()
    person = getattr(world, who, None) or world.people.get(who)
    viewport, scheme = LOOKS[look]
    page = open_page(person, viewport=viewport, color_scheme=scheme, bypass_csp=True)

    assert faults(page, world, PEOPLE[who]) == []
