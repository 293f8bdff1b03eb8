"""The invented college that a fresh portal shows: it is made, and its main pages open."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.demo.people import SIGN_INS
from apps.knowledge.models import Article
from apps.notices.models import Notice, Obligation
from apps.people.models import Person
from apps.seals.models import SealUse
from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.services.clocks import rebuild_clocks

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PAGES = ("dashboard:home", "servicedesk:catalogue", "servicedesk:mine", "notices:inbox", "tasks:list")


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 26, 9, tzinfo=UTC)  # a Thursday afternoon: the office has work in hand


def test_every_part_is_there_and_its_people_can_look_at_it(at: datetime) -> None:
    call_command("demo", people=300, at=at, password="a long enough password", verbosity=0)

    for model in (Request, Certificate, SealUse, Article, Notice, Obligation):
        assert model.objects.exists(), model
    assert [str(each) for each in rebuild_clocks(write=False)] == []  # what it wrote in bulk agrees with its ledgers
    people = Person.objects.in_bulk([login for login, *_others in SIGN_INS], field_name="number")
    for person in people.values():
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert {name: client.get(reverse(name)).status_code for name in PAGES} == dict.fromkeys(PAGES, 200), person


def test_only_for_an_empty_portal(at: datetime) -> None:
    Person.objects.create(number="1", name="某人")
    with pytest.raises(CommandError):
        call_command("demo", people=120, at=at)
