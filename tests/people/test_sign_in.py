"""Sign-in by password and second factor, and what stops guessing."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from apps.people.models import Person
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_limits(settings) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose


@pytest.fixture
def person() -> Person:
    made = factories.clerk(number="C00123", mail="Chen.Yi@College.example")
    made.set_password(factories.PASSWORD)
    made.save()
    return made


def sign_in(client: Client, login: str, password: str = factories.PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "login", ["C00123", "c00123", " C00123 ", "chen.yi@college.example", "Chen.Yi@College.example"]
)
def test_sign_in_by_number_or_address(client: Client, person: Person, login: str) -> None:
    answer = sign_in(client, login)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_sign_in_leads_to_the_page_that_was_asked_for(client: Client, person: Person) -> None:
    answer = client.post(LOGIN + "?next=/accounts/sessions/", {"login": "C00123", "password": factories.PASSWORD})

    assert answer["Location"] == "/accounts/sessions/"


def test_sign_in_does_not_lead_away_from_the_portal(client: Client, person: Person) -> None:
    answer = client.post(
        LOGIN + "?next=https://elsewhere.example/", {"login": "C00123", "password": factories.PASSWORD}
    )

    assert answer["Location"] == "/"


@pytest.mark.parametrize("login", ["C00123", "nobody", "chen.yi@college.example", "nobody@college.example"])
def test_wrong_password_says_the_same_for_known_and_unknown(client: Client, person: Person, login: str) -> None:
    page = sign_in(client, login, "not the password").content.decode()

    assert "號碼或地址與密碼不相符" in page
    assert not is_signed_in(client)


def test_disabled_person_cannot_sign_in(client: Client, person: Person) -> None:
    Person.objects.update(is_active=False)

    answer = sign_in(client, "C00123")

    assert not is_signed_in(client)
    assert answer.status_code == 200


def test_ten_wrong_passwords_lock_the_account_for_that_place_only(client: Client, person: Person) -> None:
    for _ in range(10):
        answer = sign_in(client, "C00123", "wrong")

    assert answer.status_code == 429
    assert "此處對這個帳號的嘗試次數過多" in answer.content.decode()
    assert sign_in(client, "C00123").status_code == 429, "the right password is not tried while locked"
    assert sign_in(client, "chen.yi@college.example").status_code == 429, "the address counts for the same account"
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), "C00123").status_code == 302


def test_failures_of_one_account_do_not_stop_another_at_the_same_place(client: Client, person: Person) -> None:
    other = factories.student(number="S77")
    other.set_password(factories.PASSWORD)
    other.save()
    for _ in range(10):
        sign_in(client, "C00123", "wrong")

    assert sign_in(client, "S77").status_code == 302


def test_lock_opens_after_a_quarter_of_an_hour(client: Client, person: Person) -> None:
    for _ in range(10):
        sign_in(client, "C00123", "wrong")

    with freeze_time(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client, "C00123").status_code == 302


def test_network_that_guesses_at_many_accounts_is_slowed_down(client: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    for number in range(4):
        page = sign_in(client, f"guess{number}", "wrong").content.decode()

    assert "這個網路的嘗試次數過多" in page


def test_sign_up_is_closed(client: Client) -> None:
    page = client.get("/accounts/signup/")

    assert "帳號由辦公室開立" in page.content.decode()
    assert client.post("/accounts/signup/", {"username": "x", "password1": "y" * 20}).status_code == 200
    assert not Person.objects.exists()


def test_sign_out_needs_a_post_and_clears_what_the_browser_kept(client: Client, person: Person) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)

    answer = client.post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def set_up_app(client: Client, password: str = factories.PASSWORD) -> str:
    """Set up the authenticator app as a person does; its secret."""
    client.post("/accounts/reauthenticate/", {"password": password})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'portal-secret">([A-Z2-7]+)<', page.content.decode())[1]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


class TestSecondStep:
    def test_app_is_asked_for_after_the_password(self, client: Client, person: Person) -> None:
        sign_in(client, "C00123")
        secret = set_up_app(client)
        cache.clear()  # a code is good once; the test does not wait half a minute for the next
        stranger = Client()

        answer = sign_in(stranger, "C00123")
        assert answer["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(stranger)

        wrong = stranger.post(answer["Location"], {"code": "000000"})
        assert "驗證碼不正確" in wrong.content.decode()

        stranger.post(answer["Location"], {"code": code_of(secret)})
        assert is_signed_in(stranger)

    def test_wrong_code_does_not_switch_the_app_on(self, client: Client, person: Person) -> None:
        sign_in(client, "C00123")
        client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        client.get("/accounts/2fa/totp/activate/")

        answer = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})

        assert "驗證碼不正確" in answer.content.decode()
        assert not person.authenticator_set.exists()

    def test_recovery_code_opens_once(self, client: Client, person: Person) -> None:
        sign_in(client, "C00123")
        set_up_app(client)
        shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
        code = re.findall(r"<li>([0-9a-z-]{8,})</li>", shown)[0]

        first, second = Client(), Client()
        for each in (first, second):
            sign_in(each, "C00123")
            each.post(reverse("mfa_authenticate"), {"code": code})

        assert (is_signed_in(first), is_signed_in(second)) == (True, False)

    def test_page_of_security_says_what_is_on(self, client: Client, person: Person) -> None:
        sign_in(client, "C00123")
        assert "已啟用" not in client.get("/accounts/2fa/").content.decode()

        set_up_app(client)

        assert client.get("/accounts/2fa/").content.decode().count("已啟用") == 1

    def test_office_without_second_factor_must_set_one_up(self, client: Client, person: Person, settings) -> None:
        settings.SECOND_FACTOR_REQUIRED = True
        sign_in(client, "C00123")

        answer = client.get("/people/")

        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
        set_up_app(client)
        assert client.get("/people/").get("Location") != "/accounts/2fa/"

    def test_student_need_not_have_a_second_factor(self, client: Client, settings) -> None:
        settings.SECOND_FACTOR_REQUIRED = True
        client.force_login(factories.student(), backend="django.contrib.auth.backends.ModelBackend")

        assert client.get("/people/").get("Location") != "/accounts/2fa/"


class TestSessions:
    def test_list_and_sign_out_everywhere_else(self, client: Client, person: Person) -> None:
        other = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Version/17 Mobile Safari/604")
        for each in (client, other):
            sign_in(each, "C00123")
            each.get("/accounts/sessions/")
        page = client.get("/accounts/sessions/").content.decode()
        assert "Safari · iPhone" in page
        assert page.count("目前的瀏覽器") == 1

        client.post("/accounts/sessions/")

        assert UserSession.objects.filter(user=person).count() == 1
        assert client.get("/accounts/sessions/").status_code == 200
        assert other.get("/accounts/sessions/").status_code == 302

    def test_stranger_sees_no_sessions(self, client: Client) -> None:
        assert client.get("/accounts/sessions/").status_code == 302

    def test_changed_password_ends_the_other_sessions(self, client: Client, person: Person) -> None:
        other = Client()
        for each in (client, other):
            sign_in(each, "C00123")
        new = "another long sentence"

        client.post(
            "/accounts/password/change/", {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
        )

        assert other.get("/accounts/sessions/").status_code == 302


class TestForgottenPassword:
    def ask(self, client: Client, address: str):
        return client.post("/accounts/password/reset/", {"email": address})

    def test_link_comes_by_mail_and_sets_a_new_password_once(
        self, client: Client, person: Person, settings, mailoutbox
    ) -> None:
        settings.PORTAL_URL = "https://portal.example.edu.cn"
        self.ask(client, "chen.yi@college.example")
        link = re.search(r"https://portal\.example\.edu\.cn(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]
        place = client.get(link)["Location"]
        new = "another long sentence"

        client.post(place, {"password1": new, "password2": new})

        assert sign_in(Client(), "C00123", new).status_code == 302
        assert "這個連結已失效" in Client().get(link, follow=True).content.decode()

    @pytest.mark.parametrize("address", ["chen.yi@college.example", "nobody@college.example"])
    def test_answer_is_the_same_for_every_address(self, client: Client, person: Person, address: str) -> None:
        assert self.ask(client, address)["Location"] == reverse("account_reset_password_done")

    def test_disabled_person_and_stranger_get_no_mail(self, client: Client, person: Person, mailoutbox) -> None:
        Person.objects.update(is_active=False)

        self.ask(client, "chen.yi@college.example")
        self.ask(client, "nobody@college.example")

        assert mailoutbox == []

    def test_mail_speaks_the_language_of_its_person(self, client: Client, person: Person, mailoutbox) -> None:
        Person.objects.update(language="zh-hans")

        client.post("/accounts/password/reset/", {"email": person.email}, headers={"accept-language": "en"})

        assert mailoutbox[0].subject == "重置密码"
        assert "如果不是您本人" in mailoutbox[0].body

    def test_changed_password_is_told_by_mail(self, client: Client, person: Person, mailoutbox) -> None:
        sign_in(client, "C00123", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/128")
        new = "another long sentence"

        client.post(
            "/accounts/password/change/",
            {"oldpassword": factories.PASSWORD, "password1": new, "password2": new},
            HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/128",
        )

        assert [mail.to for mail in mailoutbox] == [[person.email]]
        assert "Firefox · Windows" in mailoutbox[0].body
        assert "example.com" not in mailoutbox[0].body
