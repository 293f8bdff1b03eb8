"""Mail that comes in: kept raw first, made sense of later, never dropped. What belongs to no delivery waits for a
person.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery import canary
from apps.delivery.causes import Verdict, evidence_kind
from apps.delivery.dead_addresses import mark_dead
from apps.delivery.dsn import Recipient
from apps.delivery.enums import Cause, EvidenceKind, InboundKind, InboundState
from apps.delivery.letters.addresses import reply_name
from apps.delivery.limits import EVIDENCE_A_DAY, INBOUND_TRIES, RAW_BYTES
from apps.delivery.matching import find_delivery
from apps.delivery.models import Delivery, Evidence, InboundMail
from apps.delivery.reading import ReadMail, read_mail
from apps.delivery.services import record_evidence, suppress_after
from apps.journal.enums import Origin
from apps.journal.files import open_blob, store_bytes
from apps.people.models import Person

log = structlog.get_logger(__name__)

AT_ONCE = 5_000
READ_SECONDS = 40.0  # a job ends after this time; beat asks again each minute
RECEIPTS = {
    InboundKind.DELAYED: EvidenceKind.DELAYED,
    InboundKind.DELIVERED: EvidenceKind.DELIVERED,
    InboundKind.RELAYED: EvidenceKind.RELAYED,
    InboundKind.EXPANDED: EvidenceKind.RELAYED,
    InboundKind.COMPLAINT: EvidenceKind.COMPLAINED,
}
BAD_NEWS = (
    EvidenceKind.BOUNCED_HARD,
    EvidenceKind.BOUNCED_SOFT,
    EvidenceKind.BLOCKED,
    EvidenceKind.COMPLAINED,
)


class UnableToSettle(Exception):
    """The mail was settled already, or the delivery named is not there."""


@transaction.atomic
def ingest(raw: bytes, at: datetime | None = None) -> InboundMail:
    """Keep a mail as it came; nothing is read yet. The same bytes again give the same row."""
    note = _("cut at 25 MiB") if len(raw) > RAW_BYTES else ""
    blob = store_bytes(raw[:RAW_BYTES], content_type="message/rfc822", origin=Origin.KEPT)
    return InboundMail.objects.get_or_create(blob=blob, defaults={"received_at": at or now(), "note": note})[0]


def sweep(at: datetime, *, seconds: float = READ_SECONDS) -> int:
    """Read what was received and not read yet, each once, for at most about `seconds`; gives the number.

    One bad mail does not stop the others.
    """
    ends = time.monotonic() + seconds
    ids = (
        InboundMail.objects.filter(state=InboundState.RECEIVED)
        .order_by("received_at", "pk")
        .values_list("pk", flat=True)
    )
    done = 0
    for pk in list(ids[:AT_ONCE]):
        done += process(pk, at)
        if time.monotonic() >= ends:
            break
    return done


def process(pk: int, at: datetime) -> bool:
    """Read one mail in its own transaction; False when somebody else has it.

    The try is counted and committed first: a mail that ends the process three times is put aside for a person.
    """
    if not _count_try(pk):
        return False
    try:
        with transaction.atomic():
            row = InboundMail.objects.select_for_update(of=("self",)).select_related("blob").get(pk=pk)
            if row.state == InboundState.RECEIVED:
                understand(row, at)
    except Exception as error:
        log.exception("inbound_not_read", inbound=pk)
        InboundMail.objects.filter(pk=pk).update(note=type(error).__name__)
    return True


def _count_try(pk: int) -> bool:
    with transaction.atomic():
        row = InboundMail.objects.select_for_update(skip_locked=True).filter(pk=pk, state=InboundState.RECEIVED).first()
        if row is None:
            return False
        row.attempts += 1
        if row.attempts > INBOUND_TRIES:
            row.state = InboundState.UNREADABLE
        row.save(update_fields=["attempts", "state"])
        return row.state == InboundState.RECEIVED


def understand(row: InboundMail, at: datetime) -> None:
    """Say what the mail is, find its delivery, write down the evidence."""
    with open_blob(row.blob) as file:
        mail = read_mail(file.read())
    delivery, route = find_delivery(mail)
    row.kind, row.subject, row.sender = mail.kind, mail.subject, mail.sender
    row.parsed = mail.as_json() | {"route": route}
    row.delivery = delivery
    row.reply_name = reply_name(mail.addressed_to)
    row.awaits_reader = wants_reader(row, mail)
    if mail.given_up:
        row.state, row.note = InboundState.UNREADABLE, _("reading it took too long")
    elif delivery is None and mail.kind == InboundKind.AUTO_REPLY:
        row.state = InboundState.SETTLED  # an automatic reply to nothing of ours asks for nobody's time
    else:
        row.state = InboundState.MATCHED if delivery else InboundState.UNMATCHED
    row.save()
    if delivery and row.state == InboundState.MATCHED:
        draw_conclusions(row, delivery, mail, at)


def wants_reader(row: InboundMail, mail: ReadMail) -> bool:
    """Is it for an app above? What came to a reply address, whatever it looks like, and what people write to us."""
    if mail.given_up or (row.delivery and row.delivery.message.source == canary.SOURCE):
        return False
    return bool(row.reply_name) or mail.kind == InboundKind.OTHER


def draw_conclusions(
    row: InboundMail, delivery: Delivery, mail: ReadMail, at: datetime, actor: Person | None = None
) -> None:
    """The evidence in a mail about `delivery`. Recipients beside its own (a forward's target) count as its own."""
    if delivery.message.source == canary.SOURCE and mail.kind in (InboundKind.OTHER, InboundKind.DELIVERED):
        canary.beat(canary.RETURNED, at)
    recipient = chosen_recipient(mail, delivery)
    kind = EvidenceKind.SEEN_HINT if mail.seen else kind_for(mail.kind, recipient)
    if kind is None:
        return
    if kind in BAD_NEWS and too_many_today(delivery, at):
        InboundMail.objects.filter(pk=row.pk).update(note=_("not counted: too many for this address today"))
        return
    evidence = record_evidence(
        message=delivery.message,
        person=delivery.person,
        delivery=delivery,
        kind=kind,
        happened_at=row.received_at,
        source_event=f"inbound:{row.pk}",
        detail=detail_of(mail, recipient),
        raw=row.blob,
        actor=actor,
    )
    if kind == EvidenceKind.BOUNCED_HARD and recipient:
        mark_dead(delivery, cause=recipient.cause, at=at)
    if kind in BAD_NEWS and delivery.message.source != canary.SOURCE:
        cause = recipient.cause if recipient else Cause.OTHER
        suppress_after(delivery=delivery, kind=kind, cause=cause, evidence=evidence, at=at)


def chosen_recipient(mail: ReadMail, delivery: Delivery) -> Recipient | None:
    """What the mail says of this delivery's address, else the worst it says of any."""
    for recipient in mail.recipients:
        if recipient.address.lower() == delivery.address.lower():
            return recipient
    return next((one for one in mail.recipients if one.kind == mail.kind), None)


def kind_for(kind: InboundKind, recipient: Recipient | None) -> EvidenceKind | None:
    """Evidence of a bounce depends on its cause; an answer, automatic or not, proves nothing."""
    if recipient is not None and recipient.kind != InboundKind.BOUNCE:
        return RECEIPTS.get(recipient.kind)
    if kind == InboundKind.BOUNCE:
        return evidence_kind(Verdict(recipient.cause, recipient.hard)) if recipient else EvidenceKind.BOUNCED_SOFT
    return RECEIPTS.get(kind)


def detail_of(mail: ReadMail, recipient: Recipient | None) -> dict[str, object]:
    detail: dict[str, object] = {"inbound": mail.kind.value}
    if recipient:
        detail |= recipient.as_json() | {"words": recipient.words}
    return detail


def too_many_today(delivery: Delivery, at: datetime) -> bool:
    """More bounces of one address than a day can truly have: a loop, or somebody who plays with it."""
    recent = Evidence.objects.filter(
        kind__in=BAD_NEWS,
        recorded_at__gt=at - timedelta(days=1),
        delivery__address__iexact=delivery.address,
        source_event__startswith="inbound:",
    )
    if delivery.person_id:
        recent = recent.filter(person=delivery.person_id)
    return recent.count() >= EVIDENCE_A_DAY


@transaction.atomic
def assign(*, inbound_id: int, delivery_id: int, actor: Person, at: datetime | None = None) -> InboundMail:
    """A person says which delivery the mail is about; what it says is then evidence. Raises UnableToSettle."""
    row = _open_row(inbound_id)
    delivery = Delivery.objects.select_related("message", "person").filter(pk=delivery_id).first()
    if delivery is None:
        raise UnableToSettle(_("There is no delivery with this number."))
    row.delivery, row.settled_by, row.state, row.awaits_reader = delivery, actor, InboundState.MATCHED, False
    row.save(update_fields=["delivery", "settled_by", "state", "awaits_reader"])
    with open_blob(row.blob) as file:
        draw_conclusions(row, delivery, read_mail(file.read()), at or now(), actor)
    return row


@transaction.atomic
def settle(*, inbound_id: int, note: str, actor: Person) -> InboundMail:
    """A person says why nothing is to be done about it. Raises UnableToSettle."""
    row = _open_row(inbound_id)
    row.state, row.settled_by, row.note, row.awaits_reader = InboundState.SETTLED, actor, note, False
    row.save(update_fields=["state", "settled_by", "note", "awaits_reader"])
    return row


def _open_row(pk: int) -> InboundMail:
    row = InboundMail.objects.select_for_update(of=("self",)).select_related("blob").get(pk=pk)
    if row.state not in (InboundState.UNMATCHED, InboundState.UNREADABLE):
        raise UnableToSettle(_("This mail is settled already."))
    return row
