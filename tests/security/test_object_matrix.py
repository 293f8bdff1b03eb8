"""Whoever may not see a thing finds no trace of it: page, file, export, search, htmx part, counter."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse

from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.security import matrix
from tests.security.matrix import IN
from tests.security.world import SECRET, World, undone

pytestmark = pytest.mark.django_db
LISTS = (
    "dashboard:home",
    "knowledge:list",
    "servicedesk:catalogue",
    "servicedesk:mine",
    "servicedesk:list",
    "servicedesk:retention",
    "journal:audit",
    "servicedesk:mails",
    "servicedesk:views",
    "servicedesk:canned",
    "servicedesk:list_news",
    "servicedesk:recurring",
    "tasks:list",
    "notices:inbox",
    "notices:list",
    "notices:audiences",
    "notices:missing",
    "notices:missing_rows",
    "notices:people",
    "replies:list",
    "relays:list",
    "assignments:list",
    "assignments:supervision",
    "assignments:sheet",
    "assignments:phone",
    "people:list",
    "people:groups",
    "people:deputies",
    "people:profile",
    "people:units",
    "imports:list",
    "questionnaires:list",
    "delivery:overview",
    "delivery:list",
    "delivery:unmatched",
    "delivery:resting",
    "delivery:reports",
    "delivery:mine",
    "delivery:browsers",
    "reports:summary",
    "reports:subscriptions",
    "documents:list",
    "documents:find",
    "seals:list",
    "dispatch:list",
    "dispatch:ledger",
    "seals:ledger",
    "documents:search",
    "servicedesk:papers",
    "servicedesk:batches",
    "servicedesk:templates",
    "interfaces:integrations",
    "interfaces:mine",
    "journal:exports",
    "interfaces:my_data",
)
SEARCH = dict.fromkeys(("q", "people", "person", "text"), SECRET[:8]) | {"show": "all", "chip": "all"}
OWN = {
    "collection",
    "answers",
    "request",
    "draft",
    "task",
    "recurring request",
    "certificate",
    "notice",
    "waiting file",
    "filed for the owner",
    "objected",
    "person",
    "message",
    "contact",
    "deputy",
    "audience",
    "group",
    "batch of papers",
    "seal",
    "seal use",
    "document",
    "document to decide",
    "document to read",
    "outgoing paper",
    "program",
    "exported list",
    "copy of data",
    "summary by mail",
    "assignment",
    "part of an assignment",
    "reported part",
    "token",
    "address of a program",
}


def outsiders(world: World) -> Iterator[tuple[str, Person]]:
    """People who have nothing to do with the owner's things, though some are near."""
    far = world.far
    yield "same role elsewhere", world.people["student"]
    yield "staff elsewhere", world.people["staff"]
    yield "secretary of another unit", world.people["unit_secretary"]
    yield "head of another unit", world.people["unit_head"]
    yield "same unit", factories.person("同學", Role.STUDENT, at=far)
    yield "staff of the same unit", factories.person("同系教師", Role.STAFF, at=far)
    gone = factories.person("離職科員")
    factories.post(gone, Role.CLERK, factories.office(), valid_to=date(2026, 6, 30))
    yield "clerk whose post has ended", gone
    gone = factories.person("卸任秘書")
    factories.post(gone, Role.UNIT_SECRETARY, far, valid_to=date(2026, 6, 30))
    yield "secretary whose post has ended", gone


def test_outsider_finds_no_trace_in_lists_and_searches(world: World) -> None:
    with undone():
        for kind, person in outsiders(world):
            client = world.client(person)
            for name in LISTS:
                for query, headers in (({}, {}), (SEARCH, {"HX-Request": "true"})):
                    answer = client.get(reverse(name), query, headers=headers)
                    assert answer.status_code in (200, 204, 302, 403), (kind, name, query, answer.status_code)
                    seen = answer.content.decode()
                    assert world.owner.name not in seen, (kind, name, query)
                    assert f"{SECRET}@" not in seen, (kind, name, query)
                    assert SECRET not in seen or query, (kind, name)  # a search box repeats what was typed


