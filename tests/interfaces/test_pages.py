"""The pages of programs: made by administrators, seen and stopped by who answers for them; secrets shown once."""

import uuid

import pytest
from django.urls import reverse

from apps.interfaces.enums import CallState
from apps.interfaces.hooks import following
from apps.interfaces.models import Call, Integration, Subscription, Token
from apps.journal.models import Entry
from tests import factories
from tests.interfaces.factories import Caller, integration, token
from tests.interfaces.test_hooks import ALL, subscribed, taken

pytestmark = pytest.mark.django_db
URL = "https://system.college.example/hook"


@pytest.fixture
def administrator(client) -> object:
    person = factories.administrator(language="en")
    sign_in(client, person)
    return person


def sign_in(client, person) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def test_program_is_let_in_and_gets_a_token_that_is_shown_once(client, administrator) -> None:
    owner = factories.student(number="S0042")
    data = {"name": "grades system", "purpose": "files requests", "owner": "s0042"}
    made = client.post(reverse("interfaces:create_integration"), data)
    row = Integration.objects.get()
    assert (made.status_code, made["Location"], row.owner) == (302, row.get_absolute_url(), owner)

    form = {"scopes": ["requests:read"], "days": 90, "networks": "10.1.0.0/16\n", "form_token": str(uuid.uuid4())}
    shown = client.post(reverse("interfaces:make_token", args=[row.pk]), form)
    again = client.post(reverse("interfaces:make_token", args=[row.pk]), form)

    text = shown.context["made"]
    assert (shown.status_code, again.status_code, Token.objects.count()) == (200, 302, 1)
    assert text in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    page = client.get(row.get_absolute_url()).content.decode()
    assert text not in page
    assert text[:12] in page
    assert Token.objects.get().networks == ["10.1.0.0/16"]


@pytest.mark.parametrize(
    "change",
    [{"scopes": []}, {"scopes": ["everything"]}, {"days": "3650"}, {"days": "x"}, {"networks": "here"}],
)
def test_wrong_token_is_refused_with_words(client, administrator, change) -> None:
    row = integration(factories.student(), actor=administrator)
    answer = client.post(
        reverse("interfaces:make_token", args=[row.pk]), {"scopes": ["requests:read"], "days": 90} | change
    )
    assert (answer.status_code, Token.objects.count()) == (422, 0)
    assert b"invalid-feedback" in answer.content or b"alert" in answer.content


def test_wrong_program_is_refused_with_words(client, administrator) -> None:
    integration(factories.student(), name="grades system", actor=administrator)
    for data in (
        {"name": "x", "purpose": "y", "owner": "nobody"},
        {"name": "grades system", "purpose": "y", "owner": administrator.number},
    ):
        assert client.post(reverse("interfaces:create_integration"), data).status_code == 422
    assert Integration.objects.count() == 1


def test_program_is_changed_by_the_version_that_was_seen(client, administrator) -> None:
    row = integration(administrator, actor=administrator)
    data = {"name": "other", "purpose": "y", "owner": administrator.number, "version": 1}
    assert client.post(reverse("interfaces:edit_integration", args=[row.pk]), data).status_code == 302
    assert client.post(reverse("interfaces:edit_integration", args=[row.pk]), data).status_code == 422
    row.refresh_from_db()
    assert (row.name, row.version) == ("other", 2)


def test_owner_sees_the_own_programs_and_stops_them(client) -> None:
    owner = factories.student(language="en")
    made, text = token(owner)
    other = integration(factories.student())
    sign_in(client, owner)

    page = client.get(reverse("interfaces:integrations")).content.decode()
    assert (made.integration.name in page, other.name in page) == (True, False)
    assert client.get(other.get_absolute_url()).status_code == 404
    assert "make-token" not in client.get(made.integration.get_absolute_url()).content.decode()
    assert client.post(reverse("interfaces:make_token", args=[made.integration_id])).status_code == 403
    assert Caller(text).get("/services").status_code == 200
    for _each in range(2):
        assert client.post(reverse("interfaces:revoke_token", args=[made.pk])).status_code == 302
    assert Caller(text).get("/services").status_code == 401
    assert client.post(reverse("interfaces:switch_off", args=[made.integration_id])).status_code == 302
    assert client.post(reverse("interfaces:switch_on", args=[made.integration_id])).status_code == 403
    revoked = Entry.objects.about(made.integration).filter(verb="token_revoked")
    assert [entry.actor for entry in revoked] == [owner]


