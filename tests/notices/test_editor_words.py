"""The rich text editor speaks the reader's language: its buttons, its choice of headings, its dialogs."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.notices import factories as notices

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BUTTONS = ".prose-menubar [title]:visible"
ENGLISH = re.compile(r"[A-Za-z]{3,}")


def names(page: Page) -> set[str]:
    found = page.locator(BUTTONS).evaluate_all(
        "all => all.flatMap(one => [one.title, one.getAttribute('aria-label') ?? ''])"
    )
    return {name for name in found if name}


def test_no_button_and_no_dialog_is_left_in_english(open_page: Callable[..., Page]) -> None:
    clerk = notices.ground()
    draft = notices.draft(clerk, body={"zh-hant": "<p>請看</p><table><tr><td>系</td></tr></table>"})
    page = open_page(clerk)
    page.goto(f"/notices/{draft.pk}/edit/")
    page.locator(".ProseMirror td").first.click()
    expect(page.locator("[title='刪除表格']").first).to_be_visible()

    assert {name for name in names(page) if ENGLISH.search(name)} == set()
    assert {"粗體", "插入表格", "新增一欄", "復原"} <= names(page)
    options = page.locator(".prose-menubar__option").all_text_contents()
    assert set(options) == {"標題", "小標題", "內文"}

    page.locator(".ProseMirror p").first.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.locator("[title='插入連結']").first.click()
    dialog = page.locator("dialog:visible")
    expect(dialog.get_by_text("網址")).to_be_visible()
    expect(dialog.get_by_role("button", name="取消")).to_be_visible()
