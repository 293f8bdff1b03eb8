"""The signed names of a delivery on its way: return path, Message-ID, envelope id. All follow from its number alone.

Signed, because a bounce counts against an address: who could invent the return path of another person's mail could
have that address declared dead.
"""

import base64
import re
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "apps.delivery.tokens"
SIGNATURE_BYTES = 10  # 80 bits, 16 letters: a local part may have 64
SIGNED_NUMBER = r"(\d{1,19})-([a-z2-7]{16})"
BOUNCE_PREFIX = "b+"
BOUNCE_ADDRESS = re.compile(rf"b\+{SIGNED_NUMBER}@[^@\s]{{1,255}}", re.IGNORECASE)
ENVELOPE_ID = re.compile(rf"{SIGNED_NUMBER}", re.IGNORECASE)
MESSAGE_ID = re.compile(rf"<d\.{SIGNED_NUMBER}@[^@\s<>]{{1,255}}>", re.IGNORECASE)


@lru_cache(maxsize=64)  # a mail is signed for its return path, its Message-ID and its envelope id
def signature(delivery_id: int, secret: str) -> str:
    digest = salted_hmac(SALT, str(delivery_id), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode().lower()


def token(delivery_id: int) -> str:
    return f"{delivery_id}-{signature(delivery_id, settings.SECRET_KEY)}"


def bounce_address(delivery_id: int) -> str:
    """The envelope sender: a bounce that comes to it is about this delivery."""
    return f"{BOUNCE_PREFIX}{token(delivery_id)}@{settings.MAIL_BOUNCE_DOMAIN}"


def message_id(delivery_id: int) -> str:
    """The same on every try, so that a mail that went twice shows as one."""
    return f"<d.{token(delivery_id)}@{settings.MAIL_BOUNCE_DOMAIN}>"


def envelope_id(delivery_id: int) -> str:
    return token(delivery_id)


def delivery_of_address(text: str) -> int | None:
    """The delivery that a return path speaks of; None for any other or forged address."""
    return _checked(BOUNCE_ADDRESS.fullmatch(parseaddr(text)[1] or text.strip(" <>")))


def delivery_of_message_id(text: str) -> int | None:
    return _checked(MESSAGE_ID.search(text))


def delivery_of_envelope_id(text: str) -> int | None:
    return _checked(ENVELOPE_ID.fullmatch(text.strip()))


def _checked(match: re.Match[str] | None) -> int | None:
    """The number in a match whose signature is ours; keys that were replaced still count for old mails."""
    if not match:
        return None
    number, given = int(match[1]), match[2].lower()
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(given, signature(number, secret)):
            return number
    return None
