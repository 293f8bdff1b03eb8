"""One call to a service: whether it was sent at all, whether an answer came, and what it says.

Each call opens its own connection: on a kept one that went stale nobody could tell whether the service had got it.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from apps.core.clock import now
from apps.delivery.smtp import RelayAway

ANSWER_BYTES = 512 * 2**10
BUSY = (429, 503)
MOST_WAIT = 24 * 3600  # seconds


class LineBroke(Exception):
    """The request may have arrived; no answer that can be read came back."""


@dataclass(frozen=True)
class Reply:
    status: int
    data: dict[str, object]
    raw: bytes
    wait: int = 0  # seconds of Retry-After

    @property
    def code(self) -> int:
        """`errcode` of WeCom and DingTalk, `code` of Feishu; 0 is good."""
        found = self.data.get("errcode", self.data.get("code", self.data.get("StatusCode", 0)))
        return int(found) if str(found).lstrip("-").isdigit() else -1

    @property
    def text(self) -> str:
        return " ".join(self.raw[:1200].decode("utf-8", "replace").split())[:300]


def call_api(
    method: str,
    url: str,
    *,
    params: Mapping[str, object] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A call that must answer 200 with a JSON object. Raises RelayAway (nothing was handed over) and LineBroke."""
    reply = call(method, url, params=params, body=body, headers=headers)
    if reply.status in BUSY or 400 <= reply.status < 500:
        raise RelayAway(f"http: {reply.status} {reply.text}")
    if reply.status != 200 or not reply.data:
        raise LineBroke(f"{reply.status} {reply.text}")
    return reply


def call(
    method: str,
    url: str,
    *,
    params: Mapping[str, object] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Any answer with its status. `body` is bytes, or becomes JSON. Redirects are not followed: they could lead
    anywhere.
    """
    content = body if isinstance(body, bytes) or body is None else json.dumps(body, ensure_ascii=False).encode()
    try:
        with requests.request(
            method,
            url,
            params=params,
            data=content,
            headers={"Content-Type": "application/json", **(headers or {})},
            timeout=settings.CHANNEL_TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            raw = answer.raw.read(ANSWER_BYTES, decode_content=True)
            return Reply(answer.status_code, as_object(raw), raw, seconds_in(answer.headers.get("Retry-After", "")))
    except (requests.RequestException, HTTPError, OSError) as error:
        if before_sending(error):
            raise RelayAway(f"connect: {type(error).__name__}") from error
        raise LineBroke(type(error).__name__) from error


def before_sending(error: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have arrived."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    inner = reason.args[-1] if isinstance(reason, Exception) and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(inner, ssl.SSLCertVerificationError)


def seconds_in(retry_after: str) -> int:
    """How long to wait: the header gives seconds or a date; 0 for anything else."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(int(retry_after[:9]), MOST_WAIT)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    return min(max(int(until.timestamp() - now().timestamp()), 0), MOST_WAIT)


def as_object(raw: bytes) -> dict[str, object]:
    """The JSON object in an answer; {} for anything else."""
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
