"""What a thing of the world is, whose it is, and how a browser of each person comes about."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import randrange

from django.conf import settings
from django.db import models, transaction
from django.test import Client

from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.models import Person, Unit

SECRET = "zq7secretword"
TOKEN = "check-token-of-a-certificate"
INVITATION = "invitation-token-of-somebody"
ROLES = ("nobody", "student", "staff", "unit_secretary", "unit_head", "clerk", "director", "leader", "administrator")


@dataclass
class Thing:
    """A row, whose it is, and what its addresses need."""

    row: models.Model | None
    owner: Person | None
    parameters: dict[str, object] = field(default_factory=dict)
    form: dict[str, object] = field(default_factory=dict)  # what its POST addresses need to get as far as the right


@dataclass
class World:
    people: dict[str, Person]
    owner: Person
    sender: Person
    near: Unit
    far: Unit
    things: dict[str, Thing]
    cookies: dict[int, str] = field(default_factory=dict)

    def client(self, who: str | Person | None) -> Client:
        """A fresh browser of this person, or of this role's person, at an own address (limits count by it)."""
        person = self.people.get(who) if isinstance(who, str) else who
        key = person.pk if person else 0
        client = Client(raise_request_exception=False, REMOTE_ADDR=f"10.{key % 250}.{randrange(250)}.{randrange(250)}")
        if person:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies.get(key) or sign_in(person)
        return client


def sign_in(person: Person) -> str:
    """A session of this person, who gave the password a moment ago."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def attach(to: models.Model | None, person: Person, name: str = "paper.txt") -> Attachment:
    blob = store_bytes(f"{SECRET} {to}".encode(), content_type="text/plain")
    made = Attachment(blob=blob, name=f"{SECRET}-{name}", uploaded_by=person)
    if to is not None:
        made.subject = to
    made.save()
    return made


def of_nobody(row: models.Model, **form: object) -> Thing:
    return Thing(row, None, {"pk": row.pk}, form)
