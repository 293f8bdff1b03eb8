"""Targets by priority, rules, care and retention of the demo's services, and a few requests that use them."""

from datetime import date, datetime, timedelta

from apps.core.calendar import CalendarYearMissing, office_time
from apps.demo.people import Cast
from apps.servicedesk import services
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Priority, Promise, RequestState
from apps.servicedesk.models import Request, Service, ServiceCare
from apps.servicedesk.services.caring import save_care
from apps.servicedesk.services.escalating import add_rule
from apps.servicedesk.services.holding import place_hold, retention_of, save_retention
from apps.servicedesk.services.targets import Promised, newest_policy

CARE = {
    "pause_days": 10,
    "handler_days": 3,
    "director_days": 6,
    "requester_days": 5,
    "lapse_days": None,
    "urges_per_week": 3,
}
RULES = (
    {"promise": Promise.FIRST, "when": EscalationWhen.BEFORE, "amount": 60, "to": EscalationTo.HANDLER},
    {"promise": Promise.COMPLETION, "when": EscalationWhen.USED, "amount": 75, "to": EscalationTo.HANDLER},
    {"promise": Promise.COMPLETION, "when": EscalationWhen.AFTER, "amount": 450, "to": EscalationTo.DIRECTOR},
)
PARTIES = ("教務處", "維修公司", "圖書館")
FIVE_YEARS = 1826


def make_promises(cast: Cast, *, at: datetime) -> int:
    """Gives how many services have targets by priority now."""
    rows = list(Service.objects.order_by("order", "pk"))
    for service in rows:
        promise(service, cast, at)
    wait_for_some(cast, at)
    first = Request.objects.filter(closed_at__isnull=False).order_by("pk").first()
    if first:
        place_hold(actor=cast.director, request=first, reason="信訪調查，材料暫不移除。", at=at)
    return len(rows)


def promise(service: Service, cast: Cast, at: datetime) -> None:
    """High takes half the time, urgent a quarter, low twice as long."""
    first, whole = service.first_response_minutes, service.target_minutes
    targets = {
        Priority.LOW: Promised(first * 2, whole * 2),
        Priority.HIGH: Promised(max(first // 2, 15), max(whole // 2, 15)),
        Priority.URGENT: Promised(max(first // 4, 15), max(whole // 4, 15)),
    }
    policy = newest_policy(service)
    known = policy.number if policy else 0
    services.save_targets(service=service, rows=targets, actor=cast.director, known=known, at=at)
    if not ServiceCare.objects.filter(service=service).exists():
        save_care(service=service, values=CARE, actor=cast.director, known=0)
    for values in RULES:
        add_rule(service=service, actor=cast.director, at=at, person=None, **values)
    if retention_of(service).pk is None:
        save_retention(service=service, days=FIVE_YEARS, actor=cast.director, known=0)


def wait_for_some(cast: Cast, at: datetime) -> None:
    """Some of what is in hand waits outside the office, some is pressing."""
    rows = list(Request.objects.filter(state=RequestState.IN_PROGRESS, handler__isnull=False).order_by("-pk")[:6])
    for number, row in enumerate(rows):
        if number % 2:
            services.set_priority(
                request=row, actor=row.handler, priority=Priority.HIGH, note="申請人下週出行，提前辦理。", at=at
            )
            continue
        party = PARTIES[number // 2]
        services.wait_for_others(
            request=row,
            actor=row.handler,
            party=party,
            expected_on=follow_up_day(at),
            note=f"已轉{party}，等對方回覆後繼續辦理。",
            at=at,
        )


def follow_up_day(at: datetime) -> date:
    working = office_time()
    try:
        return working.next_working_day(working.day(at), 3)
    except CalendarYearMissing:
        return (at + timedelta(days=4)).date()
