"""Slow down guessing at public links."""

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
TRIES, SECONDS = 50, 300


def too_many_tries(request: HttpRequest, *, what: str) -> bool:
    """Did this network address try over 50 times in five minutes? Without Redis: no; links are 256 random bits."""
    key = f"tries:{what}:{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, SECONDS)
        return cache.incr(key) > TRIES
    except (RedisError, ValueError) as error:  # ValueError: the count ran out between the two calls
        log.warning("tries_not_counted", what=what, error=type(error).__name__)
        return False
