"""What the office and programs keep: articles, forms, imports, copies, programs."""

from __future__ import annotations

from datetime import timedelta

from apps.core.clock import now
from apps.imports.enums import BatchState, Verdict
from apps.imports.models import Batch, Row
from apps.interfaces.models import PersonalExport
from apps.interfaces.services import (
    IntegrationData,
    SubscriptionData,
    TokenData,
    create_integration,
    make_token,
    subscribe,
    try_address,
)
from apps.journal.files import store_bytes
from apps.journal.models import ListExport
from tests.knowledge import factories as shelf
from tests.security.world.base import SECRET, Thing, World
from tests.servicedesk import factories as desk


def article(world: World) -> Thing:
    """Published for everybody of the far unit, so it holds no secret of the owner's."""
    row = shelf.article(world.sender, **shelf.words("遠系須知"), audience="unit", unit=world.far)
    form = {"helped": "yes", "next_review": "2030-01-01"}
    return Thing(row, world.owner, {"pk": row.pk}, form)


def form() -> Thing:
    row = desk.form()
    return Thing(row, None, {"pk": row.pk, "code": row.code, "key": "purpose", "number": 1, "place": 0})


def batch(world: World) -> Thing:
    row = Batch.objects.create(
        target="roster",
        blob=store_bytes(f"number,name\n1,{SECRET}".encode(), content_type="text/csv"),
        file_name=f"{SECRET}.csv",
        columns=[{"sheet": "", "line": 1, "titles": ["number", "name"]}],
        mapping={"number": "number", "name": "name"},
        state=BatchState.CHECKED,
        counts={Verdict.REFUSED: 1},
        total=1,
        created_by=world.sender,
    )
    line = Row.objects.create(
        batch=row, line=2, raw=["1", SECRET], values={"name": SECRET, "number": "1"}, verdict=Verdict.REFUSED
    )
    return Thing(row, world.sender, {"pk": row.pk, "row_pk": line.pk})


def exported_list(world: World) -> Thing:
    sheet = store_bytes(b"PK " + SECRET.encode(), content_type="application/zip")
    row = ListExport.objects.create(
        person=world.owner,
        listing="requests",
        language="en",
        state="ready",
        blob=sheet,
        made_at=now(),
        rows=1,
        expires_at=now() + timedelta(hours=1),
    )
    return Thing(row, world.owner, {"pk": row.pk})


def copy_of_data(world: World) -> Thing:
    kept = store_bytes(b"PK copy " + SECRET.encode(), content_type="application/zip")
    row = PersonalExport.objects.create(
        person=world.owner,
        asked_by=world.owner,
        language="en",
        state="ready",
        blob=kept,
        made_at=now(),
        expires_at=now() + timedelta(hours=1),
    )
    return Thing(row, world.owner, {"pk": row.pk})


def programs(world: World) -> dict[str, Thing]:
    """A program that acts in the owner's name, its token, and an address that it is told by, with a call."""
    actor = world.people["administrator"]
    data = IntegrationData(SECRET, SECRET, world.owner)
    row = create_integration(data=data, actor=actor)
    token, _text = make_token(integration=row, data=TokenData(["requests:read"], 30), actor=actor)
    told = SubscriptionData(f"https://{SECRET}.example/", ["request.moved"], [])
    address, _secret = subscribe(integration=row, data=told, actor=actor)
    try_address(subscription=address, actor=actor)
    form = {
        "name": "words",
        "purpose": "words",
        "owner": world.owner.number,
        "version": row.version,
        "scopes": "requests:read",
        "days": 30,
        "url": "https://other.example/",
        "events": "request.moved",
        "a_minute": 60,
    }
    return {
        "program": Thing(row, world.owner, {"pk": row.pk}, form),
        "token": Thing(token, world.owner, {"pk": token.pk}),
        "address of a program": Thing(address, world.owner, {"pk": address.pk}, form),
    }
