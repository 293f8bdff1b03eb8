"""Links that show one thing to whoever holds them, without sign-in: drawing, keeping, looking up, and what limits them.

The token is random (128 bits or more), only its SHA-256 is kept, and a wrong, a withdrawn and an absent one get the
same answer. The page goes out through `sealed`, and `too_many_tries` counts the looks of one address.
"""

import hashlib
import io
import re
import secrets

import segno
import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

log = structlog.get_logger(__name__)
TRIES = 60
WINDOW_SECONDS = 600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
TOKEN_BYTES = 16  # 128 bits: as short as a QR code on a slip likes it


def new_token(size: int = TOKEN_BYTES) -> str:
    return secrets.token_urlsafe(size)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Could this be one of ours? Asked before the database is."""
    return bool(TOKEN.fullmatch(text))


def qr_picture(address: str) -> bytes:
    """The address as a QR code (SVG)."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=0, scale=4)
    return picture.getvalue()


def sealed(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by no search engine, and the link is passed on to no other site."""
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def too_many_tries(request: HttpRequest, purpose: str) -> bool:
    """More than TRIES looks from one address in ten minutes? Without Redis nobody is kept out: the token is long
    enough.
    """
    key = f"{purpose}:{client_address(request)}"
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        return cache.incr(key) > TRIES
    except Exception as error:
        log.warning("link_limit_off", purpose=purpose, error=type(error).__name__)
        return False


def client_address(request: HttpRequest) -> str:
    """Who asks; behind proxies the address that the outermost trusted one saw, never one that the visitor claims."""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXY_COUNT and len(passed) >= settings.TRUSTED_PROXY_COUNT:
        return passed[-settings.TRUSTED_PROXY_COUNT]
    return request.META.get("REMOTE_ADDR", "")
