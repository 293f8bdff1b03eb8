"""What lives in a browser: a colleague is mentioned by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Watcher
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_mention_by_keyboard(open_page: Callable[..., Page]) -> None:
    clerk, colleague = factories.clerk("林科員"), factories.clerk("陳科員")
    factories.clerk("陳主管")
    item = desk.request(RequestState.IN_PROGRESS, handler=clerk)

    page = open_page(clerk)
    page.goto(item.get_absolute_url())
    text = page.get_by_label("訊息", exact=True)
    text.focus()
    page.keyboard.type("請 @陳")
    names = page.get_by_role("listbox")
    expect(names.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    page.keyboard.type("科")
    page.keyboard.press("Enter")
    expect(text).to_have_value("請 @陳科員 ")
    page.keyboard.type("看看")
    page.get_by_role("button", name="發送").click()
    expect(page.get_by_text("請 @陳科員 看看").first).to_be_visible()

    assert Watcher.objects.get().person == colleague
