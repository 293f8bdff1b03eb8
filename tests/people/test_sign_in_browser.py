"""Sign-in as a person does it, in a real browser: passkeys, sessions, a form that outlives its session."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import path
from playwright.sync_api import Page, expect

from apps.people.models import Person
from office_portal import urls
from tests import factories
from tests.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]
FORM = """
{% extends "base.html" %}
{% block content %}
  <form method="post" data-keep>
    {% csrf_token %}
    <input name="purpose"><input name="secret" type="password"><textarea name="words"></textarea>
    <input type="checkbox" name="tick" value="1"><select name="kind"><option>a</option><option>b</option></select>
    <button data-key="s" data-key-label="送出">送出</button>
  </form>
  <p id="taken">{{ taken }}</p>
{% endblock %}
"""


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return redirect(f"/thanks/?purpose={request.POST['purpose']}")
    return HttpResponse(engines["django"].from_string(FORM).render({}, request))


def thanks(request: HttpRequest) -> HttpResponse:
    return (
        render(request, "errors/404.html")
        if "lost" in request.GET
        else HttpResponse(
            engines["django"]
            .from_string('{% extends "base.html" %}{% block content %}<p id="taken">ok</p>{% endblock %}')
            .render({}, request)
        )
    )


urlpatterns = [*urls.urlpatterns, path("form/", form), path("thanks/", thanks)]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def fresh_limits(settings) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person() -> Person:
    made = factories.clerk(number="C00123")
    made.set_password(factories.PASSWORD)
    made.save()
    return made


def sign_in(page: Page) -> None:
    page.fill("[name=login]", "C00123")
    page.fill("[name=password]", factories.PASSWORD)
    page.locator("form[action*=login] button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)


def give_authenticator(page: Page) -> None:
    """A device with fingerprint, as Chromium's developer protocol plays it."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", factories.PASSWORD)
    page.get_by_role("button", name="確認").click()
    page.fill("[name=name]", "辦公室電腦")
    page.check("[name=passwordless]")
    page.get_by_role("button", name="新增", exact=True).click()
    page.wait_for_url("**/recovery-codes/**")


def test_passkey_is_added_and_opens_the_portal(open_page: Callable[..., Page], person: Person) -> None:
    page = open_page(person)
    give_authenticator(page)
    add_passkey(page)
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("辦公室電腦")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/form/")
    page.get_by_role("button", name="用通行密鑰登入").click()

    page.wait_for_url("**/form/")
    expect(page.get_by_role("button", name="科員甲")).to_be_visible()


def test_passkey_is_the_second_step_after_the_password(open_page: Callable[..., Page], person: Person) -> None:
    page = open_page(person)
    give_authenticator(page)
    add_passkey(page)
    page.context.clear_cookies()

    page.goto("/accounts/login/?next=/form/")
    page.fill("[name=login]", "C00123")
    page.fill("[name=password]", factories.PASSWORD)
    page.press("[name=password]", "Enter")
    page.get_by_role("button", name="使用通行密鑰或安全金鑰").click()

    page.wait_for_url("**/form/")


def test_device_that_refuses_is_told_in_words(open_page: Callable[..., Page], person: Person) -> None:
    page = open_page()
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    page.goto("/accounts/login/")
    page.evaluate(
        "() => { navigator.credentials.get = async () => { throw new DOMException('no', 'NotAllowedError') } }"
    )

    page.get_by_role("button", name="用通行密鑰登入").click()

    expect(page.get_by_role("alert")).to_contain_text("裝置沒有回應")


def test_sign_out_everywhere_else_asks_first(open_page: Callable[..., Page], person: Person) -> None:
    here, there = open_page(person), open_page(person, viewport=PHONE)
    for page in (here, there):
        page.goto("/accounts/sessions/")
    here.reload()

    here.get_by_role("button", name="登出其他裝置").click()
    dialog = here.get_by_role("dialog")
    expect(dialog).to_contain_text("要登出此處以外的所有裝置嗎")
    dialog.get_by_role("button", name="登出其他裝置").click()

    expect(here.locator(".list-group-item")).to_have_count(1)
    there.goto("/accounts/sessions/")
    assert "/login" in there.url


