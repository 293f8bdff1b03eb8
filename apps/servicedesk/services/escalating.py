"""Rules that speak up before and after a promise is due. Nothing of the request changes by them: they only tell.

A request whose clock moved is looked at within a minute (`escalate_at`); what is due then is written down, once for
each rule and due time, and the next moment is kept. Telling is grouped: one message a day to a person; urgent requests,
and at night those that are worked on at night, at once. A late worker writes no “before” when the due time is over.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time, working_time
from apps.core.clock import now
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.clock import Counter, count_entries, count_first_answer
from apps.servicedesk.enums import RUNNING_STATES, EscalationTo, EscalationWhen, Priority, Promise
from apps.servicedesk.models import (
    Escalation,
    EscalationDay,
    EscalationRule,
    EscalationWord,
    Request,
    Service,
)
from apps.servicedesk.services.moving import ledger
from apps.servicedesk.services.telling import directors, holders, owing_side, tell_of_many

LIMIT = 500
UNTIL_DUE = (EscalationWhen.BEFORE, EscalationWhen.USED)
RETRY = timedelta(days=1)
log = structlog.get_logger(__name__)


def escalate(*, at: datetime | None = None, limit: int = LIMIT) -> list[Escalation]:
    """Look at the requests whose moment has come; gives what was written down. Safe to repeat, and beside another
    worker.
    """
    at = at or now()
    rows = Request.objects.filter(escalate_at__lte=at).order_by("escalate_at", "pk")
    rules = standing_rules()
    found: list[Escalation] = []
    for pk in list(rows.values_list("pk", flat=True)[:limit]):
        found += look_at(pk, rules, at)
    return found


def standing_rules() -> dict[int, list[EscalationRule]]:
    """The rules in force, by service (one query)."""
    by_service: dict[int, list[EscalationRule]] = {}
    for rule in EscalationRule.objects.filter(ended_at__isnull=True).select_related("person").order_by("pk"):
        by_service.setdefault(rule.service_id, []).append(rule)
    return by_service


@transaction.atomic
def look_at(pk: int, rules: Mapping[int, Sequence[EscalationRule]], at: datetime) -> list[Escalation]:
    """Write down what is due of one request, and when to look again."""
    rows = Request.objects.select_for_update(of=("self",), skip_locked=True).filter(escalate_at__lte=at, pk=pk)
    row = rows.first()
    if row is None:
        return []
    found, again = [], None
    if row.is_running and row.service_id in rules:
        try:
            found, again = weigh(row, rules[row.service_id], at)
        except CalendarYearMissing as missing:
            log.error("calendar_year_missing", request_id=row.pk, year=missing.year)
            again = at + RETRY
    Request.objects.filter(pk=row.pk).update(escalate_at=again)
    return found


def weigh(row: Request, rules: Iterable[EscalationRule], at: datetime) -> tuple[list[Escalation], datetime | None]:
    """What is due now, and the next moment to look. Raises CalendarYearMissing."""
    counts = counts_of(row)
    found: list[Escalation] = []
    coming: list[datetime] = []
    for rule in rules:
        count = counts[rule.promise]
        if count is None or not count.runs:
            continue
        moment = count.moment_of(threshold(rule, count.target))
        if moment > at:
            coming.append(moment)
        elif rule.when not in UNTIL_DUE or at < count.due_at:
            found += write_down(row, rule, count.due_at, moment, at)
    return found, min(coming, default=None)


def counts_of(row: Request) -> dict[str, Counter | None]:
    """Both promises of a request as they stand (two queries). Raises CalendarYearMissing."""
    entries, working = ledger(row), working_time(row.calendar_version_id)
    return {
        Promise.FIRST: count_first_answer(entries, working),
        Promise.COMPLETION: count_entries(entries, working, row.target_minutes),
    }


def threshold(rule: EscalationRule, target: timedelta) -> timedelta:
    """After how much used working time a rule speaks up."""
    if rule.when == EscalationWhen.USED:
        return target * rule.amount / 100
    minutes = timedelta(minutes=rule.amount)
    if rule.when == EscalationWhen.BEFORE:
        return max(target - minutes, timedelta())
    return target + minutes


def write_down(
    row: Request, rule: EscalationRule, due_at: datetime, passed_at: datetime, at: datetime
) -> list[Escalation]:
    """One line for the rule and this due time, and who is to hear of it; nothing if it stands there already."""
    made, first = Escalation.objects.get_or_create(
        request=row, rule=rule, due_at=due_at, defaults={"passed_at": passed_at, "at": at}
    )
    if not first:
        return []
    people = {person.pk: person for person in audience(rule, row, at) if person.is_active}
    EscalationWord.objects.bulk_create(EscalationWord(escalation=made, person=person) for person in people.values())
    return [made]


def audience(rule: EscalationRule, row: Request, at: datetime) -> list[Person]:
    if rule.to == EscalationTo.HANDLER:
        return owing_side(row, at)
    if rule.to == EscalationTo.CLERKS:
        return holders(Role.CLERK, row) or directors(row)
    if rule.to == EscalationTo.DIRECTOR:
        return directors(row)
    if rule.to == EscalationTo.LEADER:
        return list(Person.objects.active().with_role(Role.LEADER).order_by("pk"))
    return [rule.person] if rule.person.is_office else []


def tell_escalations(*, at: datetime | None = None, limit: int = LIMIT) -> int:
    """One message to each person who is to hear of something and was not told today; urgent requests at once.

    Gives how many messages. Outside office hours only what cannot wait is told: urgent requests, and those whose own
    calendar says that it is working time (day and night, say). The rest is told when the office opens.
    """
    at, words = at or now(), EscalationWord.objects.filter(told_at__isnull=True)
    if is_working(office_time(), at):
        told = EscalationDay.objects.filter(person=OuterRef("person"), day=office_time().day(at))
        due, tell = words.filter(~Exists(told) | Q(escalation__request__priority=Priority.URGENT)), tell_person
    else:
        due, tell = words.filter(cannot_wait(words, at)), tell_at_once
    people = due.order_by("person").values_list("person", flat=True).distinct()[:limit]
    return sum(tell(person, at) for person in list(people))


def is_working(working: WorkingTime, at: datetime) -> bool:
    """A year that the calendar does not know counts as closed."""
    try:
        return working.is_working(at)
    except CalendarYearMissing:
        return False


def cannot_wait(words: QuerySet, at: datetime) -> Q:
    """Of `words`, those about urgent requests and about requests that are worked on at this moment (one query)."""
    calendars = words.order_by().values_list("escalation__request__calendar_version", flat=True).distinct()
    open_now = [key for key in calendars if key and is_working(working_time(key), at)]
    return Q(escalation__request__priority=Priority.URGENT) | Q(escalation__request__calendar_version__in=open_now)


@transaction.atomic
def tell_at_once(person_id: int, at: datetime) -> bool:
    """What cannot wait until the office opens. It is not the one message of the day: the rest is told in the morning
    as ever.
    """
    mine = EscalationWord.objects.filter(person=person_id, told_at__isnull=True)
    alive = still_to_be_told(mine.filter(cannot_wait(mine, at)), at)
    if not alive:
        return False
    EscalationWord.objects.filter(pk__in=[word.pk for word in alive]).update(told_at=at)
    tell_of_many(alive[0].person, [word.escalation for word in alive], at=at)
    return True


def still_to_be_told(rows: QuerySet, at: datetime) -> list[EscalationWord]:
    """Lock `rows`; what is settled meanwhile is dropped."""
    rows = rows.select_for_update(of=("self",)).select_related("person", "escalation__rule")
    words = list(rows.select_related("escalation__request__service").order_by("pk"))
    alive = [word for word in words if still_counts(word.escalation)]
    dropped = [word.pk for word in words if word not in alive]
    EscalationWord.objects.filter(pk__in=dropped).update(told_at=at, dropped=True)
    return alive


@transaction.atomic
def tell_person(person_id: int, at: datetime) -> bool:
    """What waits for one person, in one message; what is settled meanwhile is dropped."""
    alive = still_to_be_told(EscalationWord.objects.filter(person=person_id, told_at__isnull=True), at)
    day = office_time().day(at)
    if EscalationDay.objects.filter(person=person_id, day=day).exists():
        alive = [word for word in alive if word.escalation.request.priority == Priority.URGENT]
    if not alive:
        return False
    EscalationDay.objects.get_or_create(person_id=person_id, day=day)
    EscalationWord.objects.filter(pk__in=[word.pk for word in alive]).update(told_at=at)
    tell_of_many(alive[0].person, [word.escalation for word in alive], at=at)
    return True


def still_counts(escalation: Escalation) -> bool:
    """Does the promise still run towards the same due time?"""
    row = escalation.request
    if escalation.rule.promise == Promise.FIRST:
        return row.is_running and row.first_response_at is None and row.first_due_at == escalation.due_at
    return row.is_running and row.due_at == escalation.due_at


def look_again(service: Service, at: datetime) -> int:
    """The rules of a service changed: its running requests are looked at within a minute."""
    return Request.objects.filter(service=service, state__in=RUNNING_STATES).update(escalate_at=at)


@transaction.atomic
def add_rule(*, service: Service, actor: Person, at: datetime | None = None, **values: object) -> EscalationRule:
    """A new rule counts for all running requests from now on; the very same rule is not made twice."""
    at = at or now()
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    same = EscalationRule.objects.filter(service=service, ended_at__isnull=True, **values).first()
    if same:
        return same
    rule = EscalationRule.objects.create(service=service, made_by=actor, made_at=at, **values)
    look_again(service, at)
    record(actor=actor, verb="rule_added", obj=service, changes={"rule": [None, str(rule)]}, at=at)
    return rule


@transaction.atomic
def end_rule(*, rule: EscalationRule, actor: Person, at: datetime | None = None) -> EscalationRule:
    """The rule speaks up no more; what it said stays on record."""
    at = at or now()
    row = EscalationRule.objects.select_for_update(of=("self",)).select_related("service").get(pk=rule.pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record(actor=actor, verb="rule_ended", obj=row.service, changes={"rule": [str(row), None]}, at=at)
    return row


def speaks_when_due() -> Exists:
    """Has the request's service a rule of its own for what is due or late? (A condition on requests.)"""
    return Exists(
        EscalationRule.objects.filter(
            service=OuterRef("service"),
            promise=Promise.COMPLETION,
            when__in=[EscalationWhen.AT, EscalationWhen.AFTER],
            ended_at__isnull=True,
        )
    )
