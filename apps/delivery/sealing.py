"""Secrets of others that we must use again: encrypted with a key that follows from SECRET_KEY, never shown."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

SALT = b"apps.delivery.sealing:"


class UnableToUnseal(Exception):
    """It was sealed with a key that is not among the present ones."""


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Raises UnableToUnseal. Keys in SECRET_KEY_FALLBACKS still open what they sealed."""
    try:
        return _keys().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as error:
        raise UnableToUnseal from error


def _keys() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(SALT + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
