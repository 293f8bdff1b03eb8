"""Reply addresses: one for each person and thing, signed, without a readable word about either.

The local part is `reply+`, 26 letters of signature (128 bits) and the number of the route in base 36: at most 45 of the
64 octets it may have. Keys that were replaced still count; a new nonce makes all addresses of a thing void.
"""

import base64
import re
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from apps.delivery.enums import Channel
from apps.delivery.models import Delivery, ReplyRoute
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint

SALT = "apps.delivery.letters"
PREFIX = "reply+"
SIGNATURE_BYTES, SIGNATURE_LETTERS = 16, 26
LOCAL_PART = re.compile(rf"reply\+([a-z2-7]{{{SIGNATURE_LETTERS}}})([0-9a-z]{{1,13}})", re.IGNORECASE)
SHAPE = re.compile(r"<?(reply\+[^@\s<>\"]{1,58})@[^@\s<>]{1,255}>?", re.IGNORECASE)
Pair = tuple[str, int]


def signature(route: ReplyRoute, secret: str) -> str:
    words = f"{route.pk}:{route.source}:{route.person_id}:{route.nonce}"
    digest = salted_hmac(SALT, words, secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode().lower().rstrip("=")


def reply_address(route: ReplyRoute) -> str:
    domain = settings.MAIL_REPLY_DOMAIN or settings.MAIL_BOUNCE_DOMAIN
    return f"{PREFIX}{signature(route, settings.SECRET_KEY)}{int_to_base36(route.pk)}@{domain}"


def reply_name(addresses: Iterable[str]) -> str:
    """The local part of the first address that has the shape of a reply address, in small letters; "" for none."""
    found = (SHAPE.fullmatch(address.strip()) for address in addresses)
    return next((match[1].lower() for match in found if match), "")


def route_of(name: str) -> ReplyRoute | None:
    """The route whose address has this local part; None for a forged, mistyped or void one."""
    match = LOCAL_PART.fullmatch(name)
    if not match:
        return None
    number = base36_to_int(match[2])
    route = ReplyRoute.objects.select_related("person").filter(pk=number).first() if number < 2**63 else None
    if route is None:
        return None
    given = match[1].lower()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return route if any(constant_time_compare(given, signature(route, key)) for key in keys) else None


def was_sent_to(route: ReplyRoute, address: str) -> bool:
    """Was a mail with this reply address handed over for `address`, which the person still has? (one query)"""
    sent = Delivery.objects.filter(
        message__source=route.source,
        message__takes_replies=True,
        person=route.person,
        channel=Channel.MAIL,
        address__iexact=address,
        handed_off_at__isnull=False,
    )
    kept = ContactPoint.objects.filter(person=route.person, kind=ContactKind.MAIL, value__iexact=address)
    return bool(address) and sent.filter(Exists(kept)).exists()


def routes_for(pairs: Iterable[Pair]) -> dict[Pair, ReplyRoute]:
    """The routes of (source, person number); those that are missing are made (two queries)."""
    wanted = set(pairs)
    made = [ReplyRoute(source=source, person_id=person, nonce=secrets.token_hex(16)) for source, person in wanted]
    ReplyRoute.objects.bulk_create(made, ignore_conflicts=True)
    among = Q(source__in={source for source, _ in wanted}, person__in={person for _, person in wanted})
    return {(row.source, row.person_id): row for row in ReplyRoute.objects.filter(among)}


def make_void(source: str) -> int:
    """Every address that was given out for this thing stops working; gives their number. New mails carry new ones."""
    rows = list(ReplyRoute.objects.select_for_update().filter(source=source))
    for row in rows:
        row.nonce = secrets.token_hex(16)
    ReplyRoute.objects.bulk_update(rows, ["nonce"])
    return len(rows)
