"""What the service desk shows on a dashboard."""

from datetime import datetime

from apps.core.work_item import WorkItem
from apps.people.models import Person


def for_user(user: Person, *, at: datetime, limit: int = 10) -> list[WorkItem]:
    """What `user` owes, or is owed, among requests."""
    return []
