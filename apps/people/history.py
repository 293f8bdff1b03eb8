"""Tell those above what happened here. People lie below the journal, so they cannot call it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.dispatch import Signal

from apps.core.clock import now
from apps.people.models import Person

# Sent in the transaction of the change with `actor`, `verb`, `obj`, `changes`, `note`, `at`. The one receiver is the
# journal, which writes an entry; a failure there fails the change.
changed = Signal()


def tell(
    *,
    actor: Person | None,
    verb: str,
    obj: models.Model,
    changes: Mapping[str, object] | None = None,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Have one line of history written about `obj`, as journal.services.record does."""
    changed.send(
        sender=type(obj), actor=actor, verb=verb, obj=obj, changes=dict(changes or {}), note=note, at=at or now()
    )
