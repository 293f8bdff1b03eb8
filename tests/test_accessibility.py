"""axe over every page, as whose the thing is and as the office, light on a desktop and dark on a phone.

The pages are those of the written table of addresses (docs/permissions.md), so a new one is looked at from its first
day. What answers a GET with something else than a page stands in `viewers.NOT_PAGES` with its reason.
"""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import get_resolver
from playwright.sync_api import Page

from apps.people.models import Person
from tests.architecture.test_sign_in_needed import names
from tests.browser import DESKTOP, PHONE
from tests.security import matrix, viewers
from tests.security.matrix import OWNER, address
from tests.security.world import build

AXE = settings.NODE_MODULES / "axe-core/axe.min.js"
LOOKS = {"light desktop": (DESKTOP, "light"), "dark phone": (PHONE, "dark")}
# A strip of 3 px at the top of a card: it is masked, and axe takes it for the ground of the whole card.
WITHOUT_STRIPS = "document.querySelectorAll('.card-status-top').forEach(strip => strip.remove())"
# Beside what axe calls serious: fingers must hit, headings must not skip, a column must have a name.
RUN = """async () => {
    const also = ['target-size', 'heading-order', 'empty-table-header', 'page-has-heading-one', 'empty-heading'];
    const rules = Object.fromEntries(also.map(id => [id, {enabled: true}]));
    const found = (await axe.run(document, {resultTypes: ['violations'], rules})).violations
        .filter(fault => ['serious', 'critical'].includes(fault.impact) || also.includes(fault.id))
        .map(fault => `${fault.id}: ${fault.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`);
    const page = document.documentElement;
    return page.scrollWidth > page.clientWidth ? [...found, `scrolls sideways: ${page.scrollWidth}`] : found;
}"""


def walk(side: str, name: str) -> str:
    """What is looked at in one go; walks of about the same length."""
    app = name.partition(":")[0]
    part = app if app == "servicedesk" else "notices" if app in ("notices", "replies", "relays") else "the rest"
    return f"{part} as {side}" if side in (OWNER, "director") else "as the others"


def just_signed_in(page: Page) -> None:
    """Pages of the own account ask for the password again unless it was given a moment ago."""
    for cookie in page.context.cookies():
        if cookie["name"] == settings.SESSION_COOKIE_NAME:
            session = SessionStore(cookie["value"])
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time(), "reauthenticated": True}
            ]
            session["account_authentication_methods_user"] = session["_auth_user_id"]
            session.save()


def faults(page: Page, path: str) -> list[str]:
    answer = page.goto(path, wait_until="load")
    assert page.locator("main, .page").count(), f"{path} is no page of ours"
    if urlsplit(page.url).path != path:
        return [f"sends on to {page.url}"]
    if answer.status not in (200, 401):  # 401: the page that says why signing in did not work
        return [f"answers {answer.status}"]
    page.add_script_tag(path=AXE)
    page.evaluate(WITHOUT_STRIPS)
    return page.evaluate(RUN)


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("which", sorted({walk(side, name) for side, name, _thing in viewers.pages()}))
def test_pages_have_no_serious_fault(open_page: Callable[..., Page], which: str, look: str) -> None:
    world, (viewport, scheme) = build(), LOOKS[look]
    browsers: dict[Person | None, Page] = {}
    found = {}
    for side, name, thing in viewers.pages():
        if walk(side, name) != which:
            continue
        person = viewers.person(world, side, world.things[thing])
        if person not in browsers:
            browsers[person] = open_page(person, viewport=viewport, color_scheme=scheme, bypass_csp=True)
            just_signed_in(browsers[person])
        if wrong := faults(browsers[person], address(name, world.things[thing].parameters)):
            found[name, thing, side] = wrong

    assert found == {}, "\n".join(f"{where}: {wrong}" for where, wrong in found.items())


def test_every_address_that_can_be_opened_is_looked_at_or_has_a_reason() -> None:
    there = {name for name in names(get_resolver()) if not name.startswith(("admin:", "api:"))}
    opened = {name for name in there if name in matrix.table() and viewers.ways_in(name, "GET")}
    looked_at = {name for _side, name, _thing in viewers.pages()}
    assert there - set(matrix.table()) == set()
    assert opened - looked_at - set(viewers.NOT_PAGES) == set()
    assert set(viewers.NOT_PAGES) - opened == set(), "has no GET any more"
