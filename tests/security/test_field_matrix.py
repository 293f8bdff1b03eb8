"""Fields that a form does not ask for change nothing, whoever sends them."""

import pytest
from django.core import serializers

from apps.people.enums import Role
from apps.people.models import Person, Post
from apps.servicedesk.models import Request
from tests.security import matrix
from tests.security.world import World, undone

pytestmark = pytest.mark.django_db
RIGHTS = {
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "roles": Role.ADMINISTRATOR,
    "role": Role.ADMINISTRATOR,
    "groups": "1",
    "user_permissions": "1",
    "password": "chosen by a stranger",
    "posts": "1",
}
PLACES = {
    "number": "X1",
    "state": "resolved",
    "due_at": "2030-01-01T00:00",
    "closed_at": "2026-01-01T00:00",
    "target_minutes": "1",
    "product": "certificate",
    "receipt_number": "1",
    "published_at": "2026-01-01",
    "internal": "on",
}
SENDERS = ("student", "staff", "clerk", "leader")
POSTS = [name for name, line in matrix.table().items() if line.post not in ("–", "absent", "begun", "refused")]
KEPT = ("is_staff", "is_superuser", "password", "number", "version", "is_active")


def rights() -> list[object]:
    """Everything that says who may what, as it stands."""
    people = Person.objects.order_by("pk").values_list("pk", *KEPT)
    posts = Post.objects.order_by("pk").values_list("pk", "person", "unit", "role", "valid_from", "valid_to")
    return [*people, *posts]


@pytest.mark.parametrize("name", POSTS)
def test_extra_fields_give_no_rights(world: World, name: str) -> None:
    line = matrix.table()[name]
    thing = world.things[line.thing]
    path = matrix.address(name, thing.parameters)
    before = rights()
    for sender in SENDERS:
        sent = world.people[sender]
        own = {"id": sent.pk, "person": sent.pk, "owner": sent.pk, "user": sent.pk}
        with undone():
            world.client(sender).post(path, thing.form | RIGHTS | PLACES | own)
            after = rights()
        changed = set(after) ^ set(before)
        assert changed <= own_row(before, after, sent), (name, sender, changed)


def own_row(before: list[object], after: list[object], person: Person) -> set[object]:
    """A person may change the own version (settings); nothing that gives a right."""
    rows = {row for row in (*before, *after) if len(row) == len(KEPT) + 1 and row[0] == person.pk}
    return rows if len({row[:5] for row in rows}) == 1 else set()


def test_filing_ignores_fields_of_the_request_itself(world: World) -> None:
    """A student who sends the columns along files an ordinary draft of the own."""
    service = world.things["service"].row
    forged = {
        "requester": world.owner.pk,
        "filed_by": world.owner.pk,
        "handler": world.people["student"].pk,
        "unit": world.near.pk,
        "number": "R2026-1",
        "state": "resolved",
        "submitted_at": "2020-01-01",
        "consent": "x",
    }
    with undone():
        newest = Request.objects.order_by("-pk").first().pk
        form = {"purpose": "簽證", "remarks": "x", "register": "office only"} | forged
        world.client("student").post(matrix.address("servicedesk:file", {"code": service.code}), form)
        made = Request.objects.get(pk__gt=newest)
        student = world.people["student"]
        assert (made.requester, made.filed_by, made.handler, made.number, made.state) == (
            student,
            student,
            None,
            None,
            "draft",
        )
        assert (made.unit, made.submitted_at) == (service.unit, None)
        assert "register" not in made.answer_set.answers or not made.answer_set.answers["register"]


def test_internal_mark_of_a_requester_counts_for_nothing(world: World) -> None:
    request = world.things["request"].row
    with undone():
        before = set(request.messages.values_list("pk", flat=True))
        path = matrix.address("servicedesk:message", {"pk": request.pk})
        world.client(world.owner).post(path, {"body": "hello", "internal": "on", "author": world.sender.pk})
        for message in request.messages.exclude(pk__in=before):
            assert (message.internal, message.author) == (False, world.owner)


def test_requester_moves_nothing_by_extra_fields(world: World) -> None:
    """Whatever the owner posts to the own moves, number, people and clock stay the office's."""
    request = world.things["request"].row
    columns = (
        "number",
        "requester_id",
        "filed_by_id",
        "handler_id",
        "unit_id",
        "service_id",
        "target_minutes",
        "submitted_at",
    )
    before = Request.objects.filter(pk=request.pk).values(*columns).get()
    form = world.things["request"].form | RIGHTS | PLACES | {"requester": world.people["student"].pk, "handler": 1}
    for verb in ("message", "urge", "withdraw", "correct", "answer", "rate", "reopen"):
        with undone():
            world.client(world.owner).post(matrix.address(f"servicedesk:{verb}", {"pk": request.pk}), form)
            assert Request.objects.filter(pk=request.pk).values(*columns).get() == before, verb


def test_notice_draft_keeps_its_sender_number_and_state(world: World) -> None:
    draft = world.things["notice draft"].row
    before = serializers.serialize("python", [draft])[0]["fields"]
    form = PLACES | {
        "sender": world.people["clerk"].pk,
        "version": draft.version,
        "title_zh_hant": "x",
        "body_zh_hant": "<p>x</p>",
    }
    with undone():
        world.client("clerk").post(matrix.address("notices:edit", {"pk": draft.pk}), form)
        draft.refresh_from_db()
        after = serializers.serialize("python", [draft])[0]["fields"]
        kept = ("number", "sender", "state", "published_at", "message", "recipient_count")
        assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
