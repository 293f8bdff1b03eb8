"""Campus sign-in: the campus says a number, the office knows the person, or nobody enters."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import django_cas_ng.views as cas
import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from apps.people.models import Person
from office_portal import urls
from tests import factories
from tests.people.campus import running_campus

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [*urls.urlpatterns, path("cas/login", login_not_required(cas.LoginView.as_view()), name="cas_ng_login")]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def campus(settings) -> Iterator[str]:
    cache.clear()
    with running_campus() as address:
        app = {
            "provider_id": "campus",
            "name": "校園統一認證",
            "client_id": "portal",
            "secret": "s",
            "settings": {"server_url": address, "number_claim": "preferred_username"},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        settings.CAS_SERVER_URL = address + "/"
        settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "django_cas_ng.backends.CASBackend"]
        yield address


@pytest.fixture
def person() -> Person:
    return factories.student(number="S20230001")


def signed_in_as(client: Client) -> str:
    return client.session.get("_auth_user_id", "")


def by_oidc(client: Client, number: str) -> HttpResponse:
    """Go through the campus and come back as the person with `number`."""
    away = client.post("/accounts/oidc/campus/login/?next=/accounts/sessions/")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return client.get("/accounts/oidc/campus/login/callback/", {"code": f"for-{number}", "state": state})


def by_cas(client: Client, ticket: str) -> HttpResponse:
    return client.get("/cas/login", {"ticket": ticket, "next": "/accounts/sessions/"})


@pytest.mark.parametrize("number", ["S20230001", "s20230001"])
class TestKnownNumber:
    def test_opens_by_openid_connect(self, client: Client, campus: str, person: Person, number: str) -> None:
        answer = by_oidc(client, number)

        assert answer["Location"] == "/accounts/sessions/"
        assert signed_in_as(client) == str(person.pk)
        assert SocialAccount.objects.get().user == person

    def test_opens_by_cas(self, client: Client, campus: str, person: Person, number: str) -> None:
        answer = by_cas(client, f"for-{number}")

        assert answer["Location"] == "/accounts/sessions/"
        assert signed_in_as(client) == str(person.pk)


class TestUnknownNumber:
    def test_is_told_whom_to_ask_by_openid_connect(self, client: Client, campus: str, person: Person) -> None:
        answer = by_oidc(client, "S999")

        assert answer.status_code == 403
        assert "S999" in answer.content.decode()
        assert "請聯絡辦公室把您加入名冊" in answer.content.decode()

    @pytest.mark.parametrize("ticket", ["for-S999", "made up"])
    def test_does_not_open_by_cas(self, client: Client, campus: str, person: Person, ticket: str) -> None:
        assert by_cas(client, ticket).status_code == 403
        assert signed_in_as(client) == ""

    def test_creates_nobody(self, client: Client, campus: str, person: Person) -> None:
        by_oidc(client, "S999")
        by_cas(client, "for-S999")

        assert Person.objects.count() == 1
        assert not SocialAccount.objects.exists()
        assert signed_in_as(client) == ""


class TestDisabledPerson:
    @pytest.fixture(autouse=True)
    def disabled(self, person: Person) -> None:
        Person.objects.update(is_active=False)

    def test_does_not_enter_by_openid_connect(self, client: Client, campus: str) -> None:
        assert by_oidc(client, "S20230001").status_code == 403
        assert signed_in_as(client) == ""

    def test_does_not_enter_by_cas(self, client: Client, campus: str) -> None:
        assert by_cas(client, "for-S20230001").status_code == 403
        assert signed_in_as(client) == ""


def test_person_disabled_after_the_first_campus_sign_in_stays_out(client: Client, campus: str, person: Person) -> None:
    by_oidc(client, "S20230001")
    Person.objects.update(is_active=False)
    again = Client()

    by_oidc(again, "S20230001")

    assert signed_in_as(again) == ""


def test_claim_without_number_opens_nothing(client: Client, campus: str, person: Person, settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["number_claim"] = "student_no"

    answer = by_oidc(client, "S20230001")

    assert answer.status_code == 403
    assert "沒有提供您的學號或工號" in answer.content.decode()


def test_failed_tickets_of_others_lock_nobody_out(client: Client, campus: str, person: Person) -> None:
    for _ in range(12):
        by_cas(client, "made up")

    assert by_cas(client, "for-S20230001").status_code == 302


def test_sign_in_page_offers_what_is_set(client: Client, campus: str) -> None:
    page = client.get("/accounts/login/?next=/requests/").content.decode()

    assert "校園統一認證" in page
    assert 'href="/cas/login?next=/requests/"' in page


@pytest.mark.urls("office_portal.urls")
def test_sign_in_page_offers_nothing_that_is_not_set(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()

    assert "oidc" not in page
    assert "CAS" not in page
