"""The frame of every page, the choice of language and theme, and the pages of error."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from apps.core import views
from apps.notices.models import Obligation
from apps.people.models import Person
from office_portal import menu, urls
from tests import factories
from tests.delivery import factories as delivery
from tests.notices import factories as notices

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
PAGE = "/accounts/2fa/"


def refusal(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("因為不是您的工作")


def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("inner detail")


urlpatterns = [*urls.urlpatterns, path("refusal/", refusal), path("fault/", fault)]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


def signed_in(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


class TestFrame:
    def test_scripts_have_the_nonce_of_the_answer(self) -> None:
        answer = signed_in(factories.clerk()).get(PAGE)
        nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])[1]
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())

        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)

    def test_page_has_no_inline_style_and_no_inline_handler(self) -> None:
        page = html(signed_in(factories.clerk()))

        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
        assert "<style" not in page

    def test_person_menu_names_person_and_post(self) -> None:
        page = html(signed_in(factories.director("陳主任", number="D77", language="zh-hant")))

        assert "陳主任" in page
        assert "D77" in page
        assert "學院辦公室" in page

    def test_stranger_has_no_places(self, client: Client) -> None:
        assert 'id="places"' not in html(client, "/accounts/login/")

    def test_places_are_those_of_the_role(self) -> None:
        def labels(person: Person) -> set[str]:
            request = RequestFactory().get("/")
            request.user, request.resolver_match = person, None
            return {place.namespace for place, _, _ in menu.menu(request)["menu_places"]}

        assert labels(factories.student()) <= {"dashboard", "servicedesk", "notices"}
        assert labels(factories.student()) <= labels(factories.director())

    @pytest.mark.parametrize("address", ["/notices/sent/", "/relays/", "/replies/"])
    def test_pages_reached_from_the_notices_stand_under_them(self, address: str) -> None:
        client = signed_in(factories.clerk())
        request = client.get(address).wsgi_request

        assert [place.namespace for place, _, current in menu.menu(request)["menu_places"] if current] == ["notices"]

    def test_shortcuts_are_off_for_who_switched_them_off(self) -> None:
        assert 'data-shortcuts="on"' in html(signed_in(factories.clerk()))
        assert 'data-shortcuts="off"' in html(signed_in(factories.clerk(shortcuts=False)))

    def test_number_of_queries_does_not_grow_with_posts(self) -> None:
        one, three = factories.clerk(), factories.clerk()
        for unit in (factories.unit(), factories.unit()):
            factories.post(three, "staff", unit)
        counts = []
        for person in (one, three):
            client = signed_in(person)
            html(client)
            with CaptureQueriesContext(connection) as queries:
                html(client)
            counts.append(len(queries))

        assert counts[0] == counts[1]


class TestInboxCount:
    def count(self, person: Person) -> str:
        request = RequestFactory().get("/")
        request.user = person
        return str(menu.menu(request)["inbox_count"])

    def owe(self, person: Person, number: int) -> None:
        sender = factories.clerk()
        for _ in range(number):
            notice = notices.draft(sender)
            Obligation.objects.create(notice=notice, person=person, created_at=timezone.now())

    @pytest.mark.parametrize(("owed", "shown"), [(0, ""), (3, "3"), (100, "99+")])
    def test_counts_what_is_owed_up_to_a_cap(self, owed: int, shown: str) -> None:
        person = factories.student()
        self.owe(person, owed)
        self.owe(factories.student(), 1)

        assert self.count(person) == shown

    def message(self, person: Person, **fields: object) -> None:
        delivery.mail(person, channel="portal", **{"state": "handed_off"} | fields)

    def test_counts_messages_that_were_not_opened(self) -> None:
        person = factories.student()
        self.owe(person, 2)
        self.message(person)
        self.message(person, state="opened")
        self.message(factories.student())

        assert self.count(person) == "3"

    def test_leads_to_the_messages_only_while_one_is_not_opened(self) -> None:
        person = factories.student()
        request = RequestFactory().get("/")
        request.user = person
        assert str(menu.menu(request)["inbox_url"]) == reverse("notices:inbox")
        self.message(person)

        with CaptureQueriesContext(connection) as queries:
            context = menu.menu(request)
            assert str(context["inbox_url"]) == reverse("delivery:mine")
            assert str(context["inbox_count"]) == "1"
        assert len(queries) == 2


class TestChoices:
    def test_language_is_kept_with_the_person(self) -> None:
        person = factories.clerk(language="zh-hant")
        client = signed_in(person)

        answer = client.post("/accounts/language/", {"language": "zh-hans", "next": PAGE})

        person.refresh_from_db()
        assert (answer["Location"], person.language) == (PAGE, "zh-hans")
        assert '<html lang="zh-hans"' in html(client)

    def test_language_of_a_stranger_is_kept_in_the_browser(self, client: Client) -> None:
        client.post("/accounts/language/", {"language": "en"})

        assert '<html lang="en"' in html(client, "/accounts/login/")

    @pytest.mark.parametrize("wanted", ["", "fr", "../etc"])
    def test_unknown_language_changes_nothing(self, client: Client, wanted: str) -> None:
        answer = client.post("/accounts/language/", {"language": wanted})

        assert (answer.status_code, dict(answer.cookies)) == (302, {})

    @pytest.mark.parametrize(("theme", "attribute"), [("dark", "dark"), ("light", "light"), ("auto", "light")])
    def test_theme_is_kept_in_the_browser(self, client: Client, theme: str, attribute: str) -> None:
        client.post("/accounts/theme/", {"theme": theme})
        page = html(client, "/accounts/login/")

        assert f'data-bs-theme="{attribute}"' in page
        assert f'data-theme-choice="{theme}"' in page

    def test_unknown_theme_changes_nothing(self, client: Client) -> None:
        client.cookies["theme"] = "pink"
        assert 'data-theme-choice="auto"' in html(client, "/accounts/login/")

        assert dict(client.post("/accounts/theme/", {"theme": "pink"}).cookies) == {}

    @pytest.mark.parametrize("address", ["/accounts/theme/", "/accounts/language/"])
    def test_choice_does_not_lead_away(self, client: Client, address: str) -> None:
        assert client.post(address, {"next": "https://elsewhere.example/"})["Location"] == "/"
        assert client.get(address).status_code == 405


class TestErrorPages:
    def test_refusal_gives_its_reason(self) -> None:
        answer = signed_in(factories.clerk()).get("/refusal/")

        assert answer.status_code == 403
        assert "因為不是您的工作" in answer.content.decode()

    def test_not_found_offers_sign_in_to_strangers(self, client: Client) -> None:
        answer = client.get("/nowhere/")

        assert answer.status_code == 404
        assert "您還沒有登入" in answer.content.decode()
        assert "您還沒有登入" not in html(signed_in(factories.clerk()), "/nowhere/")

    def test_fault_shows_no_inner_detail_and_needs_nothing(self) -> None:
        answer = signed_in(factories.clerk()).get("/fault/")

        assert answer.status_code == 500
        assert "是我們這邊出了問題" in answer.content.decode()
        assert "inner detail" not in answer.content.decode()
        assert render_to_string("errors/500.html")

    def test_old_form_leads_back_to_its_page(self) -> None:
        client = Client(enforce_csrf_checks=True)
        answer = client.post(
            "/accounts/login/", {"login": "x"}, headers={"referer": "http://testserver/accounts/login/"}
        )

        assert answer.status_code == 403
        page = answer.content.decode()
        assert "頁面開啟太久了" in page
        assert 'href="http://testserver/accounts/login/"' in page
        assert "data-not-taken" in page

    def test_too_large_says_how_much_is_allowed(self, rf: RequestFactory) -> None:
        request = rf.post("/")
        request.user = factories.clerk()
        answer = views.too_large(request)

        assert answer.status_code == 413
        assert "25 MB" in answer.content.decode()
