"""A browser and the push service of its maker, built from RFC 8188, 8291 and 8292 with nothing of the library that the
portal encrypts with.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.delivery.services import BrowserData
from tests.delivery.standins.server import Asked, StandIn

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/"


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256, of at most one block."""
    pseudo = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(pseudo, info + b"\x01", hashlib.sha256).digest()[:length]


@dataclass
class Browser:
    """What a browser keeps of its subscription, and how it reads a message."""

    name: str
    service: str = ENDPOINT
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def endpoint(self) -> str:
        return self.service + self.name

    @property
    def data(self) -> BrowserData:
        return BrowserData(self.endpoint, encode(self.public), encode(self.auth), "Firefox/145.0 Windows NT 10.0")

    @property
    def form(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": encode(self.public), "auth": encode(self.auth)}

    def read(self, body: bytes) -> dict[str, object]:
        return json.loads(self.decrypt(body))

    def decrypt(self, body: bytes) -> bytes:
        """RFC 8291, one record."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = derive(self.auth, shared, b"WebPush: info\0" + self.public + sender, 32)
        key = derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(salt, secret, b"Content-Encoding: nonce\0", 12)
        content = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert content.endswith(b"\x02"), "the last record"
        return content[:-1]


def claims_of(authorization: str, server_key: str) -> dict[str, object]:
    """Check the signature of "vapid t=…, k=…" as a push service does; gives what it says."""
    scheme, _space, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == server_key
    signed, _dot, signature = parts["t"].rpartition(".")
    raw = decode(signature)
    halves = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    key.verify(utils.encode_dss_signature(*halves), signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, _dot, body = signed.partition(".")
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    return json.loads(decode(body))


class PushService(StandIn):
    """Takes everything: 201, as the services do."""

    def __init__(self) -> None:
        super().__init__(lambda asked: (201, {}))

    @staticmethod
    def path(browser: Browser) -> str:
        return "/" + browser.endpoint.split("/", 3)[3]

    def to(self, browser: Browser) -> list[Asked]:
        return self.asked_for(self.path(browser))

    def answers(self, browser: Browser, *answers: object) -> None:
        self.once(self.path(browser), *answers)
