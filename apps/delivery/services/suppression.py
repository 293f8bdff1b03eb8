"""Addresses that are not written to for a while, each for a cause. Nothing is dropped: what would have gone there is
held and shown, and goes on when the address is free again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import SUPPRESSED, Cause, Channel, DeliveryState, EvidenceKind, MessageClass
from apps.delivery.models import Delivery, Evidence, Suppression
from apps.delivery.services.planning import CONTACT_OF
from apps.journal.services import record
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person

# How long an address rests after one bounce with this cause; None: until somebody lifts it. Causes that are not here
# say nothing about the address (a mail that is too large, a reason nobody knows). The lengths are
# this office's guess: boxes are emptied within days, filters judge one mail. (Postal rests an address 30 days whatever
# the cause; Mailman counts one point a day.)
REST: dict[Cause, timedelta | None] = {
    Cause.DEAD: None,
    Cause.FULL: timedelta(days=3),
    Cause.BLOCKED: timedelta(days=1),
    Cause.POLICY: timedelta(days=1),
    Cause.EXPIRED: timedelta(hours=12),
}
SLICE = 1_000


class UnableToLift(Exception):
    """It is lifted already."""


def suppress_after(
    *, delivery: Delivery, kind: EvidenceKind, cause: Cause, evidence: Evidence | None, at: datetime
) -> Suppression | None:
    """What a bounce or a complaint means for the address of `delivery`; None when it means nothing for it.

    A complaint rests the address until somebody lifts it, whatever its cause; "dead" counts only when the bounce was
    hard. A browser that is gone rests nothing: its subscription has ended, and a new one is a new address.
    """
    channel = Channel(delivery.channel)
    if channel not in CONTACT_OF or channel == Channel.PUSH or not delivery.address:
        return None
    if kind == EvidenceKind.COMPLAINED:
        return suppress(
            address=delivery.address, cause=Cause.BLOCKED, until=None, evidence=evidence, at=at, channel=channel
        )
    if cause not in REST or (cause == Cause.DEAD and kind != EvidenceKind.BOUNCED_HARD):
        return None
    rest = REST[cause]
    until = at + rest if rest else None
    return suppress(address=delivery.address, cause=cause, until=until, evidence=evidence, at=at, channel=channel)


@transaction.atomic
def suppress(
    *,
    address: str,
    cause: Cause,
    until: datetime | None,
    at: datetime | None = None,
    evidence: Evidence | None = None,
    actor: Person | None = None,
    note: str = "",
    channel: Channel = Channel.MAIL,
) -> Suppression:
    """Do not write to `address` until then (None: until lifted). A second bounce never makes the rest
    shorter.
    """
    at = at or now()
    Suppression.objects.ended(at).filter(channel=channel, address__iexact=address, cause=cause).update(lifted_at=at)
    values = {"address": address, "since": at, "until": until, "evidence": evidence, "note": note}
    # The insert that loses a race waits for the other transaction, then finds its row.
    Suppression.objects.bulk_create([Suppression(channel=channel, cause=cause, **values)], ignore_conflicts=True)
    row = Suppression.objects.select_for_update().get(
        channel=channel, address__iexact=address, cause=cause, lifted_at__isnull=True
    )
    if row.until is not None and (until is None or until > row.until):
        row.until, row.evidence, row.note = until, evidence or row.evidence, note or row.note
        row.save(update_fields=["until", "evidence", "note"])
    if actor:
        record(actor=actor, verb="suppressed", obj=row, changes={"cause": str(cause)}, note=note, at=at)
    return row


@transaction.atomic
def lift(*, suppression_id: int, actor: Person, note: str, at: datetime | None = None) -> Suppression:
    """Write to the address again; what was held leaves with the next sweep. Raises UnableToLift."""
    at = at or now()
    row = Suppression.objects.select_for_update().get(pk=suppression_id)
    if row.lifted_at is not None:
        raise UnableToLift(_("This address is written to again already."))
    row.lifted_at, row.lifted_by, row.note = at, actor, note
    row.save(update_fields=["lifted_at", "lifted_by", "note"])
    if row.cause == Cause.DEAD:
        ContactPoint.objects.filter(
            kind=CONTACT_OF[Channel(row.channel)], value__iexact=row.address, dead_at__isnull=False
        ).update(dead_at=None, dead_cause="")
    record(actor=actor, verb="suppression_lifted", obj=row, note=note, at=at)
    return row


def hold_suppressed(rows: Iterable[Delivery], at: datetime, channel: Channel = Channel.MAIL) -> set[int]:
    """Hold those of these locked rows of one channel whose address rests; gives their ids. Mails about the account
    (sign-in, a new password) go all the same: the person asks for them at this moment.
    """
    candidates = [row for row in rows if row.address and row.message.message_class != MessageClass.ACCOUNT]
    causes = causes_of({row.address for row in candidates}, at, channel)
    held: dict[str, list[int]] = {}
    for row in candidates:
        if cause := causes.get(row.address.lower()):
            held.setdefault(cause, []).append(row.pk)
    for cause, ids in held.items():
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.HELD, held_reason=f"{SUPPRESSED}{cause}", lease_until=None
        )
    return {pk for ids in held.values() for pk in ids}


def causes_of(addresses: Iterable[str], at: datetime, channel: Channel = Channel.MAIL) -> dict[str, str]:
    """The cause for which each of these addresses of a channel rests, by the address in small letters."""
    small = {address.lower() for address in addresses}
    found = Suppression.objects.active(at).filter(channel=channel).annotate(small=Lower("address"))
    return dict(found.filter(small__in=small).order_by("-pk").values_list("small", "cause")) if small else {}


@transaction.atomic
def end_rests(at: datetime) -> int:
    """Close what is over, and what the person disproved: an address that was proved after it came back works."""
    proved = ContactPoint.objects.alias(small=Lower("value")).filter(
        kind=ContactKind.MAIL, small=Lower(OuterRef("address")), verified_at__gt=OuterRef("since")
    )
    over = Suppression.objects.filter(lifted_at__isnull=True).filter(
        Q(until__lte=at) | Q(Exists(proved), channel=Channel.MAIL)
    )
    ids = list(over.order_by("pk").values_list("pk", flat=True)[:SLICE])
    return Suppression.objects.filter(pk__in=ids).update(lifted_at=at)


# A held row goes on when no rest of its address is left, or to the person's main address when that is another one
# and does not rest (a mail address must be proved too; ids and numbers come from the office).
RELEASE = """
WITH held AS (
    SELECT id, person_id, channel, address,
           CASE channel WHEN 'sms' THEN 'phone' ELSE channel END AS kind FROM delivery_delivery
    WHERE state = 'held' AND held_reason LIKE 'suppressed:%%' ORDER BY id FOR UPDATE SKIP LOCKED
), resting AS (
    SELECT channel, lower(address) AS small FROM delivery_suppression
    WHERE lifted_at IS NULL AND (until IS NULL OR until > %s)
), goes AS (
    SELECT held.id, CASE WHEN (held.channel, lower(held.address)) IN (SELECT channel, small FROM resting)
                         THEN contact.value ELSE held.address END AS address
    FROM held
    LEFT JOIN people_contactpoint contact ON contact.person_id = held.person_id AND contact.kind = held.kind
     AND contact.is_primary AND contact.dead_at IS NULL AND (contact.verified_at IS NOT NULL OR held.kind <> 'mail')
     AND (held.channel, lower(contact.value)) NOT IN (SELECT channel, small FROM resting)
)
UPDATE delivery_delivery row SET state = 'planned', held_reason = '', address = goes.address
FROM goes WHERE row.id = goes.id AND goes.address IS NOT NULL
"""


def release_held(at: datetime) -> int:
    """Let held rows go on where they may; gives their number."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RELEASE, [at])
        return cursor.rowcount
