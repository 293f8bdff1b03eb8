"""The tasks of a request on its page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property

from apps.core.calendar import office_time
from apps.people.models import Person
from apps.servicedesk.models import Request
from apps.tasks.models import Task


@dataclass
class TaskList:
    """The tasks that `user` sees of `item` and of what was merged into it; an outsider sees the own ones."""

    item: Request
    merged: list[Request]
    user: Person
    at: datetime

    @cached_property
    def rows(self) -> list[Task]:
        """In the order in which they were given (one query, and one for what the person stands in for)."""
        rows = Task.objects.about(self.item, *self.merged).visible_to(self.user)
        found = list(rows.select_related("owner", "given_by"))
        today = office_time().day(self.at) if found else None
        for row in found:
            row.late_now = row.is_late(today)
        return found

    @property
    def open_count(self) -> int:
        return sum(row.is_unfinished for row in self.rows)