def test_address_is_made_tried_changed_and_its_secret_shown_once(client, administrator) -> None:
    row = integration(administrator, actor=administrator)
    form = {"url": URL, "events": ALL, "a_minute": 60, "form_token": str(uuid.uuid4())}
    shown = client.post(reverse("interfaces:create_subscription", args=[row.pk]), form)
    again = client.post(reverse("interfaces:create_subscription", args=[row.pk]), form)

    made, secret = Subscription.objects.get(), shown.context["secret"]
    assert (secret.startswith("whsec_"), secret in shown.content.decode()) == (True, True)
    assert (again.status_code, again["Location"]) == (302, made.get_absolute_url())
    assert secret not in client.get(made.get_absolute_url()).content.decode()
    assert secret not in made.sealed_secret

    new = client.post(reverse("interfaces:change_secret", args=[made.pk]), {"form_token": str(uuid.uuid4())})
    assert new.context["secret"] not in ("", secret)
    client.post(reverse("interfaces:try_address", args=[made.pk]))
    assert Call.objects.get().kind == "trial"
    for url in ("http://a.example/", "https://user:x@a.example/", "file:///etc/passwd"):
        wrong = client.post(
            reverse("interfaces:create_subscription", args=[row.pk]), form | {"url": url, "form_token": ""}
        )
        assert wrong.status_code == 422
    edited = form | {"url": URL + "2", "events": ["request.moved"], "version": 2}
    assert client.post(reverse("interfaces:edit_subscription", args=[made.pk]), edited).status_code == 302
    assert client.post(reverse("interfaces:edit_subscription", args=[made.pk]), edited).status_code == 422


def test_calls_are_shown_with_what_came_back_and_sent_again(client, administrator) -> None:
    clerk = factories.clerk()
    row, _secret = subscribed(clerk, URL)
    item = taken(clerk)
    following.follow(item.last_event_at)
    call = Call.objects.get()
    Call.objects.update(state=CallState.DEAD)
    call.tries.create(at=item.last_event_at, status=500, words="<script>alert(1)</script>", millis=12)

    page = client.get(row.get_absolute_url(), {"state": "dead"}).content.decode()
    assert (item.number in page, "HTTP 500" in page, "<script>alert(1)" in page) == (True, True, False)
    assert item.number not in client.get(row.get_absolute_url(), {"state": "done"}).content.decode()
    assert client.get(row.get_absolute_url(), {"state": "x'", "cursor": "x"}).status_code == 200
    client.post(reverse("interfaces:send_again", args=[row.pk]), {"call": "x"})
    assert Call.objects.get().state == CallState.DEAD
    client.post(reverse("interfaces:send_again", args=[row.pk]))
    assert (Call.objects.get().state, Call.objects.get().attempts) == (CallState.WAITING, 0)
    client.post(reverse("interfaces:stop_telling", args=[row.pk]))
    assert not Subscription.objects.get().is_active
    client.post(reverse("interfaces:tell_on", args=[row.pk]))
    assert Subscription.objects.get().is_active


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_queries_however_long(client, administrator, count, django_assert_num_queries) -> None:
    clerk = factories.clerk()
    row, _secret = subscribed(clerk, URL)
    for _each in range(count):
        integration(clerk, actor=administrator)
        following.follow(taken(clerk).last_event_at)
        token(clerk, of=row.integration)
    pages = {reverse("interfaces:integrations"): 6, row.get_absolute_url(): 10, row.integration.get_absolute_url(): 9}
    for path, queries in pages.items():
        client.get(path)
        with django_assert_num_queries(queries):
            client.get(path)
