"""Telephone numbers and names in chat services: the own number by oneself, the rest by the office."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.people.models import ContactPoint, Person
from tests import factories

pytestmark = pytest.mark.django_db


def add(client: Client, person: Person, kind: str, value: str) -> int:
    url = reverse("people:add_contact", kwargs={"pk": person.pk})
    return client.post(url, {"kind": kind, "value": value}).status_code


def points(person: Person) -> set[tuple[str, str, bool]]:
    return set(person.contacts.exclude(kind="mail").values_list("kind", "value", "is_primary"))


def test_clerk_keeps_a_chat_name_and_the_new_one_becomes_the_main_one(client: Client) -> None:
    client.force_login(factories.clerk())
    person = factories.student()
    add(client, person, "wecom", "lin")
    add(client, person, "wecom", "lin.xs")
    add(client, person, "wecom", "lin.xs")

    assert points(person) == {("wecom", "lin", False), ("wecom", "lin.xs", True)}


@pytest.mark.parametrize(
    ("kind", "value"),
    [("wecom", "@all"), ("wecom", "a|b"), ("dingtalk", "a,b"), ("phone", "call me"), ("mail", "a@b.example")],
)
def test_name_that_would_reach_others_is_refused(client: Client, kind: str, value: str) -> None:
    client.force_login(factories.clerk())
    person = factories.student()
    add(client, person, kind, value)

    assert points(person) == set()


def test_number_that_is_given_again_works_again(client: Client) -> None:
    client.force_login(factories.clerk())
    person = factories.student()
    add(client, person, "phone", "13900000001")
    ContactPoint.objects.filter(kind="phone").update(dead_cause="wrong number", dead_at="2026-11-01T00:00Z")
    add(client, person, "phone", "13900000001")

    assert ContactPoint.objects.get(kind="phone").works


def test_own_phone_and_no_chat_name(client: Client) -> None:
    person = factories.student()
    client.force_login(person)
    client.post(reverse("people:add_phone"), {"value": "13900000001", "kind": "wecom"})

    assert points(person) == {("phone", "13900000001", True)}


def test_own_chat_name_is_not_removed_by_oneself(client: Client) -> None:
    person = factories.student()
    kept = ContactPoint.objects.create(person=person, kind="wecom", value="lin", is_primary=True)
    client.force_login(person)

    assert client.post(reverse("people:remove_contact", kwargs={"contact_pk": kept.pk})).status_code == 404


def test_office_removes_numbers_but_no_mail_address(client: Client) -> None:
    person = factories.student()
    phone = ContactPoint.objects.create(person=person, kind="phone", value="139")
    mail = person.contacts.get(kind="mail")
    client.force_login(factories.clerk())
    urls = [reverse("people:drop_contact", kwargs={"pk": person.pk, "contact_pk": one.pk}) for one in (phone, mail)]

    assert [client.post(url).status_code for url in urls] == [302, 404]
    assert points(person) == set()


def test_reader_may_not_and_stranger_finds_nothing(client: Client) -> None:
    person = factories.student()
    client.force_login(factories.leader())
    assert add(client, person, "wecom", "lin") == 403
    client.force_login(factories.student("別人"))
    assert add(client, person, "wecom", "lin") == 404


def test_pages_show_them(client: Client) -> None:
    person = factories.student()
    ContactPoint.objects.create(person=person, kind="dingtalk", value="ding-1", is_primary=True)
    client.force_login(person)
    assert "ding-1" in client.get(reverse("people:profile")).content.decode()
    client.force_login(factories.clerk())
    assert "ding-1" in client.get(reverse("people:detail", kwargs={"pk": person.pk})).content.decode()
