"""Certificates, batches of them, and seals."""

from __future__ import annotations

from datetime import timedelta

from apps.core.clock import now
from apps.core.public_links import hash_token
from apps.journal.files import store_bytes
from apps.people.enums import Role
from apps.seals.services import give, impress, take_out
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import PaperBatch
from tests import factories
from tests.seals import factories as stamps
from tests.security.world.base import SECRET, TOKEN, Thing, World, attach
from tests.servicedesk import factories as desk
from tests.servicedesk.factories import paper_version


def certificate(world: World) -> Thing:
    request = desk.request(RequestState.RESOLVED, number="R2026-90003", requester=world.owner, handler=world.sender)
    row = desk.certificate(
        request,
        number="C2026-90001",
        printed={"name": "林*", "number": "C2026-90001"},
        blob=store_bytes(b"%PDF-1.7 paper " + SECRET.encode(), content_type="application/pdf"),
        token_hash=hash_token(TOKEN),
        issued_at=now(),
        issued_by=world.sender,
    )
    attach(row, world.sender, "certificate.pdf")
    return Thing(row, world.owner, {"pk": row.pk, "token": TOKEN}, {"note": "words", "reason": "words"})


def paper_batch(world: World) -> Thing:
    """A batch with the owner in it, looked at."""
    row = PaperBatch.objects.create(
        service=desk.certificate_service(),
        template_version=paper_version(),
        language="en",
        source=SECRET,
        created_by=world.sender,
        combined=store_bytes(b"%PDF-1.7 sheets " + SECRET.encode(), content_type="application/pdf"),
    )
    row.rows.create(place=1, person=world.owner, state="ready", printed={"name": SECRET})
    return Thing(row, world.sender, {"pk": row.pk})


def to_seal(world: World) -> Thing:
    service = desk.service(product=Product.SEAL_USE)
    row = desk.request(RequestState.IN_PROGRESS, number="R2026-90004", requester=world.owner, of=service)
    return Thing(row, world.owner, {"pk": row.pk}, {"seal": ""})


def sealed(world: World) -> dict[str, Thing]:
    """A seal that a teacher of the far unit keeps, with a line that has an entry, an outing, and a hand-over."""
    keeper = factories.person("印管", Role.STAFF, at=world.far)
    deputy = factories.person("代管", Role.STAFF, at=world.far)
    seal = stamps.seal(keeper=keeper, name={"zh-hant": SECRET, "en": SECRET})
    other = stamps.seal(keeper=keeper)
    stamps.stand_in(seal, deputy, now() + timedelta(days=2), now() + timedelta(days=3))
    use = stamps.line(seal, requester=world.sender, title=SECRET, at=now())
    attach(use, keeper)
    entry = impress(use=use, actor=keeper, made=1)
    outing = take_out(
        use=use, taker=keeper, companion=deputy, place=SECRET, due_at=now() + timedelta(days=1), actor=keeper
    )
    handover = give(seal=other, taker=deputy, pieces=1, note=SECRET, actor=keeper)
    parameters = {"pk": seal.pk, "year": 2026, "keeping_pk": seal.keepings.stand_ins().get().pk}
    words = {"note": "words", "made": 1, "spoiled": 0, "no_photo_reason": "words", "explanation": "words", "pieces": 1}
    words |= {"taker": deputy.number, "companion": deputy.number, "place": "x", "due_at": "2027-03-01T10:00"}
    words |= {"person": deputy.number, "first_day": "2027-03-01", "last_day": "2027-03-02", "state": "stored"}
    return {
        "seal": Thing(seal, keeper, parameters, words),
        "seal use": Thing(use, keeper, {"pk": use.pk, "entry_pk": entry.pk, "outing_pk": outing.pk}, words),
        "hand-over": Thing(handover, deputy, {"pk": other.pk, "handover_pk": handover.pk}, words),
    }
