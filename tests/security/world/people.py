"""The owner's own rows: post, addresses, invitation, deputy, group, and what was sent."""

from __future__ import annotations

from datetime import timedelta

from apps.core.clock import now
from apps.delivery.enums import Channel, DeliveryState, EvidenceKind
from apps.delivery.models import BrowserSubscription, Delivery
from apps.delivery.services import Text, record_evidence
from apps.journal.files import store_bytes
from apps.people import tokens
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Deputy, Group, Invitation
from tests import factories
from tests.delivery import factories as outbox
from tests.security.world.base import INVITATION, SECRET, Thing, World, attach


def of_person(world: World) -> dict[str, Thing]:
    """The owner's post, second address, open invitation and message in the portal."""
    post, other = world.owner.posts.get(), {"pk": world.owner.pk}
    contact = ContactPoint.objects.create(
        person=world.owner, kind=ContactKind.MAIL, value=f"{SECRET}@far.example", verified_at=now()
    )
    unproved = ContactPoint.objects.create(person=world.owner, kind=ContactKind.MAIL, value=f"new-{SECRET}@far.example")
    phone = ContactPoint.objects.create(person=world.owner, kind=ContactKind.PHONE, value="+8613900000000")
    Invitation.objects.create(
        person=world.owner,
        token_hash=tokens.hash_token(INVITATION),
        created_by=world.sender,
        expires_at=now() + timedelta(days=2),
    )
    browser = BrowserSubscription.objects.create(
        person=world.owner, endpoint_digest="1" * 64, sealed_endpoint="x", sealed_keys="x", user_agent=SECRET
    )
    told = outbox.message(texts={"zh-hant": Text(SECRET, SECRET, f"<p>{SECRET}</p>")})
    message = outbox.mail(world.owner, about=told, channel=Channel.PORTAL, address="", state=DeliveryState.DELIVERED)
    return {
        "post": Thing(
            post, world.owner, other | {"post_pk": post.pk}, {"valid_to": "2026-12-31", "ends_on": "2026-12-31"}
        ),
        "unproved contact": Thing(unproved, world.owner, {"contact_pk": unproved.pk}),
        "contact": Thing(contact, world.owner, {"contact_pk": contact.pk}),
        "office contact": Thing(phone, world.owner, {"pk": world.owner.pk, "contact_pk": phone.pk}),
        "invitation": Thing(None, None, {"token": INVITATION}),
        "message": Thing(message, world.owner, {"pk": message.pk}),
        "browser": Thing(browser, world.owner, {"pk": browser.pk}),
    }


def deputy(world: World) -> Thing:
    other = factories.person("遠師", Role.STAFF, at=world.far)
    row = Deputy.objects.create(
        principal=world.owner,
        deputy=other,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=30),
        reason=SECRET,
        created_by=world.owner,
    )
    return Thing(row, world.owner, {"pk": row.pk})


def group(world: World) -> Thing:

    row = Group.objects.create(code="far-group", name={"zh-hant": SECRET}, owner=world.sender)
    row.memberships.create(person=world.owner)
    return Thing(row, world.sender, {"pk": row.pk, "code": row.code, "person_pk": world.owner.pk})


def waiting_file(world: World) -> Thing:
    row = attach(None, world.owner)
    return Thing(row, world.owner, {"key": row.key})


def delivery(world: World) -> Thing:
    row = outbox.mail(world.owner, last_answer=f"550 {SECRET}")
    return Thing(row, world.owner, {"pk": row.pk})


def evidence(sent: Delivery) -> dict[str, Thing]:
    """A bounce of the owner's mail, with the mail that said so."""
    raw = store_bytes(f"Subject: bounce\r\n\r\n{SECRET}".encode(), content_type="message/rfc822")
    fact = record_evidence(
        message=sent.message,
        person=sent.person,
        kind=EvidenceKind.BOUNCED_HARD,
        happened_at=now(),
        source_event="test:bounce",
        delivery=sent,
        raw=raw,
    )
    return {"evidence": Thing(fact, sent.person, {"pk": sent.pk, "evidence_pk": fact.pk})}
