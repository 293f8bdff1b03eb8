"""Who changed what about how the portal is set up."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.journal.services import record
from apps.people.models import Person
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
URL = reverse("journal:audit")


@pytest.fixture
def administrator() -> Person:
    return factories.administrator()


@pytest.fixture
def page(client: Client, administrator: Person) -> Client:
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(page: Client, **asked: str) -> list[str]:
    answer = page.get(URL, asked)
    return [entry.note for entry in answer.context["page"].rows]


def test_shows_settings_and_no_business(page: Client, administrator: Person) -> None:
    service, request = desk.service(), desk.request()
    record(actor=administrator, verb="edited", obj=service, note="catalogue")
    record(actor=administrator, verb="edited", obj=administrator, note="person")
    record(actor=administrator, verb="take", obj=request, note="a request")

    assert shown(page) == ["person", "catalogue"]
    assert shown(page, topic="catalogue") == ["catalogue"]
    assert shown(page, topic="people") == ["person"]


def test_changes_are_told_as_before_and_after(page: Client, administrator: Person) -> None:
    record(actor=administrator, verb="edited", obj=desk.service(), changes={"days": [None, 400], "number": 1})

    assert page.get(URL).context["page"].rows[0].lines == [("days", "— → 400"), ("number", "1")]


def test_is_narrowed_by_who_and_when(page: Client, administrator: Person) -> None:
    other, service = factories.clerk(), desk.service()
    record(actor=administrator, verb="edited", obj=service, note="mine")
    record(actor=other, verb="edited", obj=service, note="theirs")

    assert shown(page, actor=other.number.lower()) == ["theirs"]
    assert shown(page, since="2999-01-01") == []
    assert shown(page, until="2000-01-01") == []


@pytest.mark.parametrize("asked", [{"topic": "subject_type__app_label"}, {"since": "yesterday"}, {"actor": "x" * 50}])
def test_address_made_by_hand_is_refused(page: Client, asked: dict[str, str]) -> None:
    answer = page.get(URL, asked | {"password": "x", "actor__password__startswith": "a"})

    assert (answer.status_code, answer.context["page"].rows) == (422, [])


@pytest.mark.parametrize("count", [1, 3])
def test_costs_the_same_for_one_row_and_three(
    page: Client, administrator: Person, count: int, django_assert_num_queries: object
) -> None:
    for _n in range(count):
        record(actor=administrator, verb="edited", obj=desk.service())
    page.get(URL)
    with django_assert_num_queries(9):
        page.get(URL)


def test_is_the_administrators_alone(client: Client) -> None:
    for person in (factories.director(), factories.clerk(), factories.student()):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(URL).status_code == 403
