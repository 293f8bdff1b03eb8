"""Where somebody else's rights or data are at stake, a sign-in of the last ten minutes is asked for."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.people.models import Person, Post
from tests import factories

pytestmark = pytest.mark.django_db


def add_post(person: Person) -> str:
    return reverse("people:add_post", args=[person.pk])


PROTECTED: dict[str, Callable[[Person], str]] = {
    "post": add_post,
    "activate": lambda person: reverse("people:activate", args=[person.pk]),
    "list": lambda person: reverse("journal:export", args=["people"]),
    "own data": lambda person: reverse("interfaces:ask_my_data"),
    "data of another": lambda person: reverse("interfaces:ask_data_of"),
    "token": lambda person: reverse("interfaces:make_token", args=[1]),
    "secret": lambda person: reverse("interfaces:change_secret", args=[1]),
    "address": lambda person: reverse("interfaces:create_subscription", args=[1]),
    "keeper": lambda person: reverse("seals:appoint", args=[1]),
    "stand-in": lambda person: reverse("seals:stand_in", args=[1]),
}


@pytest.fixture
def administrator() -> Person:
    made = factories.administrator(language="en")
    made.set_password(factories.PASSWORD)
    made.save()
    return made


@pytest.fixture
def old_session(client: Client, administrator: Person) -> Client:
    """Signed in, and not within the last ten minutes."""
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", PROTECTED)
def test_old_session_is_sent_to_sign_in_anew(old_session: Client, name: str) -> None:
    answer = old_session.post(PROTECTED[name](factories.student()))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_what_was_typed_is_done_after_signing_in_anew(old_session: Client) -> None:
    student = factories.student()
    given = {"role": "clerk", "unit": factories.root_unit().pk, "valid_from": "2026-09-01"}
    asked = old_session.post(add_post(student), given)
    before = Post.objects.filter(person=student).count()
    wrong = old_session.post(asked.url, {"password": "not this one"})
    assert (wrong.status_code, Post.objects.filter(person=student).count()) == (200, before)

    done = old_session.post(asked.url, {"password": factories.PASSWORD, "next": add_post(student)})
    assert done.status_code == 302
    assert Post.objects.filter(person=student).count() == before + 1
    assert old_session.post(reverse("journal:export", args=["people"])).status_code == 200  # and for ten minutes
