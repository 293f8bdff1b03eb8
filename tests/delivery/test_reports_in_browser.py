"""The page of reports that wait, as the post room sees it."""

import json
from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.delivery import reports
from apps.delivery.enums import Channel, DeliveryState
from apps.delivery.tokens import token
from tests import factories
from tests.browser import DESKTOP, PHONE
from tests.delivery.factories import chat
from tests.relays.test_in_browser import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reports_are_given_or_put_away(live_server, open_page):
    clerk = factories.clerk()
    row = chat(Channel.SMS, "+8613900000001", state=DeliveryState.HANDED_OFF)
    bodies = (
        {"id": "g-2026-0077", "status": "delivered", "at": "2026-11-25T09:12:00+08:00"},
        {"reference": token(row.pk), "status": "teleported", "detail": "<b>bold</b> " + "長" * 300},
    )
    for told in (*(json.dumps(body, ensure_ascii=False).encode() for body in bodies), b"<html>502 Bad Gateway</html>"):
        reports.keep(told, now() - timedelta(minutes=9))
    reports.sweep(now())

    for name, size in (("1280", DESKTOP), ("390", PHONE)):
        page = open_page(clerk, viewport=size)
        page.goto("/delivery/")
        shot(page, f"post-room-{name}")
        page.get_by_role("link", name="待人工處理的簡訊回報").click()
        page.get_by_text("狀態不明", exact=True).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        shot(page, f"reports-{name}")
    page.get_by_placeholder("投遞編號").fill("999999")
    page.get_by_role("button", name="對應").click()
    page.get_by_text("沒有這個編號的簡訊").wait_for()
    shot(page, "reports-refused-390")
    for _each in range(3):
        page.get_by_placeholder("無需處理的原因").first.fill("他處的簡訊")
        page.get_by_role("button", name="歸置").first.click()
        page.get_by_text("已附註歸置").first.wait_for()
    page.get_by_text("所有簡訊回報都已對應到投遞").wait_for()
    shot(page, "reports-empty-390")
