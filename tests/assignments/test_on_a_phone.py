"""Assignments on a phone and at a desk: sign, name, the tree with its acts, supervision; nothing is too wide."""

import os

import pytest

from apps.assignments import services
from apps.assignments.enums import PartState
from apps.assignments.services import PartWanted
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.conftest import build
from tests.browser import DESKTOP, PHONE
from tests.notices import factories as board

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("ASSIGNMENT_SHOTS", "")


def seen(page, name: str, width: int = PHONE["width"]) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    for scheme in ("light", "dark") if SHOTS else ():
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def test_unit_office_and_leader(live_server, open_page):
    college = build()
    below = factories.unit("軟件工程教研室", parent=college.units[0])
    factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    due = make.days_ahead(2)
    row = make.given(college.clerk, college.units, at=None, due_at=due, on_behalf_of=factories.leader())
    lead, helper = (make.of(row, unit) for unit in college.units[:2])

    phone = open_page(college.secretaries[0], viewport=PHONE)
    phone.goto("/assignments/")
    seen(phone, "list")
    phone.goto(lead.get_absolute_url())
    seen(phone, "sign")
    phone.get_by_role("button", name="簽收").click()
    phone.get_by_text("已簽收。").wait_for()
    seen(phone, "name")
    phone.get_by_label("承辦人").select_option(label=str(college.teachers[0]))
    phone.get_by_role("button", name="指定承辦人").click()
    phone.get_by_text("已指定，並已通知承辦人").wait_for()
    seen(phone, "named")
    services.pass_down(part=lead, actor=college.teachers[0], parts=[PartWanted(below)])

    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1], at=None)
    phone.goto(row.get_absolute_url())
    seen(phone, "tree")
    phone.get_by_role("button", name="收下").click()
    phone.get_by_text("已收下回報").wait_for()
    assert make.of(row, college.units[1]).state == PartState.ACCEPTED

    head = open_page(college.heads[1], viewport=PHONE)
    head.goto(helper.get_absolute_url())
    seen(head, "accepted")
    paper = board.published(college.clerk)
    services.pause(part=lead, actor=college.secretaries[0], cause=paper, words="等教育局函覆")
    services.resume(part=lead, actor=college.secretaries[0])
    office = open_page(college.clerk, viewport=DESKTOP)
    for page, width in ((office, DESKTOP["width"]), (open_page(college.director, viewport=PHONE), PHONE["width"])):
        for name, address in (
            ("whole", row.get_absolute_url()),
            ("part", lead.get_absolute_url()),
            ("supervision", "/assignments/supervision/?show=month"),
            ("sheet", "/assignments/supervision/sheet/"),
            ("phone", "/assignments/phone/"),
            ("empty", "/assignments/?show=over"),
        ):
            page.goto(address)
            seen(page, name, width)
