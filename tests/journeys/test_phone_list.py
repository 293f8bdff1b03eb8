"""The unit's secretary works the phone list on a phone: whom no mail reached is called, each outcome is kept as
evidence, and the office sees at its desk what was said.
"""

import io
import os
from datetime import time
from pathlib import Path

import pytest
from celery import current_app
from playwright.sync_api import Locator, Page, expect

from apps.delivery.management.commands import ingest_mail
from apps.delivery.models import Evidence
from apps.notices.models import Notice, obligation
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.browser import PHONE
from tests.journeys.reports import non_delivery_report
from tests.notices import factories as notices
from tests.processes import celery_worker, mail_sink, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TITLE = "颱風停課及補課安排"
SAID = "已電話告知，明日補課"


@pytest.fixture
def college(live_server, settings):
    """Two departments. In the first: one with a working mail, one whose mailbox is gone, two without any address."""
    settings.PORTAL_URL = live_server.url
    settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
    factories.office()
    install_catalogue()
    root = factories.root_unit()
    near, far = factories.unit("計算機系", parent=root), factories.unit("數學系", parent=root)
    people = {
        "reached": phoned(factories.person("王有信", Role.STAFF, at=near)),
        "gone": phoned(factories.person("李失聯", Role.STAFF, at=near)),
        "without": phoned(factories.person("張無址", Role.STAFF, at=near, mail=None)),
        "wrong": phoned(factories.person("陳換號", Role.STAFF, at=near, mail=None)),
        "far": phoned(factories.person("趙別系", Role.STAFF, at=far, mail=None)),
        "secretary": factories.person("系秘書", Role.UNIT_SECRETARY, at=near),
        "clerk": factories.clerk(),
    }
    with (
        mail_sink() as sink,
        celery_worker(smtp_port=sink.port, PORTAL_URL=live_server.url, MAIL_HOURS="00:00-23:59"),
    ):
        yield people | {"sink": sink}


def phoned(person: Person) -> Person:
    number = f"1390000{person.pk % 10000:04}"
    ContactPoint.objects.create(person=person, kind=ContactKind.PHONE, value=number, is_primary=True)
    return person


def send_out(page: Page) -> Notice:
    page.goto("/notices/new/")
    page.get_by_label("標題（繁體中文）").fill(TITLE)
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.type("明日停課，補課時間另行通知。")
    page.locator("[name=line-0-roles][value=staff]").check()
    page.get_by_role("button", name="儲存並核對").click()
    page.get_by_role("button", name="發布給").click()
    page.get_by_text(TITLE).first.wait_for()
    return Notice.objects.get()


def come_back(sink, person: Person) -> None:
    """The mail to `person` comes back: the mailbox is gone."""
    sender, _recipient, original = next(mail for mail in sink.mails if mail[1] == person.email)
    feed = ingest_mail.Command(stdout=io.StringIO())
    feed.stdin = io.BytesIO(non_delivery_report(sender, person.email, original))
    feed.handle()
    current_app.send_task("delivery.sweep_inbound", queue="evidence")
    wait_until(lambda: Evidence.objects.filter(kind="bounced_hard").exists(), what="the bounce read")
    current_app.send_task("notices.sweep", queue="notice")


def card(page: Page, person: Person) -> Locator:
    return page.locator("main form.card", has=page.get_by_role("heading", name=person.name))


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def thumb_sized(page: Page) -> bool:
    """Every button and number of the cards is high enough for a thumb (44 px)."""
    boxes = page.locator("main form.card :is(button, a.btn)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    return bool(boxes) and min(boxes) >= 44


def picture(page: Page, name: str) -> None:
    """Kept where PORTAL_PICTURES says, for people to look at."""
    if folder := os.environ.get("PORTAL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_secretary_calls_whom_nothing_reached(college, open_page) -> None:
    sink, clerk = college["sink"], open_page(college["clerk"])
    notice = send_out(clerk)
    wait_until(lambda: len(sink.mails) == 2, what="the mails to both addresses")
    come_back(sink, college["gone"])
    wait_until(lambda: notices.of(notice, college["gone"]).rung == obligation.PHONE, what="the bounce in the notice")

    phone = open_page(college["secretary"], viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto("/notices/")
    phone.get_by_role("link", name="電話名單").click()
    expect(phone.locator("main form.card h2")).to_have_count(3)
    shown = phone.locator("main form.card h2").all_inner_texts()
    assert sorted(shown) == sorted(college[key].name for key in ("gone", "without", "wrong"))
    assert fits(phone)
    assert thumb_sized(phone)
    picture(phone, "phone-list")

    first = card(phone, college["gone"])
    number = college["gone"].contacts.get(kind=ContactKind.PHONE).value
    expect(first.locator(f"a[href='tel:{number}']")).to_be_visible()
    first.get_by_label("通話內容（選填）").fill(SAID)
    first.get_by_role("button", name="已聯繫並告知").tap()
    expect(phone.get_by_text(f"已為{college['gone'].name}記錄")).to_be_visible()
    card(phone, college["without"]).get_by_role("button", name="無人接聽").tap()
    expect(phone.get_by_text(f"已為{college['without'].name}記錄")).to_be_visible()
    card(phone, college["wrong"]).get_by_role("button", name="號碼錯誤").tap()
    expect(phone.get_by_text(f"已為{college['wrong'].name}記錄")).to_be_visible()
    expect(phone.locator("main form.card")).to_have_count(0)
    expect(phone.get_by_role("heading", name="剛才打過")).to_be_visible()
    picture(phone, "phone-list-done")

    told = Evidence.objects.get(kind="told")
    assert (told.person, told.recorded_by) == (college["gone"], college["secretary"])
    assert Evidence.objects.filter(kind="called").count() == 2
    wrong = college["wrong"].contacts.get(kind=ContactKind.PHONE)
    assert wrong.dead_at is not None
    states = {key: notices.of(notice, college[key]).state for key in ("reached", "gone", "without", "wrong", "far")}
    assert states == {
        "reached": "notified",
        "gone": "told",
        "without": "unreachable",
        "wrong": "unreachable",
        "far": "unreachable",
    }
    clerk.goto(f"/notices/{notice.pk}/people/{college['gone'].pk}/")
    expect(clerk.get_by_text(SAID).first).to_be_visible()
    expect(clerk.get_by_text(college["secretary"].name).first).to_be_visible()
    clerk.goto("/notices/phone/")
    expect(card(clerk, college["far"])).to_be_visible()
