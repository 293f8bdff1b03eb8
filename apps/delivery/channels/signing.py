"""HMAC-SHA256 over time and body: by it a gateway knows us and we know the gateway."""

import hashlib
import hmac
from datetime import datetime, timedelta

TIMESTAMP, SIGNATURE = "X-Portal-Timestamp", "X-Portal-Signature"
WINDOW = timedelta(minutes=5)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=<hex>` over "<timestamp>.<body>"; the timestamp is seconds since 1970."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def headers(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: sign(secret, timestamp, body)}


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, at: datetime) -> bool:
    """True for a body that who has the secret signed within WINDOW of `at`. Never without a secret."""
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    fresh = abs(at.timestamp() - int(timestamp)) <= WINDOW.total_seconds()
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode()) and fresh
