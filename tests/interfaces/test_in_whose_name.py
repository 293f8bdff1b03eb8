"""Nobody acts as another by a program unseen: its owner confirms it, hears of it, ends it; history names it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.delivery.models import Delivery
from apps.interfaces.models import Integration, Subscription
from apps.interfaces.services import (
    IntegrationData,
    SubscriptionData,
    TokenData,
    confirm_integration,
    edit_integration,
    make_token,
    subscribe,
    switch_off,
    switch_on,
)
from apps.journal.models import Entry
from apps.journal.services import record
from apps.journal.via import current_program
from apps.people.models import Person
from tests import factories
from tests.interfaces.factories import Caller, integration, named, token
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> Person:
    return factories.director(language="en")


@pytest.fixture
def administrator() -> Person:
    return factories.administrator(language="en")


def browser(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


def status(text: str) -> int:
    return Caller(text).get("/services").status_code


def subjects(person: Person) -> list[str]:
    rows = Delivery.objects.filter(person=person, channel="portal", message__texts__language="en")
    return [text.split(":")[0] for text in rows.order_by("pk").values_list("message__texts__subject", flat=True)]


def post(person: Person, name: str, row: Integration) -> int:
    return browser(person).post(reverse(f"interfaces:{name}", args=[row.pk])).status_code


def test_program_counts_when_its_owner_confirmed_it(director: Person, administrator: Person) -> None:
    row = named(director, name="grades", actor=administrator)
    _token, text = token(director, of=row)
    assert status(text) == 401
    assert subjects(director) == ["A program is to act in your name", "A new token for a program in your name"]

    assert post(administrator, "confirm", row) == 403
    assert post(factories.student(), "confirm", row) == 404
    assert status(text) == 401
    for _each in range(2):
        assert post(director, "confirm", row) == 302
    assert status(text) == 200
    assert Entry.objects.about(row).get(verb="integration_confirmed").actor == director


def test_own_program_needs_no_second_word(administrator: Person) -> None:
    _token, text = token(administrator, of=named(administrator, actor=administrator))

    assert (status(text), subjects(administrator)) == (200, [])


def test_new_owner_confirms_anew(director: Person, administrator: Person) -> None:
    row = integration(factories.clerk(), actor=administrator)
    data = IntegrationData(row.name, row.purpose, director)
    edit_integration(integration=row, data=data, version=row.version, actor=administrator)
    row.refresh_from_db()

    assert (row.is_confirmed, subjects(director)) == (False, ["A program is to act in your name"])


def test_key_of_a_program_that_waits_ends_with_its_owner(director: Person, administrator: Person) -> None:
    """It was not in force when the owner changed, and must not come into force by the new owner's word."""
    row = named(factories.clerk(), actor=administrator)
    _token, text = token(director, of=row)
    data = IntegrationData(row.name, row.purpose, director)
    edit_integration(integration=row, data=data, version=row.version, actor=administrator)
    row.refresh_from_db()
    confirm_integration(integration=row, actor=director)

    assert status(text) == 401


def test_what_the_owner_ends_comes_back_by_the_owner_alone(director: Person, administrator: Person) -> None:
    row = integration(director, actor=administrator)
    _token, text = token(director, of=row)
    assert post(administrator, "end", row) == 403
    assert (post(director, "end", row), status(text)) == (302, 401)

    switch_on(integration=row, actor=administrator)
    assert status(text) == 401
    confirm_integration(integration=row, actor=director)
    assert status(text) == 200


def test_what_the_administrator_switches_off_and_on_stays_confirmed(director: Person, administrator: Person) -> None:
    row = integration(director, actor=administrator)
    _token, text = token(director, of=row)
    switch_off(integration=row, actor=administrator)
    switch_on(integration=row, actor=administrator)

    assert status(text) == 200


def test_nobody_is_told_by_a_program_that_waits(director: Person, administrator: Person) -> None:
    row = named(director, actor=administrator)
    subscribe(integration=row, data=SubscriptionData("https://a.example/", ["request.moved"], []), actor=administrator)
    assert not Subscription.objects.in_use().exists()

    confirm_integration(integration=row, actor=director)
    assert Subscription.objects.in_use().exists()


def test_nobody_confirms_for_another(director: Person, administrator: Person) -> None:
    with pytest.raises(PermissionDenied):
        confirm_integration(integration=named(director, actor=administrator), actor=administrator)


@pytest.mark.parametrize("count", [1, 3])
def test_page_shows_the_own_ones_with_what_they_may(
    director: Person, administrator: Person, count: int, django_assert_num_queries
) -> None:
    for place in range(count):
        row = named(director, name=f"grades {place}", actor=administrator)
        make_token(integration=row, data=TokenData(["desk:write"], 30), actor=administrator)
    named(factories.clerk(), name="of somebody else", actor=administrator)
    page = browser(director)
    page.get(reverse("interfaces:mine"))
    with django_assert_num_queries(QUERIES):
        text = page.get(reverse("interfaces:mine")).content.decode()

    assert text.count("waits for your word") == count
    assert "of somebody else" not in text
    assert reverse("interfaces:confirm", args=[row.pk]) in text


QUERIES = 7


class TestHistory:
    def test_names_the_program(self, director: Person) -> None:
        student = factories.student()
        _token, text = token(student, of=integration(student, name="timetable"))
        asked = desk.service()
        given = {"purpose": "簽證", "remarks": "九月"}
        assert Caller(text).post("/requests", {"service": asked.code, "answers": given}).status_code == 201

        entry = Entry.objects.get(verb="submit")
        assert (entry.actor, entry.via) == (student, "timetable")
        page = browser(director).get(entry.subject.get_absolute_url()).content.decode()
        assert "by program timetable" in " ".join(page.split())

    def test_names_none_at_the_pages_nor_after_a_call(self, director: Person, administrator: Person) -> None:
        _token, text = token(director)
        status(text)

        assert current_program() == ""
        assert record(actor=director, verb="take", obj=director).via == ""
