"""Not more mails a minute to one domain than the settings allow: a token bucket in each sending process."""

import time

from django.conf import settings

BURST_SECONDS = 10


class Pace:
    """`wait(domain)` takes a token and gives 0.0, or gives the seconds until there is one again."""

    def __init__(self, per_minute: int | None = None) -> None:
        rate = settings.MAIL_PER_DOMAIN_A_MINUTE if per_minute is None else per_minute
        self.per_second = rate / 60
        self.most = max(self.per_second * BURST_SECONDS, 1.0)
        self.buckets: dict[str, tuple[float, float]] = {}

    def wait(self, domain: str, at: float | None = None) -> float:
        if not self.per_second:
            return 0.0
        at = time.monotonic() if at is None else at
        tokens, since = self.buckets.get(domain, (self.most, at))
        tokens = min(self.most, tokens + (at - since) * self.per_second)
        if tokens >= 1:
            self.buckets[domain] = (tokens - 1, at)
            return 0.0
        self.buckets[domain] = (tokens, at)
        return (1 - tokens) / self.per_second
