"""Who else has a request open, and who is writing: a hint that fades by itself. No lock, no evidence, no record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.people.models import Person

log = structlog.get_logger(__name__)
FADES_AFTER = timedelta(seconds=75)  # two and a half of the page's questions


@dataclass(frozen=True)
class Here:
    person_id: int
    name: str
    writing: bool


def note_presence(request_id: int, person: Person, *, writing: bool, at: datetime) -> list[Here]:
    """Say that this person is here; gives the others. Two at the same moment may miss each other once."""
    key = f"desk:here:{request_id}"
    try:
        known = cache.get(key) or {}
        known = {pk: found for pk, found in known.items() if found[0] > at - FADES_AFTER}
        known[person.pk] = (at, person.name, writing)
        cache.set(key, known, timeout=int(FADES_AFTER.total_seconds()))
    except RedisError:
        log.warning("presence_unknown", request_id=request_id)
        return []
    others = [Here(pk, name, busy) for pk, (_at, name, busy) in known.items() if pk != person.pk]
    return sorted(others, key=lambda each: (not each.writing, each.name))
