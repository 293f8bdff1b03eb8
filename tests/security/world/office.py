"""What the office and programs keep: articles, forms, imports, copies, programs."""

from __future__ import annotations

from datetime import date, timedelta

from apps.core.clock import now
from apps.delivery.services import Text, create_message
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
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import ListExport
from apps.reports.models import Edition, Subscription
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


def summaries_by_mail(world: World) -> dict[str, Thing]:
    """The owner's, from a time when the owner could read it; and one that was sent."""
    since = now() - timedelta(days=40)
    row = Subscription.objects.create(person=world.owner, rhythm="weekly", started_at=since, started_by=world.sender)
    blob = store_bytes(b"%PDF summary", content_type="application/pdf", origin=Origin.PORTAL)
    text = Text("Summary", "words", file=blob, file_name="summary.pdf")
    sent = Edition.objects.create(
        rhythm="weekly",
        first=date(2026, 11, 2),
        last=date(2026, 11, 8),
        made_at=since,
        message=create_message(source="reports.edition:weekly", texts={"en": text}),
    )
    return {
        "summary by mail": Thing(row, world.owner, {"pk": row.pk}),
        "sent summary": Thing(sent, None, {"rhythm": "weekly", "first": "2026-11-02"}),
    }


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
