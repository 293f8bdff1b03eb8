"""The whole way in a browser: three units; one signs, passes on and reports, one signs late, one is called."""

import os
from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.people.enums import Role
from apps.relays import services
from apps.relays.enums import LineState, SignedHow
from apps.relays.models import Relay, RelayLine
from tests import factories
from tests.browser import DESKTOP, PHONE
from tests.notices import factories as board
from tests.relays import factories as make
from tests.relays.conftest import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("RELAY_SHOTS", "")


def shot(page, name):
    """Pictures to look at, where a folder is named."""
    if not SHOTS:
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def test_notice_goes_down_to_units_and_their_reports_come_up(live_server, open_page):
    college = build()
    deputy = factories.person("代理人", Role.STAFF, at=college.units[1])
    notice = board.draft(college.clerk)
    office = open_page(college.clerk, viewport=DESKTOP)
    office.goto(f"/notices/{notice.pk}/preview/")
    office.get_by_role("link", name="發給單位").click()
    office.get_by_label("所有系").check()
    office.get_by_label("回報內容").fill("參加人數與名單")
    shot(office, "set-up-1280")
    office.get_by_role("button", name="發給這些單位").click()
    office.get_by_role("button", name="發布").click()
    office.wait_for_load_state()
    make.settle()
    relay = Relay.objects.get()

    first = open_page(college.secretaries[0], viewport=PHONE)
    first.goto(f"/relays/units/{make.of(relay, college.units[0]).pk}/")
    shot(first, "sign-390")
    first.get_by_role("button", name="簽收").click()
    first.get_by_label("附言（置於通知之前）").first.fill("請各位老師確認。")
    shot(first, "pass-on-390")
    first.get_by_role("button", name="轉發本單位人員").click()
    first.get_by_text("已轉發本單位人員").wait_for()
    make.settle()
    first.reload()
    first.get_by_text("2人中已有0人完成").wait_for()
    shot(first, "report-390")
    first.get_by_label("回報", exact=True).first.fill("兩人參加，名單附後。")
    first.get_by_role("button", name="回報", exact=True).click()
    first.get_by_text("回報待收").wait_for()
    assert first.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    make.deputy(college.secretaries[1], deputy)
    services.climb(RelayLine.objects.get(unit=college.units[1]).sign_due_at)
    second = open_page(deputy, viewport=PHONE)
    second.goto(f"/relays/units/{make.of(relay, college.units[1]).pk}/")
    second.get_by_role("button", name="簽收").click()
    second.get_by_text("已簽收").first.wait_for()

    third = make.of(relay, college.units[2])
    RelayLine.objects.filter(pk=third.pk).update(sign_due_at=now() - timedelta(hours=1))
    office.goto(f"/relays/{relay.pk}/")
    shot(office, "units-1280")
    narrow = open_page(college.clerk, viewport=PHONE)
    narrow.goto(f"/relays/{relay.pk}/")
    shot(narrow, "units-390")
    office.goto("/relays/phone/")
    shot(office, "phone-1280")
    office.get_by_role("button", name="已接通：登記簽收").click()
    office.get_by_text("已登記電話簽收").wait_for()
    office.goto(f"/relays/units/{make.of(relay, college.units[0]).pk}/")
    shot(office, "accept-1280")
    office.get_by_role("button", name="收下回報").click()
    office.get_by_text("已收下回報").wait_for()

    rows = [make.of(relay, unit) for unit in college.units]
    assert [row.state for row in rows] == [LineState.ACCEPTED, LineState.SIGNED, LineState.SIGNED]
    assert (rows[1].signed_by, rows[1].signed_for) == (deputy, college.secretaries[1])
    assert (rows[2].signed_how, rows[2].signed_for) == (SignedHow.PHONE, college.secretaries[2])
