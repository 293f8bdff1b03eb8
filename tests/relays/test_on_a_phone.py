"""What a secretary, or who stands in, does on a phone: sign, pass on and down, ask for more time, call, report."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.clock import now
from apps.notices.models import Notice
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint
from apps.relays import services
from apps.relays.models import Extension
from tests import factories
from tests.browser import DESKTOP, PHONE
from tests.relays import factories as make
from tests.relays.conftest import build
from tests.relays.test_in_browser import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def seen(page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    shot(page, f"{name}-390")


def test_secretary_and_deputy_on_a_phone(live_server, open_page):
    college = build()
    unit, secretary, due = college.units[0], college.secretaries[0], now() + timedelta(days=2)
    deputy = factories.person("代理人", Role.STAFF, at=unit)
    make.deputy(secretary, deputy)
    below = factories.unit("軟件工程教研室", parent=unit)
    factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    relay = make.relayed(college.clerk, college.units, asks="參加人數與名單", report_by=due)
    address = f"/relays/units/{make.of(relay, unit).pk}/"

    phone = open_page(deputy, viewport=PHONE)
    phone.goto(address)
    seen(phone, "deputy-sign")
    phone.get_by_role("button", name="簽收").click()
    phone.get_by_text("轉發下屬單位").first.click()
    seen(phone, "deputy-pass-down")
    phone.get_by_role("button", name="轉發本單位人員").click()
    phone.get_by_text("已轉發本單位人員").wait_for()
    make.settle()

    phone.goto(address)
    phone.locator("summary", has_text="申請延期").click()
    phone.get_by_label("延期至").fill(f"{timezone.localtime(now()):%Y-%m-%dT%H:%M}")
    phone.get_by_label("原因").last.fill("名單未齊")
    seen(phone, "ask-more-time")
    phone.get_by_role("button", name="申請延期").click()
    phone.get_by_text("請選擇晚於目前時限的日期").wait_for()
    seen(phone, "ask-more-time-refused")
    phone.get_by_label("延期至").fill(f"{timezone.localtime(due + timedelta(days=3)):%Y-%m-%dT%H:%M}")
    phone.get_by_role("button", name="申請延期").click()
    phone.get_by_text("已申請延期").wait_for()
    seen(phone, "asked-more-time")

    office = open_page(college.clerk, viewport=DESKTOP)
    office.goto(f"/relays/{relay.pk}/")
    shot(office, "units-with-wish-1280")
    office.get_by_role("link", name="1個單位申請延期").click()
    office.goto(address)
    shot(office, "grant-1280")
    office.get_by_role("button", name="同意延期").click()
    office.get_by_text("已同意延期").first.wait_for()
    assert Extension.objects.get().is_granted
    narrow = open_page(college.clerk, viewport=PHONE)
    narrow.goto(f"/relays/{relay.pk}/")
    seen(narrow, "units-with-wish")

    copy = Notice.objects.get(pk=make.of(relay, unit).passed_on_id)
    Notice.objects.filter(pk=copy.pk).update(acknowledge_by=now() - timedelta(hours=1))
    for place, line in enumerate(copy.obligations.all()):
        ContactPoint.objects.create(person=line.person, kind=ContactKind.PHONE, value=f"+86139000000{place:02d}")
    for who, name in ((deputy, "deputy"), (secretary, "secretary")):
        page = open_page(who, viewport=PHONE)
        page.goto(f"/notices/{copy.pk}/report/")
        seen(page, f"{name}-copy-report")
        page.goto("/notices/phone/")
        page.get_by_text("甲系教師1").first.wait_for()
        seen(page, f"{name}-phone-list")
        page.goto("/")
        seen(page, f"{name}-home")
        page.goto(address)
        seen(page, f"{name}-report")
    services.report(line=make.of(relay, unit), actor=secretary, text="兩人參加，名單附後。")
    services.give_back(line=make.of(relay, unit), actor=college.clerk, reason="附名單")
    page.goto(address)
    seen(page, "secretary-returned")
    page.get_by_label("回報", exact=True).first.fill("補名單")
    page.get_by_role("button", name="回報", exact=True).click()
    page.get_by_text("回報待收").wait_for()
    seen(page, "secretary-reported")
