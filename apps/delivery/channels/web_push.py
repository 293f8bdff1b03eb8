"""The cryptography of browser notifications: our key (VAPID, RFC 8292), the browser's keys (RFC 8291), and which
addresses are taken for push services at all.
"""

import base64
import re
from datetime import datetime, timedelta

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

TOKEN_LASTS = timedelta(hours=12)  # push services refuse more than a day, and clocks differ
# No port, no user, nothing that two parsers could read in two ways.
ENDPOINT = re.compile(r"https://((?:[a-z0-9-]+\.)+[a-z0-9-]+)(/[A-Za-z0-9_.~:/?=&%+-]{1,900})")
AUTH_BYTES = 16


def host_of(endpoint: str) -> str:
    """The host of a push service that the settings allow; "" for any other address."""
    found = ENDPOINT.fullmatch(endpoint)
    return found[1] if found and any(fits(found[1], pattern) for pattern in settings.WEB_PUSH["hosts"]) else ""


def fits(host: str, pattern: str) -> bool:
    """`*.example.org` means every host below example.org."""
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def address_of(endpoint: str) -> str:
    """Where an allowed endpoint is really called."""
    path = ENDPOINT.fullmatch(endpoint)[2]
    return settings.PUSH_STAND_IN + path if settings.PUSH_STAND_IN else endpoint


def are_keys(p256dh: str, auth: str) -> bool:
    """A point of the curve P-256, and 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(p256dh))
        return len(decode(auth)) == AUTH_BYTES
    except ValueError:
        return False


def encrypt(content: bytes, p256dh: str, auth: str) -> bytes:
    """For this browser's eyes alone; the push service between sees its length."""
    ours = ec.generate_private_key(ec.SECP256R1())
    return http_ece.encrypt(content, private_key=ours, dh=decode(p256dh), auth_secret=decode(auth), version="aes128gcm")


def authorization(endpoint: str, at: datetime) -> str:
    """The header by which a push service knows who pushes. Its subject must be a real address: Apple refuses others."""
    claims = {
        "aud": f"https://{ENDPOINT.fullmatch(endpoint)[1]}",
        "exp": int((at + TOKEN_LASTS).timestamp()),
        "sub": settings.WEB_PUSH["subject"] or f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    return f"vapid t={jwt.encode(claims, private_key(), algorithm='ES256')}, k={public_key()}"


def private_key() -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(decode(settings.WEB_PUSH["private_key"]))
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key() -> str:
    """As browsers want it (applicationServerKey); "" where no key is set."""
    return point(private_key().public_key()) if settings.WEB_PUSH["private_key"] else ""


def new_key() -> str:
    """A private key for the settings."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encode(number.to_bytes(32))


def point(key: ec.EllipticCurvePublicKey) -> str:
    return encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
