"""Headers of every answer; the limits of a session; its kind end."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from freezegun import freeze_time

from apps.people.models import Person
from office_portal import urls
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page")


def refusal(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("因為不是您的工作")


def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("inner detail")


urlpatterns = [*urls.urlpatterns, path("page/", page), path("refusal/", refusal), path("fault/", fault)]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


def signed_in(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_in(client: Client) -> bool:
    return client.get("/page/").status_code == 200


class TestHeaders:
    @pytest.mark.parametrize(
        ("method", "address", "status"),
        [
            ("get", "/page/", 200),
            ("get", "/accounts/login/", 302),
            ("get", "/refusal/", 403),
            ("get", "/nowhere/", 404),
            ("get", "/accounts/theme/", 405),
            ("get", "/fault/", 500),
            ("get", "/static/portal/portal.css", 200),
            ("get", "/healthz", 200),
        ],
    )
    def test_every_answer_has_them(self, method: str, address: str, status: int) -> None:
        answer = getattr(signed_in(factories.clerk()), method)(address)

        assert answer.status_code in {status, 503 if address == "/healthz" else status}
        assert {name: answer.get(name) for name in HEADERS} == HEADERS
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert "unsafe-inline" not in answer["Content-Security-Policy"]
        assert "camera=()" in answer["Permissions-Policy"]

    def test_page_of_a_person_is_not_kept(self) -> None:
        assert signed_in(factories.clerk()).get("/page/")["Cache-Control"] == "private, no-store"

    def test_each_answer_has_its_own_nonce(self, client: Client) -> None:
        first, second = (client.get("/accounts/login/")["Content-Security-Policy"] for _ in range(2))

        assert first != second


class TestLimits:
    @pytest.mark.parametrize(
        ("role", "idle", "still_in"),
        [
            ("clerk", timedelta(minutes=29), True),
            ("clerk", timedelta(minutes=31), False),
            ("student", timedelta(hours=7, minutes=59), True),
            ("student", timedelta(hours=8, minutes=1), False),
        ],
    )
    def test_idle_session_ends(self, role: str, idle: timedelta, still_in: bool) -> None:
        client = signed_in(getattr(factories, role)())
        with freeze_time(START):
            assert is_in(client)

        with freeze_time(START + idle):
            assert is_in(client) is still_in

    def test_use_keeps_a_session_open_but_not_for_ever(self) -> None:
        client = signed_in(factories.clerk())
        open_for = [minutes for minutes in range(0, 21 * 60 + 1, 20) if self.is_in_after(client, minutes)]

        assert open_for[-1] == 20 * 60

    def is_in_after(self, client: Client, minutes: int) -> bool:
        with freeze_time(START + timedelta(minutes=minutes)):
            return is_in(client)

    def test_disabled_person_is_out_at_once(self) -> None:
        person = factories.clerk()
        client = signed_in(person)
        assert is_in(client)

        Person.objects.filter(pk=person.pk).update(is_active=False)

        assert not is_in(client)


class TestSessionList:
    def seen(self) -> datetime:
        return UserSession.objects.get().last_seen_at

    def test_is_written_at_once_and_then_every_five_minutes(self) -> None:
        client = signed_in(factories.clerk())
        times = []
        for minutes in (0, 1, 4, 6):
            with freeze_time(START + timedelta(minutes=minutes)):
                client.get("/page/")
            times.append((self.seen() - START) // timedelta(minutes=1))

        assert times == [0, 0, 0, 6]

    def test_page_in_between_writes_nothing(self) -> None:
        client = signed_in(factories.clerk())
        client.get("/page/")

        with CaptureQueriesContext(connection) as queries:
            client.get("/page/")

        assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


class TestKindEnd:
    def next_of(self, answer: HttpResponse) -> str:
        return parse_qs(urlsplit(answer["Location"]).query)["next"][0]

    def test_stranger_comes_back_to_the_page(self, client: Client) -> None:
        assert self.next_of(client.get("/page/?a=1&b=2")) == "/page/?a=1&b=2"

    def test_session_that_ran_out_says_so(self) -> None:
        client = signed_in(factories.clerk())
        with freeze_time(START):
            is_in(client)
        with freeze_time(START + timedelta(hours=1)):
            shown = client.get("/page/", follow=True)

        assert "因為長時間沒有操作" in shown.content.decode()

    def test_form_sent_without_session_leads_back_to_its_page(self, client: Client) -> None:
        headers = {"referer": "http://testserver/page/?draft=7"}

        assert self.next_of(client.post("/page/", headers=headers)) == "/page/?draft=7"
        shown = client.post("/page/", headers=headers, follow=True)
        assert "填寫的內容還保留在這個瀏覽器裡" in shown.content.decode()

    @pytest.mark.parametrize("referer", ["https://elsewhere.example/form", ""])
    def test_form_from_elsewhere_leads_to_the_front_page(self, client: Client, referer: str) -> None:
        assert self.next_of(client.post("/page/", headers={"referer": referer} if referer else {})) == "/"

    def test_htmx_request_takes_the_whole_page_to_sign_in(self, client: Client) -> None:
        answer = client.get("/page/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/page/?tab=2"})

        assert answer.status_code == 204
        assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fpage%2F%3Ftab%3D2"


class TestLanguage:
    def test_page_is_in_the_language_of_the_person(self) -> None:
        client = signed_in(factories.clerk(language="zh-hans"))

        assert "通行密钥" in client.get("/accounts/2fa/", headers={"accept-language": "en"}).content.decode()

    @pytest.mark.parametrize(
        ("accept", "words"), [("zh-TW", "忘記密碼"), ("zh-CN", "忘记密码"), ("en-GB", "forgotten")]
    )
    def test_stranger_is_met_in_the_language_of_the_browser(self, client: Client, accept: str, words: str) -> None:
        assert words in client.get("/accounts/login/", headers={"accept-language": accept}).content.decode()


class TestWrongMethod:
    """Opening an address that only takes forms: usual after signing in again."""

    def test_page_says_what_to_do_and_leads_to_the_page_above(self) -> None:
        answer = signed_in(factories.clerk()).get("/notices/7/publish/")

        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert "請回到頁面看一看，再按一次那裡的按鈕。" in answer.content.decode()
        assert 'href="/notices/7/"' in answer.content.decode()

    def test_address_that_only_shows_says_so(self) -> None:
        answer = signed_in(factories.clerk()).post("/notices/sent/")

        assert answer.status_code == 405
        assert "這個網址只供查看" in answer.content.decode()
        assert 'href="/notices/sent/"' in answer.content.decode()
