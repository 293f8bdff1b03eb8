"""How much a token may ask: calls a minute, and how large a body may be."""

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.core.clock import now
from apps.interfaces.api.problems import Problem
from apps.interfaces.models import Token

log = structlog.get_logger(__name__)
WINDOW = 60  # seconds
BODY_BYTES = 2**20  # of a call that is no upload
FORM_BYTES = 2**20  # around the file of an upload


@dataclass(frozen=True)
class Allowance:
    """What is left in this minute."""

    limit: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={max(self.left, 0)};t={self.seconds}',
        }


def count_call(token: Token) -> Allowance:
    """One call more of this token. Without Redis nothing is counted: the limit protects, it decides no right."""
    moment, limit = int(now().timestamp()), settings.API_CALLS_A_MINUTE
    key = f"api:calls:{token.pk}:{moment // WINDOW}"
    try:
        cache.add(key, 0, 2 * WINDOW)
        used = cache.incr(key)
    except (RedisError, ValueError) as error:
        log.warning("calls_not_counted", error=type(error).__name__)
        used = 0
    return Allowance(limit, limit - used, WINDOW - moment % WINDOW)


def check_allowance(allowance: Allowance) -> None:
    """Raises Problem (429)."""
    if allowance.left < 0:
        words = _("This token may make %(limit)d calls a minute. Wait %(seconds)d seconds.")
        raise Problem(
            429,
            words % {"limit": allowance.limit, "seconds": allowance.seconds},
            headers={"Retry-After": str(allowance.seconds)},
        )
