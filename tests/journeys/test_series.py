"""A template is written and tried, a series made of it; the clock moves, the draft appears, is looked at and sent."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from apps.notices import jobs
from apps.notices.models import Notice, NoticeTemplate, Series
from apps.notices.services.audiences import create_audience
from tests.browser import PHONE
from tests.jobs.moments import freeze
from tests.notices import factories as notices
from tests.notices.series_factories import local, story

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_monthly_safety_notice(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.SESSION_COOKIE_AGE = 40 * 86400
    freeze(monkeypatch, local(2026, 9, 21, 10))
    clerk = notices.ground()
    (reader,) = notices.staff(1)
    create_audience(name="全體教師", rule=notices.STAFF, unit=None, actor=clerk)

    page = open_page(clerk)
    page.goto("/notices/templates/new/")
    page.get_by_label("範本名稱").fill("每月安全通知")
    page.get_by_label("標題（繁體中文）").fill("{年月份}安全檢查")
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.type("請於{期限}前自查。")
    page.get_by_label("確認期限（工作日）").fill("3")
    page.get_by_label("發送對象").select_option(label="全體教師")
    page.get_by_role("button", name="試填").click()
    expect(page.get_by_role("alert")).to_contain_text("沒有 {年月份} 這個代填項")

    page.get_by_label("標題（繁體中文）").fill("{年月}安全檢查")
    page.get_by_label("試填日期").fill("2026-10-08")
    page.get_by_role("button", name="試填").click()
    expect(page.get_by_text("請於2026年10月12日前自查。")).to_be_visible()
    page.get_by_role("button", name="儲存範本").click()
    expect(page.get_by_role("heading", name="每月安全通知")).to_be_visible()
    assert NoticeTemplate.objects.get().latest == 1

    page.get_by_role("link", name="新增定期通知").click()
    page.get_by_label("定期通知名稱").fill("每月安全")
    page.get_by_label("每月，第幾個工作日").check()
    page.get_by_role("button", name="先看日期").click()
    expect(page.get_by_text("10月8日（週四） 09:00")).to_be_visible()
    page.get_by_role("button", name="儲存定期通知").click()
    expect(page.get_by_role("heading", name="接下來的日期")).to_be_visible()

    for moment in (local(2026, 9, 28, 8, 1), local(2026, 9, 29, 8, 1)):
        freeze(monkeypatch, moment)
        jobs.sweep()
        jobs.sweep()
    phone = open_page(clerk, viewport=PHONE)
    phone.goto("/")
    phone.get_by_role("link", name="查看並發布").click()
    expect(phone.get_by_role("heading", name="2026年10月安全檢查").first).to_be_visible()
    phone.get_by_role("button", name="發給 1 人").click()

    freeze(monkeypatch, local(2026, 10, 8, 9))
    jobs.sweep()
    jobs.sweep()
    notice = Notice.objects.get()
    assert (notice.published_at, notices.of(notice, reader).state) == (local(2026, 10, 8, 9), "open")
    assert story(Series.objects.get()) == [(date(2026, 10, 1), "sent"), (date(2026, 11, 1), "planned")]
