"""The first administrator comes from the console."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.people.enums import Role
from apps.people.models import Person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue().strip()


def test_link_leads_to_a_working_account(client: Client) -> None:
    link = run("A001", "管理員", "admin@x.example")
    path = link[link.index("/people/") :]
    assert client.get(path).status_code == 200
    client.post(path, {"password": "correct horse battery staple", "again": "correct horse battery staple"})
    person = Person.objects.get(number="A001")

    assert person.check_password("correct horse battery staple")
    assert person.has_role(Role.ADMINISTRATOR)
    assert person.is_staff


def test_second_run_gives_a_new_link_for_the_same_person() -> None:
    assert run("A001", "管理員", "admin@x.example") != run("A001", "管理員", "admin@x.example")
    assert Person.objects.get().posts.count() == 1


def test_address_of_another_is_refused() -> None:
    run("A001", "管理員", "admin@x.example")

    with pytest.raises(CommandError):
        run("A002", "另一人", "admin@x.example")
    assert Person.objects.count() == 1
