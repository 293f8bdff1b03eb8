"""Requests brought to a state by the services themselves, at fixed moments of one ordinary week."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.people.models import Deputy, Person
from apps.servicedesk import services
from apps.servicedesk.models import Request, Service
from tests.servicedesk import factories as desk

ZONE = ZoneInfo("Asia/Shanghai")


def moment(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """A moment of 2026, by default in November: 23 is a Monday, all of that week are working days."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


MONDAY_NINE, MONDAY_TEN, MONDAY_ELEVEN = moment(23, 9), moment(23, 10), moment(23, 11)


def filed(requester: Person, *, of: Service | None = None, at: datetime = MONDAY_NINE, **fields: object) -> Request:
    """A request handed in at `at` with the usual answers (or `answers`)."""
    answers = fields.pop("answers", desk.ANSWERS)
    request = services.start_draft(actor=requester, service=of or desk.service(**fields), at=at)
    services.save_draft(request=request, actor=requester, answers=answers, at=at)
    return services.submit(request=request, actor=requester, at=at)


def taken(requester: Person, clerk: Person, *, at: datetime = MONDAY_NINE, **fields: object) -> Request:
    """Handed in and taken on at once."""
    return services.take(request=filed(requester, at=at, **fields), actor=clerk, at=at)


def laid_before(requester: Person, clerk: Person, **fields: object) -> tuple[Request, Step]:
    """Taken on, and the approval asked for at ten."""
    request = services.ask_approval(request=taken(requester, clerk, **fields), actor=clerk, at=MONDAY_TEN)
    return request, Step.objects.about(request).get(state=StepState.ASKED)


def completed(requester: Person, clerk: Person, *, at: datetime = MONDAY_TEN, **fields: object) -> Request:
    return services.complete(request=taken(requester, clerk, **fields), actor=clerk, at=at)


def stand_in(deputy: Person, principal: Person, *, scope: str = "all") -> Deputy:
    """`deputy` acts for `principal` all through the year."""
    starts = moment(1, 0, month=1)
    return Deputy.objects.create(
        principal=principal,
        deputy=deputy,
        scope=scope,
        starts_at=starts,
        ends_at=starts + timedelta(days=720),
        created_by=principal,
    )
