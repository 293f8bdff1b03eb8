"""What lower apps tell of themselves becomes history."""

from apps.journal.services import record
from apps.people.history import changed


def write_entry(sender: type, **told: object) -> None:
    """One entry for what the people app told (contract: apps.people.history.changed)."""
    record(**{key: told[key] for key in ("actor", "verb", "obj", "changes", "note", "at")})


def connect() -> None:
    changed.connect(write_entry, dispatch_uid="journal.write_entry")
