"""Every operation of the API × every role's token: what docs/permissions.md says, and no word of another's thing."""

import json
import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.interfaces.api.api import api
from apps.interfaces.enums import Scope
from apps.people.models import Person
from tests.interfaces.factories import BASE, token
from tests.security.matrix import ABSENT, BROKEN, FORBIDDEN, IN, LETTERS, NO_VERB, OWNER, SIGN_IN, TABLE, expected
from tests.security.world import SECRET, TOKEN, World, undone

pytestmark = pytest.mark.django_db
LINE = re.compile(r"^\| `([a-z_]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
WORD = {"note": "words"}
BODIES = {
    "create_request": {"service": "none"},
    "change_answers": {"answers": {}},
    "correct_request": {"answers": {}},
    "answer_question": {"body": "words"},
    "write_message": {"body": "words"},
    "write_note": {"body": "words"},
    "rate_request": {"rating": 5},
    "return_request": {"fields": ["purpose"]} | WORD,
    "complete_request": {},
    "check_certificate": {"link": TOKEN},
} | dict.fromkeys(("withdraw_request", "reopen_request", "ask_requester", "refuse_request"), WORD)
CODES = {401: SIGN_IN, 403: FORBIDDEN, 404: ABSENT, 405: NO_VERB, 500: BROKEN}


def table() -> dict[str, tuple[str, str, str]]:
    """By operation: on which thing, who, why."""
    found = LINE.findall(TABLE.read_text())
    return {name: tuple(cell.strip() for cell in cells) for name, *cells in found}


def operations() -> Iterator[tuple[str, str, str]]:
    schema = api.get_openapi_schema(path_prefix=f"{BASE}/")
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path


OPERATIONS = {name: (method, path) for name, method, path in operations()}


def parameters(world: World, thing: str) -> dict[str, object]:
    row = world.things[thing].row
    return {
        "pk": getattr(row, "pk", 1),
        "code": getattr(row, "code", "none"),
        "number": getattr(row, "number", "none") or "none",
        "key": getattr(row, "key", "8d5a6b3c-8b0e-4f0e-9d0e-3f5b6f1f2a10"),
    }


def ask(world: World, name: str, person: Person | None, thing: str, *scopes: str) -> HttpResponse:
    """One call with a token of this person, and everything as it was."""
    method, path = OPERATIONS[name]
    with undone():
        headers = {"Idempotency-Key": "key-of-the-matrix", "If-Match": '"1"', "Accept-Language": "en"}
        if person:
            headers["Authorization"] = f"Bearer {token(person, *scopes)[1]}"
        bodies = BODIES | {"assign_request": {"handler": world.sender.number}}
        body = json.dumps(bodies[name]) if name in bodies else ""
        client = Client(raise_request_exception=False)
        address = path.format(**parameters(world, thing))
        answer = client.generic(method, address, body, content_type="application/json", headers=headers)
        answer.read_body = b"".join(answer)
        return answer


def outcome(answer: HttpResponse) -> str:
    return CODES.get(answer.status_code, BROKEN if answer.status_code > 500 else IN)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_operation_lets_in_whom_the_table_says(world: World, name: str) -> None:
    assert name in table(), f"{name} has no line in docs/permissions.md"
    thing, cell, why = table()[name]
    assert why
    promised = expected(cell)
    happened = {}
    for role in promised:
        person = world.things[thing].owner if role == OWNER else world.people.get(role)
        answer = ask(world, name, person, thing)
        happened[role] = outcome(answer)
        assert happened[role] == IN or SECRET.encode() not in answer.read_body, role
    assert {role: (happened[role], promised[role]) for role in promised if happened[role] != promised[role]} == {}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_operation_does_more_than_its_scopes(world: World, name: str) -> None:
    """With each scope alone: it is let in by none but its own, whatever the director may do."""
    thing, _cell, _why = table()[name]
    answers = {scope: ask(world, name, world.people["director"], thing, scope) for scope in Scope.values}
    let_in = {scope for scope, answer in answers.items() if answer.status_code != 403}
    family = {scope.partition(":")[0] for scope in let_in}
    assert len(let_in) <= 3
    assert family <= {"requests", "desk", "certificates"} or len(family) == 1


STRANGERS = ("student", "staff", "unit_secretary")


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("thing", ["request", "request in approval", "draft", "certificate", "waiting file", "person"])
def test_stranger_reads_nothing_of_another_units_thing(world: World, role: str, thing: str) -> None:
    """Every operation on every thing, whatever it is meant for: no word of it comes out."""
    for name in OPERATIONS:
        answer = ask(world, name, world.people[role], thing)
        assert SECRET.encode() not in answer.read_body, name
        assert answer.status_code < 500, name


def test_table_names_only_operations_that_are_there() -> None:
    assert sorted(set(table()) - set(OPERATIONS)) == []
    assert set(LETTERS.values()) >= set(STRANGERS)
