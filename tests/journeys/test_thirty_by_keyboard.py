"""A clerk works thirty requests by keyboard alone: take, answer with a canned reply, complete; return one, assign one.

Nothing in this test points or clicks; the browser counts what it was told by a pointer, and that must stay nothing.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import CannedReply, Request, RequestMessage
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MANY = 30
COUNT_POINTER = """
for (const kind of ["mousedown", "pointerdown", "touchstart"])
  addEventListener(kind, () => sessionStorage.setItem("pointed", "yes"), true);
"""


@pytest.fixture
def office(settings):
    clerk, other = factories.clerk("王科員"), factories.clerk("李科員")
    service = desk.service("教室借用", unit=clerk.main_unit)
    for number in range(MANY):
        desk.request(of=service, requester=factories.student(f"學生{number:02}"), title=f"教室借用 {number:02}")
    CannedReply.objects.create(name="已受理", body={"zh-hant": "{申請人}您好，{編號}已受理。"}, owner=other)
    return clerk, other


class Keyboard:
    """A person whose hands stay on the keys."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def goes(self, *keys: str) -> None:
        """Keys of which the last leads to another page."""
        self.keys(*keys[:-1])
        with self.page.expect_navigation():
            self.page.keyboard.press(keys[-1])

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def focused(self, selector: str) -> None:
        expect(self.page.locator(selector)).to_be_focused()

    def to_the_next(self) -> None:
        """The list, its third view (not assigned), the first row."""
        self.goes("g", "l")
        self.goes("3")
        if not self.page.locator("[data-key-row].active").count():
            self.keys("j")
        self.keys("k")
        self.goes("Enter")
        self.goes("t")

    def answers_with_the_canned_reply(self) -> None:
        self.keys("r")
        self.focused("#canned-message_body")
        self.keys("ArrowDown")
        expect(self.page.locator("[data-canned-preview]:visible")).to_contain_text("您好")
        self.keys("Enter")
        self.focused("#message_body")
        expect(self.page.locator("#message_body")).not_to_have_value("")
        self.goes("Control+Enter")


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PORTAL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_thirty_requests_without_a_pointer(office, open_page) -> None:
    clerk, other = office
    page = open_page(clerk)
    page.add_init_script(COUNT_POINTER)
    page.goto("/")
    hands = Keyboard(page)
    for place in range(MANY):
        hands.to_the_next()
        if place == 3:
            hands.goes("b")
            hands.focused("#return_fields_to_correct_0")
            hands.keys("Space")
            picture(page, "keyboard-return")
            hands.keys("Tab", "Tab", "Tab")  # the other answer, the canned replies
            hands.focused("#return_note")
            hands.types("請寫明用途。")
            hands.goes("Control+Enter")
        elif place == 7:
            hands.goes("a")
            hands.focused("#assign_handler")
            while other.name not in page.locator("#assign_handler option:checked").inner_text():
                hands.keys("ArrowDown")
            hands.goes("Control+Enter")
        else:
            hands.answers_with_the_canned_reply()
            hands.goes("c")
            hands.focused("#complete_note")
            hands.goes("Control+Enter")
    hands.goes("g", "l")
    hands.goes("3")
    expect(page.locator("[data-key-row]")).to_have_count(0)
    picture(page, "keyboard-done")

    assert page.evaluate("sessionStorage.getItem('pointed')") is None
    assert Request.objects.filter(state=S.RESOLVED, handler=clerk).count() == MANY - 2
    assert Request.objects.get(state=S.RETURNED).returns.get().note == "請寫明用途。"
    assert Request.objects.get(state=S.IN_PROGRESS).handler == other
    assert RequestMessage.objects.filter(body__endswith="已受理。").count() == MANY - 2
    assert CannedReply.objects.get().uses == MANY - 2


def test_keys_of_the_list(office, open_page) -> None:
    """Space shows a request, x ticks it, M and the arrows act on what is ticked, ? tells all; off means off."""
    clerk, _other = office
    page = open_page(clerk)
    page.add_init_script(COUNT_POINTER)
    page.goto("/requests/list/?chip=unassigned")
    hands = Keyboard(page)

    hands.keys("j", "j", "Space")
    expect(page.locator("#preview")).to_be_visible()
    expect(page.locator("#preview-body h2")).to_have_text("教室借用 01")
    picture(page, "keyboard-preview")
    hands.keys("Escape", "x", "k", "x")
    assert page.locator("input[name=pk]:checked").count() == 2
    hands.goes("T")
    expect(page.locator("main .badge", has_text="已辦結")).to_have_count(2)
    assert Request.objects.filter(handler=clerk).count() == 2

    hands.goes("l")
    hands.keys("?")
    expect(page.locator("#keys-help")).to_contain_text("g l")
    hands.keys("Escape", "/")
    hands.focused("#id_q")
    hands.types("jxt")
    expect(page.locator("#id_q")).to_have_value("jxt")
    assert page.evaluate("sessionStorage.getItem('pointed')") is None

    type(clerk).objects.filter(pk=clerk.pk).update(shortcuts=False)
    page.goto("/requests/list/?chip=unassigned")
    hands.keys("j", "x")
    expect(page.locator("[data-key-row].active")).to_have_count(0)
    assert page.locator("input[name=pk]:checked").count() == 0
