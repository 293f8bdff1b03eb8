"""Another unit's request through every door that is not its page: addresses, pickers, exports, files, bulk acts, links
between requests, the API, answers by mail. As each role outside the office, nothing of it comes out.

The front doors are in tests/security (role × URL, objects, API); here every address is tried with every key.
"""

import io
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import NoReverseMatch, get_resolver, reverse
from openpyxl import load_workbook

from apps.journal.listings import LISTINGS
from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.servicedesk.bulk_acts import ACTS
from apps.servicedesk.enums import MailState
from apps.servicedesk.models import MailIn, Request, RequestMessage
from office_portal import urls
from tests import factories
from tests.architecture.test_sign_in_needed import PUBLIC, names
from tests.security import matrix
from tests.security.conftest import world as world
from tests.security.test_api_matrix import OPERATIONS, ask
from tests.security.world import SECRET, World, undone
from tests.servicedesk import factories as desk
from tests.servicedesk import letters, stories

pytestmark = pytest.mark.django_db
OUTSIDE = ("student", "staff", "unit_secretary", "unit_head")
SPACES = (
    "servicedesk",
    "tasks",
    "seals",
    "documents",
    "dispatch",
    "knowledge",
    "interfaces",
    "journal",
    "dashboard",
    "assignments",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = dict.fromkeys(("q", "text", "people", "person", "words", "with", "number"), SECRET[:8])


def addresses() -> list[str]:
    """Every address of these apps that names a thing, but those that are public by a secret of their own."""
    found = set(names(get_resolver())) - set(PUBLIC)
    return sorted(name for name in found if name.partition(":")[0] in SPACES)


def things(world: World) -> dict[str, dict[str, object]]:
    """The keys of everything that holds the secret, under every name by which an address may ask for them."""
    return {
        name: {"pk": thing.row.pk, "number": getattr(thing.row, "number", "1") or "1"} | thing.parameters
        for name, thing in world.things.items()
        if thing.row is not None and "token" not in thing.parameters
    }


def paths(name: str, keys: Iterable[dict[str, object]]) -> list[str]:
    """The address with each of the keys that fit it."""
    found = set()
    for parameters in keys:
        with suppress(NoReverseMatch):
            found.add(matrix.address(name, parameters))
    return sorted(found)


def text_of(answer: HttpResponse) -> str:
    """Everything that an answer holds, a sheet's cells and a stream's bytes too."""
    content = b"".join(answer)
    if answer.get("Content-Type", "").startswith(XLSX):
        book = load_workbook(io.BytesIO(content))
        return str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    return content.decode(errors="replace") + str(dict(answer.items()))


def says_nothing(answer: HttpResponse) -> None:
    """No word of the request; a search box may repeat what was typed, which is shorter than the secret."""
    assert answer.status_code < 500
    seen = text_of(answer)
    assert SECRET not in seen
    assert f"遠生{SECRET[:8]}" not in seen


def bare(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not there is the same for all keys (tests/security asks it): here only its exception."""
    return HttpResponseNotFound(str(exception))


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_address_with_any_key_says_a_word(world: World, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address × the key of every thing, whatever the address is meant for."""
    monkeypatch.setattr(urls, "handler404", bare)
    client, keys = world.client(role), things(world)
    tried = 0
    for name in addresses():
        for path in paths(name, keys.values()):
            with undone():
                answer = client.get(path)
                says_nothing(answer)
                tried += 1
            if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                break  # said before any key is read
    assert tried > 500


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_picker_and_no_search_says_a_word(world: World, role: str) -> None:
    client = world.client(role)
    own = desk.request(requester=world.people[role], number=f"R2026-8{OUTSIDE.index(role)}001")
    for name in addresses():
        for path in paths(name, [{"pk": own.pk, "code": own.service.code}]):
            with undone():
                for headers in ({}, {"HX-Request": "true"}):
                    says_nothing(client.get(path, WORDS, headers=headers))


@pytest.mark.parametrize("role", OUTSIDE)
@pytest.mark.parametrize("code", sorted(LISTINGS))
def test_no_export_holds_a_word(world: World, role: str, code: str) -> None:
    pk = world.things["request"].row.pk
    with undone():
        answer = world.client(role).post(reverse("journal:export", args=[code]), {"pk": pk, "column": "title"})
        says_nothing(answer)
        assert answer.status_code in (200, 302, 403)


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_bulk_act_touches_it(world: World, role: str) -> None:
    row = world.things["request"].row
    with undone():
        for act in (*ACTS, "export", "nonsense"):
            form = {"act": act, "pk": row.pk, "go": 1, "note": "words", "handler": world.sender.pk, "priority": 1}
            answer = world.client(role).post(reverse("servicedesk:bulk"), form)
            says_nothing(answer)
            assert answer.status_code == 403, act
        assert Request.objects.get(pk=row.pk).version == row.version


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_file_comes_out(world: World, role: str) -> None:
    client = world.client(role)
    for file in Attachment.objects.filter(name__startswith=SECRET):
        with undone():
            answer = client.get(reverse("journal:download", args=[file.key]))
            assert answer.status_code == 404, file.subject
            says_nothing(answer)


@pytest.mark.parametrize("role", OUTSIDE)
@pytest.mark.parametrize("verb", ["link", "merge", "follow_up", "repeat", "add_person", "split"])
def test_the_own_request_is_no_way_to_anothers(world: World, role: str, verb: str) -> None:
    """Its key or number in a form of the own request joins nothing and tells nothing."""
    other = world.things["request"].row
    own = desk.request(requester=world.people[role], number=f"R2026-7{OUTSIDE.index(role)}002")
    if f"servicedesk:{verb}" not in addresses():
        pytest.fail(f"no address servicedesk:{verb}")
    form = dict.fromkeys(("other", "target", "number", "with", "into", "request"), other.number)
    form |= {"other_pk": other.pk, "kind": "relates", "note": "words", "messages": other.pk}
    with undone():
        says_nothing(world.client(role).post(reverse(f"servicedesk:{verb}", args=[own.pk]), form, follow=True))
        says_nothing(world.client(role).get(own.get_absolute_url()))
        assert Request.objects.get(pk=other.pk).version == other.version


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_call_of_the_api_says_a_word(world: World, role: str) -> None:
    for thing in ("request", "request in approval", "draft", "certificate", "waiting file"):
        for name in OPERATIONS:
            answer = ask(world, name, world.people[role], thing)
            assert SECRET.encode() not in answer.read_body, (name, thing)
            assert answer.status_code < 500, (name, thing)


def test_answer_by_mail_of_anybody_else_stands_nowhere(settings) -> None:
    """The owner's reply address in another person's mail, and the number in a subject: both wait for a person of the
    office, nothing is added, and nothing goes back that says more than the mail itself.
    """
    letters.switched_on(settings)
    lin = letters.student()
    other = letters.proved(factories.person("路過", Role.STAFF))
    row = stories.taken(lin, letters.proved(factories.clerk()))
    before = RequestMessage.objects.filter(request=row).count()
    stolen = letters.letter(other.email, letters.address_of(row, lin), "給我看看")
    named = letters.letter(other.email, "office@college.example", Subject=f"Re: {row.number}")
    taken = [letters.receive(raw, at=stories.MONDAY_ELEVEN) for raw in (stolen, named)]
    assert {mail.state for mail in taken} == {MailState.WAITING}
    assert RequestMessage.objects.filter(request=row).count() == before
    assert not MailIn.objects.visible_to(other).exists()
