"""A term of requests, written in bulk: rows, clocks, sign-offs, messages and history that agree with each other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from apps.approvals.enums import DECISIONS, StepState
from apps.approvals.models import Step
from apps.approvals.services import Wanted
from apps.core.calendar import WorkingTime, current_version, working_time
from apps.core.enums import ClockKind
from apps.core.models import IssuedNumber, NumberCounter, NumberSeries
from apps.demo.answers import OTHER_NOTE, QUESTIONS, RETURN_NOTES, RETURNED_FIELD, THANKS, answers_for
from apps.demo.people import Cast
from apps.demo.plot import Event, Plot
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person, Post
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.models import AnswerSet, FormVersion
from apps.questionnaires.services import current_version as current_form
from apps.servicedesk.catalogue_enums import StepWho
from apps.servicedesk.clock import read_clock, read_first_answer
from apps.servicedesk.enums import CLOSED_STATES, PAUSED_STATES, RequestState
from apps.servicedesk.models import ClockEntry, Request, RequestMessage, Return, Service, TargetPolicy
from apps.servicedesk.plan import PlannedStep, plan_to_json
from apps.servicedesk.services.approval import USUAL as DIRECTORS
from apps.servicedesk.services.plans import plan_of
from apps.servicedesk.services.targets import policy_of
from apps.servicedesk.sign_off import needed_of

BATCH = 2000
TERM_DAYS = 84
SLOW_ONE_IN = 25
RATED = 0.45
HANDLER_VERBS = ("take", "return", "ask", "ask_approval", "complete")
ANSWERS = ("return", "ask", "approve", "decline", "complete")
WEIGHTS = {"enrolment-certificate": 25, "repair": 20, "seal-use": 10}


@dataclass
class Writer:
    """Everything one batch of requests needs to be written."""

    random: Random
    cast: Cast
    working: WorkingTime
    at: datetime
    calendar_version_id: int
    policies: dict[int, TargetPolicy]
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    series: dict[str, NumberSeries] = field(
        default_factory=lambda: {row.code: row for row in NumberSeries.objects.all()}
    )
    plans: dict[int, list[PlannedStep]] = field(default_factory=dict)
    request_type: ContentType = field(default_factory=lambda: ContentType.objects.get_for_model(Request))

    @cached_property
    def heads(self) -> dict[int, Person]:
        """The head of each unit that has one."""
        rows = Post.objects.current().filter(role=Role.UNIT_HEAD).select_related("person")
        return {row.unit_id: row.person for row in rows}

    def wanted(self, planned: PlannedStep, request: Request) -> Wanted:
        """Whom a step asks, from memory: thousands of requests are written here."""
        if planned.who != StepWho.HEAD:
            return Wanted(planned.name, role=planned.role)
        above = [int(key) for key in request.requester_unit.path.split("/") if key] if request.requester_unit else []
        unit = next((key for key in reversed(above) if key in self.heads), None)
        own = unit and self.heads[unit].pk == request.requester_id
        if unit and not own:
            return Wanted(planned.name, role=Role.UNIT_HEAD, unit_id=unit)
        return Wanted(planned.name, role=Role.LEADER)

    def decider(self, wanted: Wanted) -> Person:
        if wanted.unit_id:
            return self.heads[wanted.unit_id]
        return self.cast.by_login["leader" if wanted.role == Role.LEADER else "director"]


def make_requests(cast: Cast, *, count: int, random: Random, at: datetime) -> int:
    """`count` requests over the last term; gives how many were written."""
    version = current_version()
    services = list(Service.objects.filter(fast_lane=False).select_related("form", "unit").prefetch_related("steps"))
    policies = {service.pk: policy_of(service, at=at - timedelta(days=365)) for service in services}
    writer = Writer(random, cast, working_time(version.pk), at, version.pk, policies)
    writer.plans = {service.pk: plan_of(service) for service in services}
    forms = {service.pk: current_form(service.form) for service in services}
    weights = [WEIGHTS.get(service.code, 1) for service in services]
    moments = sorted(_moments(writer, count))
    for first in range(0, count, BATCH):
        plots = []
        for moment in moments[first : first + BATCH]:
            service = random.choices(services, weights)[0]
            plots.append((service, _live(writer, service, moment)))
        _write(writer, plots, forms)
    _settle_counters(writer)
    return count


def _moments(writer: Writer, count: int) -> Iterator[datetime]:
    """Moments in working time: most in this term, some in the one before, so that periods can be compared."""
    today = writer.working.day(writer.at)
    days = [today - timedelta(days=n) for n in range(2 * TERM_DAYS)]
    working = [day for day in days if writer.working.is_working_day(day)]
    weights = [1 if day > today - timedelta(days=TERM_DAYS) else 0.3 for day in working]
    for day in writer.random.choices(working, weights, k=count):
        opens, closes = writer.random.choice(writer.working.spans(day))
        opens = min(opens, writer.at - timedelta(hours=2))
        moment = opens + (min(closes, writer.at) - opens) * writer.random.random()
        yield moment.replace(second=writer.random.randint(0, 59), microsecond=0)


def _live(writer: Writer, service: Service, moment: datetime) -> list[Event]:
    plot = Plot(writer.random, writer.working, slow=writer.random.randrange(SLOW_ONE_IN) == 0)
    events = plot.draw(moment, needs_approval=bool(writer.plans[service.pk]), target_minutes=service.target_minutes)
    return [event for event in events if event.at <= writer.at]


def _write(writer: Writer, plots: list[tuple[Service, list[Event]]], forms: dict[int, object]) -> None:
    requesters = [_requester(writer, service) for service, _events in plots]
    told = [
        answers_for(service.code, writer.random, fields=_answered_fields(forms[service.pk], events), at=events[0].at)
        for service, events in plots
    ]
    sets = AnswerSet.objects.bulk_create(
        AnswerSet(
            form_version=forms[service.pk],
            filled_by=requester,
            answers=answers,
            updated_at=events[0].at,
        )
        for (service, events), requester, (answers, _title) in zip(plots, requesters, told, strict=True)
    )
    requests = Request.objects.bulk_create(
        _request(writer, service, events, answer_set, title)
        for (service, events), answer_set, (_answers, title) in zip(plots, sets, told, strict=True)
    )
    lives = [(request, events) for request, (_service, events) in zip(requests, plots, strict=True)]
    ClockEntry.objects.bulk_create(line for request, events in lives for line in _ledger(request, events))
    Entry.objects.bulk_create(_entry(writer, *row) for row in _happenings(lives))
    Step.objects.bulk_create(step for request, events in lives for step in _steps(writer, request, events))
    RequestMessage.objects.bulk_create(row for request, events in lives for row in _messages(writer, request, events))
    Return.objects.bulk_create(row for request, events in lives for row in _returns(writer, request, events))


def _answered_fields(version: FormVersion, events: list[Event]) -> list[FieldDefinition]:
    """The person's questions; what is done has the office's part filled in too, as its certificate prints it."""
    is_done = events[-1].state == RequestState.RESOLVED
    return [each for each in read_fields(version) if each.is_for_person or (is_done and each.office_only)]


def _requester(writer: Writer, service: Service) -> Person:
    students = not service.roles or "student" in service.roles
    staff = not service.roles or "staff" in service.roles
    crowd = writer.cast.students if students and (not staff or writer.random.random() < 0.6) else writer.cast.staff
    return writer.random.choice(crowd)


def _request(writer: Writer, service: Service, events: list[Event], answer_set: AnswerSet, title: str) -> Request:
    requester, last, submitted_at = answer_set.filled_by, events[-1], events[0].at
    closed = last.state in CLOSED_STATES
    taken = next((event.at for event in events if event.verb == "take"), None)
    answered = _answered(events)
    promised = {"target_minutes": service.target_minutes, "first_target_minutes": service.first_response_minutes}
    ledger = _ledger(Request(**promised), events)
    reading, first = (
        read_clock(ledger, writer.working, service.target_minutes),
        read_first_answer(ledger, writer.working),
    )
    return Request(
        **promised,
        policy=writer.policies[service.pk],
        first_due_at=first.due_at,
        first_within_target=first.within_target,
        pause_limit_at=last.at + timedelta(days=14) if last.state in PAUSED_STATES else None,
        number=_number(writer, service, submitted_at),
        service=service,
        answer_set=answer_set,
        requester=requester,
        requester_unit=writer.cast.unit_of.get(requester.pk),
        filed_by=requester,
        unit=service.unit,
        handler=writer.random.choice(writer.cast.clerks) if taken else None,
        title=title or str(service),
        plan=plan_to_json(writer.plans[service.pk]),
        product=service.product,
        state=last.state,
        calendar_version_id=writer.calendar_version_id,
        due_at=reading.due_at,
        created_at=submitted_at,
        submitted_at=submitted_at,
        first_response_at=answered,
        first_response_minutes=writer.working.minutes_between(submitted_at, answered) if answered else None,
        last_event_at=last.at,
        closed_at=last.at if closed else None,
        used_minutes=reading.used_minutes,
        within_target=reading.within_target if closed else None,
        return_count=sum(event.verb == "return" for event in events),
        **_rating(writer, last),
    )


def _answered(events: list[Event]) -> datetime | None:
    """When somebody of the office first answered."""
    return next((event.at for event in events[1:] if event.verb in ANSWERS), None)


def _ledger(request: Request, events: list[Event]) -> list[ClockEntry]:
    """The lines of the clock in their order: what the events say, and the first answer."""
    answered = _answered(events)
    lines = [(event.at, event.clock) for event in events if event.clock]
    lines += [(answered, ClockKind.ANSWERED)] if answered else []
    return [
        ClockEntry(
            request=request,
            kind=kind,
            at=at,
            target_minutes=request.target_minutes if kind == ClockKind.START else None,
            first_minutes=request.first_target_minutes if kind == ClockKind.START else None,
            priority=request.priority if kind == ClockKind.START else None,
        )
        for at, kind in sorted(lines, key=lambda line: line[0])
    ]


def _rating(writer: Writer, last: Event) -> dict[str, object]:
    if last.state != RequestState.RESOLVED or writer.random.random() > RATED:
        return {}
    return {
        "rating": writer.random.choices((5, 4, 3, 2), (6, 3, 1, 0.3))[0],
        "rating_note": writer.random.choice(THANKS),
    }


def _number(writer: Writer, service: Service, at: datetime) -> str:
    row = writer.series[service.number_series]
    key = (row.code, timezone.localtime(at).year)
    writer.numbers[key] = writer.numbers.get(key, 0) + 1
    return row.pattern.format(year=key[1], number=writer.numbers[key])


def _settle_counters(writer: Writer) -> None:
    """The ledger and the counters say the same as the requests, so that the next real number follows on."""
    for (code, year), last in writer.numbers.items():
        series = writer.series[code]
        NumberCounter.objects.update_or_create(series=series, year=year, defaults={"last": last})
        IssuedNumber.objects.bulk_create(
            (
                IssuedNumber(
                    series=series,
                    year=year,
                    number=number,
                    text=series.pattern.format(year=year, number=number),
                    issued_at=writer.at,
                )
                for number in range(1, last + 1)
            ),
            batch_size=BATCH,
        )


def _happenings(lives: list[tuple[Request, list[Event]]]) -> Iterator[tuple[Request, Event, str]]:
    for request, events in lives:
        before = RequestState.DRAFT
        for event in events:
            yield request, event, before
            before = event.state


def _entry(writer: Writer, request: Request, event: Event, before: str) -> Entry:
    actor = request.handler if event.verb in HANDLER_VERBS else request.requester
    if event.verb in ("approve", "decline"):
        actor = writer.cast.director
    return Entry(
        at=event.at,
        actor=actor,
        verb=event.verb,
        subject_type=writer.request_type,
        subject_id=request.pk,
        changes={"state": [before, event.state]},
    )


def _steps(writer: Writer, request: Request, events: list[Event]) -> Iterator[Step]:
    """The sign-offs that the plan needs, decided one after the other; a no calls the later ones off."""
    asked = next((event for event in events if event.verb == "ask_approval"), None)
    if asked is None:
        return
    decided = next((event for event in events if event.verb in ("approve", "decline")), None)
    for turn, planned in enumerate(needed_of(request) or [DIRECTORS]):
        state = _state_of(decided, is_first=turn == 0)
        settled = state in DECISIONS
        wanted = writer.wanted(planned, request)
        yield Step(
            subject_type=writer.request_type,
            subject_id=request.pk,
            order=planned.order,
            name=planned.name,
            role=wanted.role,
            unit_id=wanted.unit_id,
            barred=sorted({request.requester_id, request.filed_by_id}),
            state=state,
            asked_at=asked.at if settled or state == StepState.ASKED else None,
            decided_at=decided.at if settled else None,
            decided_by=writer.decider(wanted) if settled else None,
            note="材料不齊，請補齊後重新申請。" if state == StepState.REFUSED else "",
            created_at=asked.at,
        )


def _state_of(decided: Event | None, *, is_first: bool) -> StepState:
    if decided is None:
        return StepState.ASKED if is_first else StepState.WAITING
    if decided.verb == "approve":
        return StepState.APPROVED
    return StepState.REFUSED if is_first else StepState.CANCELLED


def _messages(writer: Writer, request: Request, events: list[Event]) -> Iterator[RequestMessage]:
    for event in events:
        if event.verb == "ask":
            yield RequestMessage(
                request=request, author=request.handler, body=writer.random.choice(QUESTIONS), at=event.at
            )
        elif event.verb == "answer":
            yield RequestMessage(
                request=request, author=request.requester, body="今天下午三點以後都可以。", at=event.at
            )


def _returns(writer: Writer, request: Request, events: list[Event]) -> Iterator[Return]:
    returned = next((event for event in events if event.verb == "return"), None)
    if returned is None:
        return
    corrected = next((event.at for event in events if event.verb == "correct"), None)
    yield Return(
        request=request,
        fields=[RETURNED_FIELD.get(request.service.code) or next(iter(request.answer_set.answers), "remarks")],
        note=RETURN_NOTES.get(request.service.code, OTHER_NOTE),
        returned_by=request.handler,
        at=returned.at,
        corrected_at=corrected,
        answers_before=request.answer_set.answers,
    )
