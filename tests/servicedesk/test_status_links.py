"""The status page without sign-in: one request, little to see, the same answer for every link that shows nothing."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.core.public_links import TRIES, hash_token
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request, StatusLink
from apps.servicedesk.services.status_links import find_link, make_link, revoke_link
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
SECRETS = ("林曉晴", "簽證", "九月出行", "科員甲", "秘密的話")


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def item() -> Request:
    student = factories.student("林曉晴", language="en")
    made = desk.request(RequestState.IN_PROGRESS, requester=student, handler=factories.clerk("科員甲"))
    Request.objects.filter(pk=made.pk).update(title="在讀證明：簽證")
    desk.message(made, student, "秘密的話")
    return made


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def look(token: str) -> object:
    return Client(headers={"accept-language": "en"}).get(reverse("servicedesk:status", args=[token]))


def test_page_shows_number_service_state_dates_and_nothing_else(item: Request) -> None:
    page = look(make_link(request=item, actor=item.requester))

    assert page.status_code == 200
    for word in (item.number, "在讀證明", "in progress"):
        assert word in page.text
    for word in (*SECRETS, item.requester.number, item.get_absolute_url()):
        assert word not in page.text
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert page["Cache-Control"] == "no-store, private"


def test_only_the_hash_is_kept_of_128_bits(item: Request) -> None:
    token = make_link(request=item, actor=item.requester)

    assert len(token) == 22  # 16 bytes
    assert StatusLink.objects.get().token_hash == hash_token(token)
    assert "token" not in str(Entry.objects.about(item).get(verb="share").changes)


def test_every_link_that_shows_nothing_gets_the_same_answer(item: Request) -> None:
    revoked = make_link(request=item, actor=item.requester)
    revoke_link(request=item, actor=item.requester)
    other = desk.request(RequestState.RESOLVED)
    over = make_link(request=other, actor=other.requester)
    Request.objects.filter(pk=other.pk).update(closed_at=now() - timedelta(days=30))
    answers = [look(token) for token in (revoked, over, "A" * 22, "x", "%00" * 8)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({re.search(r"<main.*</main>", answer.text, re.DOTALL).group() for answer in answers}) == 1


def test_link_lives_for_a_while_after_closing() -> None:
    item = desk.request(RequestState.RESOLVED)
    token = make_link(request=item, actor=item.requester)
    closed = Request.objects.get(pk=item.pk).closed_at

    assert find_link(token, closed + timedelta(days=30) - timedelta(seconds=1)).request == item
    assert find_link(token, closed + timedelta(days=30)) is None


def test_a_new_link_ends_the_one_before(item: Request) -> None:
    first = make_link(request=item, actor=item.requester)
    second = make_link(request=item, actor=item.requester)

    assert look(first).status_code == 404
    assert look(second).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusLink.objects.update(revoked_at=None, revoked_by=None)


def test_too_many_looks_wait(item: Request) -> None:
    token = make_link(request=item, actor=item.requester)
    for _each in range(TRIES):
        look("A" * 22)

    assert look(token).status_code == 429


def test_get_and_head_only(item: Request) -> None:
    url = reverse("servicedesk:status", args=[make_link(request=item, actor=item.requester)])

    assert Client().post(url).status_code == 405
    assert Client().head(url).status_code == 200


def test_requester_makes_sees_and_ends_a_link(item: Request) -> None:
    client = signed_in(item.requester)
    page = client.post(reverse("servicedesk:share", args=[item.pk]))
    token = page.context["token"]

    assert "/requests/status/" + token in page.text
    assert "<svg" in page.text
    assert page["Cache-Control"] == "no-store, private"
    slip = client.post(reverse("servicedesk:status_slip", args=[item.pk]), {"token": token})
    assert slip.content[:5] == b"%PDF-"
    assert "A link works since" in client.get(item.get_absolute_url()).text
    client.post(reverse("servicedesk:unshare", args=[item.pk]))
    assert look(token).status_code == 404
    assert client.post(reverse("servicedesk:status_slip", args=[item.pk]), {"token": token}).status_code == 403


def test_the_same_form_sent_twice_makes_one_link(item: Request) -> None:
    client, form = signed_in(item.requester), {"form_token": "1f4b1a52-6c3b-4d0e-8a39-000000000001"}
    url = reverse("servicedesk:share", args=[item.pk])
    client.post(url, form)

    assert client.post(url, form).status_code == 302
    assert StatusLink.objects.count() == 1


def test_office_makes_one_on_the_requesters_word_only(item: Request) -> None:
    client, url = signed_in(item.handler), reverse("servicedesk:share", args=[item.pk])

    assert client.post(url).status_code == 422
    assert not StatusLink.objects.exists()
    assert client.post(url, {"word": "on"}).status_code == 200


def test_readers_and_strangers_make_none(item: Request) -> None:
    for person, code in ((factories.leader(), 403), (factories.clerk("科員乙"), 403), (factories.student(), 404)):
        client = signed_in(person)
        for verb in ("share", "unshare"):
            url = reverse(f"servicedesk:{verb}", args=[item.pk])
            assert client.post(url, {"word": "on"}).status_code == code
    with pytest.raises(PermissionDenied):
        make_link(request=desk.draft(), actor=item.requester)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RequestState.WAITING_THIRD, "The office waits for somebody else. The requester need not do anything"),
        (RequestState.MERGED, "The office handles it together with another request about the same matter"),
        (RequestState.WAITING_REQUESTER, "The office waits for something from the requester"),
        (RequestState.RESOLVED, "It is closed."),
    ],
)
def test_what_is_waited_for(state: RequestState, words: str) -> None:
    item = desk.request(state)
    page = look(make_link(request=item, actor=item.requester)).text
    said = [line for line in ("The office waits", "The office handles", "It is closed.") if line in page]

    assert words in page
    assert len(said) == 1