class TestFormOutlivesItsSession:
    def fill(self, page: Page) -> None:
        page.goto("/form/")
        page.fill("[name=purpose]", "德國短期簽證")
        page.fill("[name=secret]", "never kept")
        page.fill("[name=words]", "兩行\n文字")
        page.check("[name=tick]")
        page.select_option("[name=kind]", "b")

    def assert_filled(self, page: Page) -> None:
        expect(page.locator("[name=purpose]")).to_have_value("德國短期簽證")
        expect(page.locator("[name=words]")).to_have_value("兩行\n文字")
        expect(page.locator("[name=tick]")).to_be_checked()
        expect(page.locator("[name=kind]")).to_have_value("b")
        expect(page.locator("[name=secret]")).to_have_value("")

    def test_what_was_typed_is_there_after_sign_in(self, open_page: Callable[..., Page], person: Person) -> None:
        page = open_page(person)
        self.fill(page)
        Session.objects.all().delete()

        page.get_by_role("button", name="送出").click()

        expect(page.get_by_role("status")).to_contain_text("填寫的內容還保留在這個瀏覽器裡")
        sign_in(page)
        self.assert_filled(page)
        page.get_by_role("button", name="送出").click()
        expect(page.locator("#taken")).to_have_text("ok")

    def test_what_was_typed_is_there_when_the_key_of_the_form_is_old(
        self, open_page: Callable[..., Page], person: Person
    ) -> None:
        page = open_page(person)
        self.fill(page)
        page.context.clear_cookies(name="csrf")

        page.get_by_role("button", name="送出").click()

        page.get_by_role("link", name="返回頁面").click()
        self.assert_filled(page)

    def test_taken_form_is_empty_next_time(self, open_page: Callable[..., Page], person: Person) -> None:
        page = open_page(person)
        self.fill(page)
        page.get_by_role("button", name="送出").click()
        page.wait_for_url("**/thanks/**")

        page.goto("/form/")

        expect(page.locator("[name=purpose]")).to_have_value("")

    def test_another_person_at_the_same_window_sees_nothing_of_it(
        self, open_page: Callable[..., Page], person: Person
    ) -> None:
        page = open_page(person)
        self.fill(page)
        Session.objects.all().delete()
        page.get_by_role("button", name="送出").click()
        other = factories.student(number="S9")
        other.set_password(factories.PASSWORD)
        other.save()

        page.fill("[name=login]", "S9")
        page.fill("[name=password]", factories.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/form/")

        expect(page.locator("[name=purpose]")).to_have_value("")


class TestKeys:
    def test_question_mark_lists_the_keys_of_the_page(self, open_page: Callable[..., Page], person: Person) -> None:
        page = open_page(person)
        page.goto("/form/")

        page.keyboard.press("?")

        expect(page.get_by_role("dialog", name="本頁快捷鍵")).to_contain_text("送出")

    def test_key_uses_its_control_but_not_while_somebody_types(
        self, open_page: Callable[..., Page], person: Person
    ) -> None:
        page = open_page(person)
        page.goto("/form/")
        page.locator("[name=purpose]").press_sequentially("sss?")
        expect(page.locator("[name=purpose]")).to_have_value("sss?")
        assert "/form/" in page.url

        page.locator("[name=purpose]").blur()
        page.keyboard.press("s")

        page.wait_for_url("**/thanks/**")

    def test_keys_are_off_for_who_switched_them_off(self, open_page: Callable[..., Page]) -> None:
        page = open_page(factories.clerk(shortcuts=False))
        page.goto("/form/")

        page.keyboard.press("?")

        expect(page.get_by_role("dialog")).to_have_count(0)


def test_menu_opens_and_closes_on_a_phone(open_page: Callable[..., Page], person: Person) -> None:
    page = open_page(person, viewport=PHONE)
    page.goto("/form/")
    places = page.get_by_role("link", name="通知", exact=True)
    expect(places).not_to_be_visible()

    page.get_by_role("button", name="選單").click()
    expect(page.locator("#places.show:not(.showing)")).to_be_visible()
    expect(places).to_be_visible()

    page.keyboard.press("Escape")
    expect(places).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("device", "theme"), [("dark", "dark"), ("light", "light")])
def test_look_follows_the_device_until_somebody_chooses(
    open_page: Callable[..., Page], device: str, theme: str
) -> None:
    page = open_page(color_scheme=device)
    page.goto("/accounts/login/")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme

    page.get_by_role("button", name="淺色").click()

    page.wait_for_url("**/login/")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
