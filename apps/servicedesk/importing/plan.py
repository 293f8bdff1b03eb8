"""Judge rows of old requests: each by itself, against each other, and against what the portal knows. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Upper
from django.utils import timezone

from apps.imports.enums import Verdict
from apps.imports.models import Row
from apps.imports.roster.known import chunks
from apps.imports.targets import Problem
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person
from apps.questionnaires.models import FormVersion
from apps.servicedesk.enums import CLOSED_STATES, RequestState
from apps.servicedesk.importing.columns import read_moment, read_state
from apps.servicedesk.models import ImportedRequest, Service
from apps.servicedesk.models.imported import fold_number

LONGEST = {"old_number": 80, "title": 200, "details": 4000, "state": 60}
NEEDED = ("old_number", "person", "service", "state", "submitted")
CHUNK = 5_000


def check_row(values: dict[str, str]) -> list[Problem]:
    """Every problem of the row by itself."""
    found = [Problem(key, "needed", {}) for key in NEEDED if not values.get(key)]
    found += [
        Problem(key, "too_long", {"most": most}) for key, most in LONGEST.items() if len(values.get(key, "")) > most
    ]
    found += [Problem(key, "control", {}) for key, value in values.items() if "\x00" in value]
    if values.get("state") and read_state(values["state"]) is None:
        found.append(Problem("state", "unknown_state", {"value": values["state"][:60]}))
    found += [
        Problem(key, "no_moment", {"value": values[key][:60]})
        for key in ("submitted", "closed")
        if values.get(key) and read_moment(values[key]) is None
    ]
    return found or check_times(values)


def check_times(values: dict[str, str]) -> list[Problem]:
    """What is closed says when, and that lies after the filing."""
    submitted, closed = read_moment(values["submitted"]), read_moment(values.get("closed", ""))
    is_closed = read_state(values["state"]) in CLOSED_STATES
    if is_closed and closed is None:
        return [Problem("closed", "closed_when", {})]
    same_day = values.get("closed", "").strip()[:10] == values["submitted"].strip()[:10]  # one may lack the hour
    if is_closed and submitted and closed and closed < submitted and not same_day:
        return [Problem("closed", "closed_before", {})]
    return []


@dataclass
class Known:
    """What the portal knows about the people, services and old numbers of a file."""

    people: dict[str, Person]
    handlers: dict[str, Person]
    services: dict[str, Service]
    versions: dict[int, FormVersion]
    old: dict[str, ImportedRequest]


def plan_rows(rows: Sequence[Row], *, at: datetime) -> dict[str, object]:
    """Set verdict, object_id, problems, before and after of each row. Gives figures by state and service."""
    rest = [row for row in rows if not row.verdict]
    known = known_of(rest)
    seen: dict[str, Row] = {}
    for row in rest:
        judge(row, known, seen, at)
    made = [row.after for row in rest if row.verdict == Verdict.CREATED]
    return {
        "open": sum(after["state"] not in CLOSED_STATES for after in made),
        "closed": sum(after["state"] in CLOSED_STATES for after in made),
    }


def known_of(rows: Sequence[Row]) -> Known:
    """A query for each 5,000 people and old numbers, and a few for the catalogue."""
    numbers = {row.values.get(key, "").upper() for row in rows for key in ("person", "handler")} - {""}
    people: dict[str, Person] = {}
    for part in chunks(numbers, CHUNK):
        found = Person.objects.annotate(capitals=Upper("number")).filter(capitals__in=part).defer("password")
        people |= {person.number.upper(): person for person in found}
    old: dict[str, ImportedRequest] = {}
    for part in chunks({fold_number(row.values.get("old_number", "")) for row in rows}, CHUNK):
        found = ImportedRequest.objects.filter(folded__in=part).select_related("request")
        old |= {row.folded: row for row in found}
    services = list(Service.objects.select_related("form", "unit"))
    latest = FormVersion.objects.order_by("form", "-number").distinct("form")
    with_role = Person.objects.with_role(*HANDLER_ROLES).filter(pk__in=[person.pk for person in people.values()])
    handlers = set(with_role.values_list("pk", flat=True))
    return Known(
        people=people,
        handlers={number: person for number, person in people.items() if person.pk in handlers},
        services=by_word(services),
        versions={version.form_id: version for version in latest},
        old=old,
    )


def by_word(services: Iterable[Service]) -> dict[str, Service]:
    """A service by its code, and by its name in any language where no other has it."""
    found: dict[str, Service] = {}
    doubled: set[str] = set()
    for service in services:
        for name in {str(word).strip().lower() for word in service.name.values()}:
            if name in found:
                doubled.add(name)
            found[name] = service
    for name in doubled:
        del found[name]
    return found | {service.code.lower(): service for service in services}


def judge(row: Row, known: Known, seen: dict[str, Row], at: datetime) -> None:
    folded = fold_number(row.values["old_number"])
    first = seen.setdefault(folded, row)
    if first is not row:
        return refuse(row, Problem("old_number", "same_old_number", {"line": first.line}))
    person = known.people.get(row.values["person"].upper())
    if person is None:
        return refuse(row, Problem("person", "no_person", {"value": row.values["person"][:60]}))
    service = known.services.get(row.values["service"].lower())
    if service is None:
        return refuse(row, Problem("service", "no_service", {"value": row.values["service"][:60]}))
    if service.form_id not in known.versions:
        return refuse(row, Problem("service", "no_form", {"value": row.values["service"][:60]}))
    submitted = read_moment(row.values["submitted"])
    if submitted is None or submitted > at:
        return refuse(row, Problem("submitted", "in_future", {}))
    if there := known.old.get(folded):
        return judge_known(row, there, person, service)
    return describe(row, known, person, service, submitted, at)


def judge_known(row: Row, there: ImportedRequest, person: Person, service: Service) -> None:
    """The same old number again: harmless where it is the same request."""
    if (there.request.requester_id, there.request.service_id) != (person.pk, service.pk):
        return refuse(row, Problem("old_number", "other_request", {"number": there.request.number}))
    row.verdict, row.object_id = Verdict.UNCHANGED, there.request_id
    return None


def describe(row: Row, known: Known, person: Person, service: Service, submitted: datetime, at: datetime) -> None:
    """What would be made of the row."""
    values, state = row.values, read_state(row.values["state"])
    handler = known.handlers.get(values.get("handler", "").upper())
    if values.get("handler") and handler is None:
        problem = Problem("handler", "no_handler", {"value": values["handler"][:60]}, refuses=False)
        row.problems.append(problem.as_json())
    if state == RequestState.SUBMITTED and handler:
        state = RequestState.IN_PROGRESS
    closed = read_moment(values.get("closed", "")) if state in CLOSED_STATES else None
    if closed and closed > at:
        return refuse(row, Problem("closed", "in_future", {}))
    row.before, row.verdict = {}, Verdict.CREATED
    row.after = {
        "person": person.pk,
        "service": service.pk,
        "version": known.versions[service.form_id].pk,
        "handler": handler.pk if handler else None,
        "state": str(state),
        "title": values.get("title") or str(service),
        "submitted": submitted.isoformat(),
        "closed": timezone.localtime(max(closed, submitted)).isoformat() if closed else None,
    }
    return None


def refuse(row: Row, problem: Problem) -> None:
    row.problems.append(problem.as_json())
    row.verdict = Verdict.REFUSED
