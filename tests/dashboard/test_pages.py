"""The own page and the director's list, as each role gets them."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office_calendar():
    return factories.calendar()


def page(person, path="/"):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(path)


@pytest.mark.parametrize("make", [factories.student, factories.clerk, factories.director, factories.leader])
def test_home_is_there_for_every_role(make):
    assert page(make()).status_code == 200


def test_home_of_director_is_the_list():
    assert "dashboard/director.html" in [template.name for template in page(factories.director()).templates]


@pytest.mark.parametrize("make", [factories.student, factories.clerk, factories.director])
def test_home_leads_to_the_tasks(make):
    assert f'href="{reverse("tasks:list")}"' in page(make()).text


def test_poll_answers_nothing_while_the_list_is_right():
    director = factories.director()
    client = Client(headers={"hx-request": "true"})
    client.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    signature = page(director).context["board"].signature
    assert client.get(f"/?poll={signature}").status_code == 204
    assert client.get("/?poll=old").status_code == 200


def test_summary_refuses_a_student():
    assert page(factories.student(), "/reports/").status_code == 403


def test_summary_is_for_leaders():
    assert page(factories.leader(), "/reports/").status_code == 200


def test_summary_pdf_is_a_pdf():
    answer = page(factories.leader(), "/reports/summary.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("make", [factories.student, factories.clerk, factories.director, factories.leader])
def test_home_without_a_calendar_says_so(make):
    person = make()
    desk.request("in_progress", requester=factories.student(), handler=person if make is factories.clerk else None)
    assert not page(person).context["calendar_missing"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("UPDATE core_calendar SET code = 'another'")

    answer = page(person)

    assert answer.status_code == 200
    assert answer.context["calendar_missing"]
    assert "工作日曆" in answer.text
