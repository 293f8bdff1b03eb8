"""Secrets and signatures as the Standard Webhooks specification has them."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from apps.delivery.sealing import unseal
from apps.interfaces.models import Subscription

MARK = "whsec_"
OLD_LASTS = timedelta(hours=24)


def new_secret() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, key: str, stamp: int, body: bytes) -> str:
    """Of id, time and body together: neither can be taken from another call."""
    raw = base64.b64decode(secret.removeprefix(MARK))
    digest = hmac.new(raw, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(subscription: Subscription, *, key: str, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers of a call; while a secret is being changed, signed by both. Raises UnableToUnseal."""
    stamp, known = int(at.timestamp()), [unseal(subscription.sealed_secret)]
    if subscription.sealed_old and subscription.old_until and at < subscription.old_until:
        known.append(unseal(subscription.sealed_old))
    signed = " ".join(signature(secret, key=key, stamp=stamp, body=body) for secret in known)
    return {"webhook-id": key, "webhook-timestamp": str(stamp), "webhook-signature": signed}
