"""Access tokens of chat services: fetched when needed, kept while they last, fetched anew when the service refuses
one.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.delivery.channels.http import LineBroke, Reply, call_api
from apps.delivery.smtp import RelayAway

EARLY = 120.0  # seconds before its end a token is not used any more


@dataclass(frozen=True)
class Account:
    """`token_path` answers `access_token` and `expires_in` (seconds) to `token_params`."""

    url: str
    token_path: str
    token_params: tuple[tuple[str, str], ...]


# Each process keeps its own; WeCom and DingTalk give the same token again while it lasts.
_tokens: dict[Account, tuple[str, float]] = {}


def token_of(account: Account) -> str:
    """Raises RelayAway: without a token nothing can be handed over."""
    token, until = _tokens.get(account, ("", 0.0))
    if token and time.monotonic() < until:
        return token
    try:
        reply = call_api("GET", account.url + account.token_path, params=dict(account.token_params))
    except LineBroke as error:
        raise RelayAway(f"token: {error}") from error
    token = str(reply.data.get("access_token") or "")
    if reply.code or not token:
        raise RelayAway(f"token: {reply.text}")
    _tokens[account] = token, time.monotonic() + float(reply.data.get("expires_in", 0)) - EARLY
    return token


def forget_token(account: Account) -> None:
    _tokens.pop(account, None)


def post_signed_in(
    account: Account, path: str, body: Mapping[str, object], *, is_stale: Callable[[Reply], bool]
) -> Reply:
    """POST with the account's token; once more with a new one when the service calls the first stale. Raises RelayAway
    and LineBroke.
    """
    for _try in range(2):
        reply = call_api("POST", account.url + path, params={"access_token": token_of(account)}, body=body)
        if not is_stale(reply):
            return reply
        forget_token(account)
    raise RelayAway(f"token: {reply.text}")
