"""The page of addresses that are not written to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.core.clock import now
from apps.delivery.enums import Cause, DeliveryState
from apps.delivery.models import Suppression
from apps.delivery.services import suppress
from apps.people.models import ContactPoint
from tests import factories
from tests.delivery.factories import mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
ADDED = {"address": "full@x.example", "cause": "full", "days": "2", "note": "asked for by phone"}


@pytest.fixture
def clerk_client(client: Client) -> Client:
    client.force_login(factories.clerk())
    return client


def rest(address: str, cause: Cause = Cause.FULL) -> Suppression:
    return suppress(address=address, cause=cause, until=None)


def test_list_shows_whose_address_and_narrows_by_cause(clerk_client: Client) -> None:
    person = factories.student()
    ContactPoint.objects.update_or_create(person=person, kind="mail", value=person.email)
    rest(person.email.upper()), rest("dead@x.example", Cause.DEAD)
    page = clerk_client.get(reverse("delivery:resting"), {"cause": "full"})

    assert [(row.address, owner) for row, owner in page.context["lines"]] == [(person.email.upper(), person)]


def test_number_of_queries_is_fixed(clerk_client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rest("a@x.example")
    clerk_client.get(reverse("delivery:resting"))
    with django_assert_num_queries(8) as one:
        clerk_client.get(reverse("delivery:resting"))
    rest("b@x.example"), rest("c@x.example")
    with django_assert_num_queries(len(one)):
        clerk_client.get(reverse("delivery:resting"))


def test_added_by_hand_for_some_days(clerk_client: Client) -> None:
    clerk_client.post(reverse("delivery:suppress"), ADDED)

    row = Suppression.objects.get()
    assert (row.address, row.cause, row.note) == ("full@x.example", "full", "asked for by phone")
    assert row.until - row.since == timedelta(days=2)


def test_what_is_no_address_is_told_and_nothing_typed_is_lost(clerk_client: Client) -> None:
    page = clerk_client.post(reverse("delivery:suppress"), ADDED | {"address": "nonsense"})

    assert page.status_code == 422
    assert "nonsense" in page.content.decode()
    assert not Suppression.objects.exists()


def test_lift_needs_a_reason_and_works_once(clerk_client: Client) -> None:
    row = rest("a@x.example")
    address = reverse("delivery:lift", args=[row.pk])
    clerk_client.post(address, {"note": ""})
    row.refresh_from_db()
    assert row.lifted_at is None

    clerk_client.post(address, {"note": "box is emptied"})
    clerk_client.post(address, {"note": "twice"})
    row.refresh_from_db()
    assert row.note == "box is emptied"


def test_held_mail_says_why(clerk_client: Client) -> None:
    row = mail(state=DeliveryState.HELD, held_reason="suppressed:full")
    shown = clerk_client.get(reverse("delivery:detail", args=[row.pk])).content.decode()

    assert str(Cause.FULL.label) in shown


def test_person_is_told_that_the_address_comes_back(client: Client) -> None:
    person = factories.student()
    ContactPoint.objects.update_or_create(
        person=person, kind="mail", value=person.email, defaults={"is_primary": True, "verified_at": now()}
    )
    client.force_login(person)
    assert client.get(reverse("delivery:mine")).context["returned"] == []

    rest(person.email, Cause.DEAD)
    assert client.get(reverse("delivery:mine")).context["returned"] == [(person.email, Cause.DEAD.label)]
