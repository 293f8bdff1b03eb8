"""A call that is sent twice counts once (draft-ietf-httpapi-idempotency-key-header), as `journal.take_form` does it for
forms: the key is taken in the transaction that does the work, so a second sender waits for the first.
"""

import hashlib
import re
from collections.abc import Callable

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from apps.interfaces.api.problems import Problem
from apps.interfaces.models import KeptAnswer

KEY = re.compile(r'"?([\x21\x23-\x7e]{8,120})"?')
LOCK_NOT_AVAILABLE = "55P03"


def once(request: HttpRequest, work: Callable[[], Schema], *, status: int = 200) -> HttpResponse:
    """Do `work` in one transaction and keep its answer for the same call sent again; a refusal keeps nothing.

    Raises Problem: 400 (no key), 409 (the first call is still at work), 422 (the key was used for another call).
    """
    key = key_of(request)
    try:
        with transaction.atomic():
            kept, first = KeptAnswer.objects.get_or_create(
                token=request.auth, key=key, defaults={"fingerprint": fingerprint(request)}
            )
            if not first:
                return again(request, kept)
            told = work()
            kept.status, kept.body = status, told.model_dump_json()
            kept.etag = etag_of(told)
            kept.save(update_fields=["status", "body", "etag"])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Problem(409, _("The same call is still at work. Ask again in a moment."), code="in-progress") from error
    return answered(kept)


def key_of(request: HttpRequest) -> str:
    """The key, with or without the quotes that the draft asks for. Raises Problem (400)."""
    found = KEY.fullmatch(request.headers.get("Idempotency-Key", "").strip())
    if found is None:
        words = _("Send “Idempotency-Key: …” with 8 to 120 signs, a new one for each thing that is to happen.")
        raise Problem(400, words, code="key-needed")
    return found.group(1)


def fingerprint(request: HttpRequest) -> str:
    parts = (request.method or "", request.path, request.headers.get("If-Match", ""))
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()


def again(request: HttpRequest, kept: KeptAnswer) -> HttpResponse:
    if kept.fingerprint != fingerprint(request):
        raise Problem(422, _("This key was used for another call. Take a new one."), code="key-reused")
    response = answered(kept)
    response["Idempotent-Replayed"] = "true"
    return response


def answered(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")
    if kept.etag:
        response["ETag"] = kept.etag
    return response


def etag_of(told: Schema) -> str:
    version = getattr(told, "version", None)
    return f'"{version}"' if version is not None else ""


def version_seen(request: HttpRequest, *, needed: bool = False) -> int | None:
    """The version in If-Match; None when none is named, or any ("*"). Raises Problem (428, 400)."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        if needed:
            raise Problem(428, _("Send “If-Match” with the ETag of what you read, so that nothing newer is lost."))
        return None
    if text == "*":
        return None
    number = text.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Problem(400, _("“If-Match” holds one ETag as it was given."), code="version-unreadable")
    return int(number)
