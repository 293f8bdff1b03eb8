"""The promises of a request on its page: first answer, for whom the office waits, how long it can be opened again."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from apps.core.calendar import CalendarYearMissing, working_time
from apps.people.models import Person
from apps.servicedesk.enums import MOVES, RequestState
from apps.servicedesk.models import Request, ThirdPartyWait
from apps.servicedesk.reopening import reopen_until
from apps.servicedesk.services.waiting import open_wait_of


@dataclass
class ClockPanel:
    item: Request
    user: Person
    at: datetime

    @cached_property
    def wait(self) -> ThirdPartyWait | None:
        """For whom the office waits, outside of it."""
        return open_wait_of(self.item) if self.item.state == RequestState.WAITING_THIRD else None

    @property
    def first_answer_by(self) -> datetime | None:
        """Until when the first answer is promised, as long as it is owed."""
        item = self.item
        return item.first_due_at if item.is_running and item.first_response_at is None else None

    @property
    def first_answer_is_late(self) -> bool:
        return bool(self.first_answer_by and self.first_answer_by < self.at)

    @cached_property
    def reopen_until(self) -> date | None:
        """The last day on which it can be opened again; empty once it is final."""
        if self.item.closed_at is None or self.item.state not in MOVES["reopen"].sources:
            return None
        try:
            last = reopen_until(self.item)
            return last if working_time(self.item.calendar_version_id).day(self.at) <= last else None
        except CalendarYearMissing:
            return None
