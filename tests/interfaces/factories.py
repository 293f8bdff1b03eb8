"""Programs with tokens, and a client that calls as they do."""

import json
from itertools import count

from django.http import HttpResponse
from django.test import Client

from apps.interfaces.enums import Scope
from apps.interfaces.models import Integration, Token
from apps.interfaces.services import (
    IntegrationData,
    TokenData,
    confirm_integration,
    create_integration,
    make_token,
)
from apps.people.models import Person
from tests import factories

sequence = count(1)
BASE = "/api/v1"


def named(owner: Person, *, name: str = "", actor: Person | None = None) -> Integration:
    """Let in by an administrator; its owner has not said anything yet."""
    data = IntegrationData(name or f"program {next(sequence)}", "for tests", owner)
    return create_integration(data=data, actor=actor or factories.administrator(number=f"ADM{next(sequence)}"))


def integration(owner: Person, *, name: str = "", actor: Person | None = None) -> Integration:
    """Let in by an administrator and confirmed by its owner."""
    made = named(owner, name=name, actor=actor)
    confirm_integration(integration=made, actor=owner)
    return Integration.objects.select_related("owner", "created_by").get(pk=made.pk)


def token(
    owner: Person, *scopes: str, networks: tuple[str, ...] = (), days: int = 30, of: Integration | None = None
) -> tuple[Token, str]:
    """Everything may be asked unless scopes are named."""
    made = of or integration(owner)
    data = TokenData(list(scopes) or list(Scope.values), days, list(networks))
    return make_token(integration=made, data=data, actor=made.created_by)


class Caller:
    """A program: every call carries the token; every move a key of its own unless one is given."""

    def __init__(self, text: str, **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {text}"} | headers

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(BASE + path, headers=self.headers | as_sent(headers))

    def post(self, path: str, data: object = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, data, headers)

    def put(self, path: str, data: object = None, **headers: str) -> HttpResponse:
        return self.send("PUT", path, data, headers)

    def send(self, method: str, path: str, data: object, headers: dict[str, str]) -> HttpResponse:
        sent = {"Idempotency-Key": f"test-key-{next(sequence)}"} | self.headers | as_sent(headers)
        body = b"" if data is None else json.dumps(data).encode()
        return self.client.generic(method, BASE + path, body, content_type="application/json", headers=sent)


def as_sent(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def caller(owner: Person, *scopes: str, **headers: str) -> Caller:
    return Caller(token(owner, *scopes)[1], **headers)
