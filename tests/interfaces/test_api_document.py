"""The OpenAPI document and the API say the same: tried by schemathesis, with a fixed seed and few examples each."""

import json
from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.test import Client
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.interfaces.api.api import api
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.interfaces.factories import BASE, token
from tests.security.world import undone
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
FEW = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def document() -> dict[str, object]:
    return Client().get(f"{BASE}/openapi.json").json()


def wsgi(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
    """The portal as a WSGI application that keeps the connection of the test."""
    answer = ClientHandler(enforce_csrf_checks=True)(environ)
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [b"".join(answer)]


def operations() -> Iterator[str]:
    schema = api.get_openapi_schema(path_prefix=f"{BASE}/")
    for path, methods in schema["paths"].items():
        for method in methods:
            yield f"{method} {path}"


@pytest.fixture
def real() -> dict[str, object]:
    """Things that are there, by the name of the parameter that leads to them; and a director's token."""
    director = factories.director()
    item = desk.request(RequestState.IN_PROGRESS, requester=director, handler=director)
    return {
        "token": token(director)[1],
        "pk": item.pk,
        "code": item.service.code,
        "number": director.number,
    }


def limits(settings: object) -> None:
    settings.API_CALLS_A_MINUTE = 100_000


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("named", sorted(operations()))
def test_every_answer_is_documented(named: str, mode: GenerationMode, real, settings) -> None:
    """Of calls that fit the document and of calls that do not, on things that are there and on others."""
    limits(settings)
    method, _space, path = named.partition(" ")
    schema = schemathesis.openapi.from_dict(document())
    schema.app = wsgi
    operation = schema[path][method.upper()]
    headers = {"Authorization": f"Bearer {real['token']}", "Accept-Language": "en"}
    there = {name: real[name] for name in ("pk", "code", "number") if f"{{{name}}}" in path}

    @FEW
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        chosen = there if there and data.draw(st.booleans()) else None
        case = data.draw(operation.as_strategy(mode, path_parameters=chosen))
        with undone():
            case.call_and_validate(headers=headers, checks=CHECKS)

    tried()


@pytest.mark.parametrize("named", sorted(operations()))
def test_no_operation_ignores_the_token(named: str, real) -> None:
    method, _space, path = named.partition(" ")
    schema = schemathesis.openapi.from_dict(document())
    schema.app = wsgi
    case = schema[path][method.upper()].Case(path_parameters={"pk": 1, "code": "a", "number": "1", "key": "a"})

    case.call_and_validate(checks=[status_code_conformance, ignored_auth])


def test_every_operation_says_what_it_may_answer() -> None:
    schema = document()
    for methods in schema["paths"].values():
        for method, operation in methods.items():
            answers = set(operation["responses"])
            assert {"400", "401", "403", "404", "405", "422", "429"} <= answers, operation["operationId"]
            assert method == "get" or {"409", "412", "413", "415", "428"} <= answers, operation["operationId"]
            assert operation["security"] == [{"token": []}]
            assert operation["description"], operation["operationId"]


def test_document_has_no_secret_and_asks_for_none() -> None:
    text = json.dumps(document())
    assert "opt_" not in text
    assert Client().get(f"{BASE}/openapi.json").status_code == 200
    assert Client().get(f"{BASE}/docs").status_code == 404
