"""What lives in a browser: the editor under the content policy, another line, the page that says it was opened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.notices import services
from apps.notices.models import Notice
from apps.people.enums import Role
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db(transaction=True)


def test_compose_check_publish_and_read(open_page: Callable[..., Page]) -> None:
    clerk = notices.ground()
    (reader,) = notices.staff(1)
    factories.person("系秘書", Role.STAFF, Role.UNIT_SECRETARY)

    page = open_page(clerk)
    page.goto("/notices/new/")
    page.get_by_label("標題（繁體中文）").fill("期中檢查")
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.type("請自查")
    page.locator("[name=line-0-roles][value=student]").check()
    page.locator("[data-line-set=line] [data-add-line]").click()
    page.locator("[name=line-1-roles][value=staff]").check()
    page.get_by_text("不發給誰").click()
    page.locator("[name=but-0-roles][value=leader]").check()
    page.locator("[data-line-set=but] [data-add-line]").click()
    page.locator("[name=but-1-roles][value=unit_secretary]").check()
    page.get_by_role("button", name="儲存並核對").click()

    expect(page.get_by_role("heading", name="1 人將收到")).to_be_visible()
    page.get_by_role("button", name="發布給 1 人").click()
    expect(page.get_by_text("通知正在發出。")).to_be_visible()
    notice = Notice.objects.get()
    assert notice.body == {"zh-hant": "<p>請自查</p>"}
    services.finish_all(notice.published_at)

    page = open_page(reader)
    with page.expect_response("**/open/") as said:
        page.goto(f"/notices/{notice.pk}/")
    assert said.value.status == 204
    assert notices.of(notice, reader).state == "opened"
    page.get_by_role("button", name="我已閱讀並知悉").click()
    expect(page.get_by_text(notices.of(notice, reader).receipt_number).first).to_be_visible()
