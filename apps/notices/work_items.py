"""What notices put on dashboards."""

from datetime import datetime

from apps.core.work_item import WorkItem
from apps.people.models import Person


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    return []
