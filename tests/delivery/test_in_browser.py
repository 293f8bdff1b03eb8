"""Notifications in a real browser: turned on by a click, shown by the worker, turned off."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from apps.delivery.models import BrowserSubscription
from tests import factories
from tests.browser import PHONE
from tests.delivery.standins.browsers import Browser

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# No push service of a maker can be asked in a test: this is what Chromium would have got from its own.
SUBSCRIBES = """
    const subscription = {endpoint: %(endpoint)s, unsubscribe: async () => { sessionStorage.removeItem("on"); },
        toJSON: () => ({endpoint: %(endpoint)s, keys: {p256dh: %(p256dh)s, auth: %(auth)s}})};
    PushManager.prototype.subscribe = async (options) => {
        sessionStorage.setItem("on", options.applicationServerKey); return subscription; };
    PushManager.prototype.getSubscription = async () => sessionStorage.getItem("on") ? subscription : null;
"""
REFUSES = """() => {
    Notification.requestPermission = async () => 'denied';
    Object.defineProperty(Notification, 'permission', {get: () => 'denied'});
}"""
NEVER_ASKS = "Notification.requestPermission = () => { throw new Error('asked without a click'); };"


def opened(page: Page, script: str = "") -> Page:
    page.add_init_script(SUBSCRIBES % {key: json.dumps(value) for key, value in Browser("a").form.items()} + script)
    page.goto("/delivery/browsers/")
    return page


def test_turned_on_pushed_to_and_turned_off(open_page: Callable[..., Page], push_key: str) -> None:
    person = factories.student()
    page = open_page(person, permissions=["notifications"])
    opened(page)
    page.get_by_role("button", name="在這個瀏覽器開啟").click()

    expect(page.get_by_text("已開啟通知。", exact=True)).to_be_visible()
    expect(page.locator("[data-this-browser]")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('on')") == push_key
    assert BrowserSubscription.objects.get().person == person

    push(page, {"title": "關於放假的通知", "body": "學院辦公室", "url": "/notices/", "tag": "m1", "open": "查看"})
    assert shown(page) == [["關於放假的通知", "學院辦公室", "m1", "/notices/"]]
    push(page, {"title": "關於放假的通知", "body": "學院辦公室", "url": "/notices/", "tag": "m1"})
    assert len(shown(page)) == 1, "a repeat replaces the first"

    page.locator("[data-browser-digest]").get_by_role("button", name="關閉").click()
    expect(page.get_by_role("button", name="在這個瀏覽器開啟")).to_be_visible()
    assert not BrowserSubscription.objects.active().exists()


def test_nothing_is_asked_before_the_click_and_a_no_is_respected(open_page: Callable[..., Page], push_key: str) -> None:
    page = open_page(factories.student(), viewport=PHONE)
    opened(page, NEVER_ASKS)
    button = page.get_by_role("button", name="在這個瀏覽器開啟")
    expect(button).to_be_visible()
    page.evaluate(REFUSES)
    button.click()

    expect(page.get_by_text("您已封鎖本系統的通知")).to_be_visible()
    expect(button).to_be_hidden()
    assert not BrowserSubscription.objects.exists()


def test_without_script_it_says_that_it_is_not_available(open_page: Callable[..., Page], push_key: str) -> None:
    page = open_page(factories.student(), java_script_enabled=False)
    page.goto("/delivery/browsers/")

    expect(page.get_by_text("請允許瀏覽器執行本頁的 JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="在這個瀏覽器開啟")).to_be_hidden()


def push(page: Page, told: dict[str, str]) -> None:
    """Hand a message to the worker, as the browser does when one has come and been decrypted."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(ids_of(event)))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    address = urlsplit(page.url)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": f"{address.scheme}://{address.netloc}",
            "registrationId": found[-1],
            "data": json.dumps(told, ensure_ascii=False),
        },
    )
    page.wait_for_timeout(500)


def ids_of(event: dict[str, object]) -> list[str]:
    return [row["registrationId"] for row in event["registrations"] if not row["isDeleted"]]


def shown(page: Page) -> list[list[str]]:
    return page.evaluate(
        """async () => (await (await navigator.serviceWorker.getRegistration('/delivery/browsers/')).getNotifications())
            .map(one => [one.title, one.body, one.tag, one.data.url])"""
    )
