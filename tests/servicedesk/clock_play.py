"""The people of one request, each verb one service call, and what its two clocks are said to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.models import CalendarVersion
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import OWED_BY_REQUESTER, Priority
from apps.servicedesk.models import Request, Service
from apps.servicedesk.services import caring
from apps.servicedesk.services.consent import note_consent
from apps.servicedesk.services.targets import Promised
from tests.servicedesk import factories as desk

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BY_PRIORITY = {
    Priority.LOW: Promised(480, 1800),
    Priority.HIGH: Promised(120, 450),
    Priority.URGENT: Promised(60, 240),
}


def m(month: int, day: int, hour: int, minute: int = 0, second: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


def nov(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return m(11, day, hour, minute, second)


def berlin(month: int, day: int, hour: int) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=BERLIN)


@dataclass
class Play:
    """One request and the people around it; each verb is one service call at a moment."""

    service: Service
    student: Person
    clerk: Person
    director: Person
    request: Request | None = None

    def filed(self, at: datetime) -> None:
        self.request = self.file_another(at)

    def file_another(self, at: datetime, *, by: Person | None = None) -> Request:
        actor = by or self.student
        draft = services.start_draft(actor=actor, service=self.service, requester=self.student, at=at)
        services.save_draft(request=draft, actor=actor, answers=desk.ANSWERS, at=at)
        if actor != self.student:
            note_consent(request=draft, actor=actor, asked_by="phone")
        return services.submit(request=draft, actor=actor, at=at)

    def filed_at_the_counter(self, at: datetime) -> None:
        self.request = self.file_another(at, by=self.clerk)

    def taken(self, at: datetime) -> None:
        services.take(request=self.request, actor=self.clerk, at=at)

    def asked(self, at: datetime) -> None:
        services.ask_requester(request=self.request, actor=self.clerk, note=f"問 {at}", at=at)

    def answered(self, at: datetime) -> None:
        services.answer(request=self.request, actor=self.student, note=f"答 {at}", at=at)

    def returned(self, at: datetime) -> None:
        services.return_for_correction(
            request=self.request, actor=self.clerk, fields=["purpose"], note=f"改 {at}", at=at
        )

    def corrected(self, at: datetime) -> None:
        answers = {**desk.ANSWERS, "purpose": f"簽證 {at}"}
        services.correct(request=self.request, actor=self.student, answers=answers, at=at)

    def waits(self, at: datetime) -> None:
        until = (at + timedelta(days=5)).date()
        services.wait_for_others(
            request=self.request, actor=self.clerk, party="教務處", expected_on=until, note="等蓋章", at=at
        )

    def resumed(self, at: datetime) -> None:
        services.resume(request=self.request, actor=self.clerk, at=at)

    def noted(self, at: datetime) -> None:
        services.post_message(request=self.request, author=self.clerk, body="內部", internal=True, at=at)

    def said(self, at: datetime) -> None:
        services.post_message(request=self.request, author=self.clerk, body="已收到", at=at)

    def urgent(self, at: datetime) -> None:
        self.set_priority(Priority.URGENT, at)

    def high(self, at: datetime) -> None:
        self.set_priority(Priority.HIGH, at)

    def low(self, at: datetime) -> None:
        self.set_priority(Priority.LOW, at)

    def set_priority(self, priority: int, at: datetime) -> None:
        services.set_priority(request=self.request, actor=self.clerk, priority=priority, note="見信", at=at)

    def due_on_friday(self, at: datetime) -> None:
        services.set_due(request=self.request, actor=self.director, due_at=nov(27, 16), reason="會議", at=at)

    def laid_before(self, at: datetime) -> None:
        services.ask_approval(request=self.request, actor=self.clerk, at=at)

    def approved(self, at: datetime) -> None:
        self.decide(StepState.APPROVED, at)

    def declined(self, at: datetime) -> None:
        self.decide(StepState.REFUSED, at)

    def decide(self, decision: StepState, at: datetime) -> None:
        step = Step.objects.about(self.request).get(state=StepState.ASKED)
        services.decide_approval(step_id=step.pk, actor=self.director, decision=decision, note="見附件", at=at)

    def completed(self, at: datetime) -> None:
        services.complete(request=self.request, actor=self.clerk, at=at)

    def withdrawn(self, at: datetime) -> None:
        services.withdraw(request=self.request, actor=self.student, note="不用了", at=at)

    def reopened(self, at: datetime) -> None:
        services.reopen(request=self.request, actor=self.student, note="名字錯了", at=at)

    def lapsed(self, at: datetime) -> None:
        assert caring.lapse(self.request.pk, Request.objects.filter(state__in=OWED_BY_REQUESTER), at)

    def policy_changed(self, at: datetime) -> None:
        Service.objects.filter(pk=self.service.pk).update(target_minutes=60, first_response_minutes=30)
        self.service.refresh_from_db()
        rows = {Priority.HIGH: Promised(15, 90)}
        services.save_targets(service=self.service, rows=rows, actor=self.director, known=1, at=at)

    def calendar_changed(self, at: datetime) -> None:
        """From now on the office works on Mondays from ten to eleven."""
        version = self.request.calendar_version
        CalendarVersion.objects.create(
            calendar=version.calendar,
            number=version.number + 1,
            weekly={"0": [["10:00", "11:00"]]},
            created_at=at,
        )


@dataclass(frozen=True)
class First:
    """The promise of a first answer: due, used and left minutes, outcome, minutes as the report counts them."""

    due: datetime | None
    used: int
    left: int
    outcome: str
    minutes: int | None = None

    @property
    def within(self) -> bool | None:
        return {"met": True, "missed": False}.get(self.outcome)


@dataclass(frozen=True)
class Whole:
    """The promise of completion, and every stretch (kind, working minutes)."""

    due: datetime | None
    used: int
    left: int
    outcome: str
    stretches: Sequence[tuple[str, int]]

    @property
    def within(self) -> bool | None:
        return {"met": True, "missed": False}.get(self.outcome)