def test_outsider_gets_no_page_of_any_thing(world: World) -> None:
    """The written table for roles, tried with people who are nearer: nothing that belongs to one owner is shown."""
    with undone():
        for kind, person in outsiders(world):
            client = world.client(person)
            for line in matrix.table().values():
                if line.thing not in OWN or line.get in ("–", "public", "all") or "403" in line.get.split("; ")[-1:]:
                    continue
                answer = matrix.answer(client, "GET", line.name, world.things[line.thing])
                assert matrix.outcome(answer) in ("404", "403"), (kind, line.name)
                assert SECRET not in answer.content.decode(), (kind, line.name)


def test_outsider_gets_no_file(world: World) -> None:
    files = list(Attachment.objects.filter(name__startswith=SECRET))
    assert len(files) >= 6
    with undone():
        for kind, person in outsiders(world):
            client = world.client(person)
            for file in files:
                answer = client.get(reverse("journal:download", args=[file.key]))
                assert answer.status_code == 404, (kind, file.name, file.subject)
                assert SECRET.encode() not in b"".join(answer)


def test_owner_gets_own_files_but_not_the_offices(world: World) -> None:
    client = world.client(world.owner)
    got = {}
    for file in Attachment.objects.filter(name__startswith=SECRET):
        code = client.get(reverse("journal:download", args=[file.key])).status_code
        internal = getattr(file.subject, "internal", False)
        got.setdefault((type(file.subject).__name__, internal), set()).add(code)
    assert got == {
        ("Request", False): {200},
        ("Task", False): {200},
        ("RequestMessage", False): {200},
        ("RequestMessage", True): {404},
        ("Certificate", False): {200},
        ("SealUse", False): {404},  # a paper of the office
        ("Document", False): {404},
        ("Sheet", False): {404},
        ("Assignment", False): {404},  # given to the unit, not to its students
        ("Report", False): {404},
        ("Filing", False): {404},
        ("NoneType", False): {200},
        ("Notice", False): {200, 404},  # the one sent to the owner, and a draft of the office
    }


def test_owner_sees_no_word_of_the_office(world: World) -> None:
    """Internal notes, internal history and answers for the office alone are not on the requester's page."""
    request = world.things["request"].row
    hidden = "the office thinks so"
    with undone():
        request.messages.create(author=world.sender, body=hidden, internal=True)
        for name in ("detail", "clock", "filed", "news"):
            answer = world.client(world.owner).get(reverse(f"servicedesk:{name}", args=[request.pk]))
            assert hidden not in answer.content.decode(), name


def test_disabled_account_is_shut_out_at_once(world: World) -> None:
    """A session that was open when the account was disabled opens nothing any more."""
    with undone():
        for person in (world.owner, world.people["director"]):
            client = world.client(person)
            Person.objects.filter(pk=person.pk).update(is_active=False)
            for name, thing in (("servicedesk:detail", "request"), ("dashboard:home", "nothing")):
                answer = matrix.answer(client, "GET", name, world.things[thing])
                assert matrix.outcome(answer) == matrix.SIGN_IN, (person, name)


def test_ended_post_takes_the_right_away_at_once(world: World) -> None:
    clerk = world.people["clerk"]
    with undone():
        client = world.client(clerk)
        assert matrix.outcome(matrix.answer(client, "GET", "servicedesk:detail", world.things["request"])) == IN
        clerk.posts.update(valid_to=date(2026, 6, 30))
        assert matrix.outcome(matrix.answer(client, "GET", "servicedesk:detail", world.things["request"])) == "404"


def test_file_of_another_cannot_be_taken_into_the_own_request(world: World) -> None:
    """The key of somebody's waiting file, sent with a form of one's own, attaches nothing."""
    waiting = world.things["waiting file"].row
    with undone():
        client = world.client("student")
        client.post(reverse("servicedesk:file", args=[world.things["service"].row.code]), {"purpose": str(waiting.key)})
        client.post(reverse("journal:remove", args=[waiting.key]))
        waiting.refresh_from_db()
        assert waiting.subject_id is None
