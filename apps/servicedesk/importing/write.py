"""Bring old requests in, a thousand rows at a time: numbers, answers, requests, clocks, history."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from apps.core.calendar import CalendarYearMissing, current_version, working_time
from apps.core.enums import ClockKind
from apps.core.models import CalendarVersion, NumberSeries
from apps.core.numbers import issue_numbers
from apps.imports.enums import Verdict
from apps.imports.models import Batch, Row
from apps.imports.roster.known import chunks
from apps.imports.targets import Progress
from apps.journal.models import Entry
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet
from apps.servicedesk.clock import read_clock
from apps.servicedesk.enums import CLOSED_STATES, RequestState
from apps.servicedesk.models import ClockEntry, ImportedRequest, Request, RequestText, Service
from apps.servicedesk.models.imported import fold_number
from apps.servicedesk.request_text import texts_of

CHUNK = 1_000
SERIES = "imported-request"
MARK = "imported"  # the reason of every clock line that a file gave
VERB = "request_imported"


def write_rows(batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress) -> None:
    """Write CREATED rows; sets their object_id, and the number in `after`."""
    names = {"zh-hant": "匯入的申請", "zh-hans": "导入的申请", "en": "imported requests"}
    NumberSeries.objects.get_or_create(code=SERIES, defaults={"pattern": "OLD{year}-{number:05d}", "name": names})
    services = {row.pk: row for row in Service.objects.select_related("unit")}
    calendars = {code: current_version(code) for code in {row.calendar_code for row in services.values()}}
    done = 0
    for part in chunks([row for row in rows if row.verdict == Verdict.CREATED], CHUNK):
        write_part(batch, part, services, calendars, actor=actor, at=at)
        done += len(part)
        progress(done)


def write_part(
    batch: Batch,
    part: Sequence[Row],
    services: dict[int, Service],
    calendars: dict[str, CalendarVersion],
    *,
    actor: Person | None,
    at: datetime,
) -> None:
    units = units_of([row.after["person"] for row in part])
    sets = AnswerSet.objects.bulk_create(
        AnswerSet(form_version_id=row.after["version"], filled_by_id=row.after["person"], answers={}, updated_at=at)
        for row in part
    )
    numbers = issue_numbers(series=SERIES, count=len(part), at=at)
    made = [
        request_of(row, services[row.after["service"]], answer_set, units, number.text, at)
        for row, answer_set, number in zip(part, sets, numbers, strict=True)
    ]
    for request in made:
        request.calendar_version = calendars[request.service.calendar_code]
    lines = [clock_of(request, at) for request in made]
    for request, entries in zip(made, lines, strict=True):
        project(request, entries)
    for row, request in zip(part, Request.objects.bulk_create(made), strict=True):
        row.object_id, row.after["number"] = request.pk, request.number
    ClockEntry.objects.bulk_create(entry for entries in lines for entry in entries)
    ImportedRequest.objects.bulk_create(mark_of(row, batch) for row in part)
    RequestText.objects.bulk_create(words_of(request) for request in made)
    write_history(part, batch, VERB, actor=actor, at=at)


def units_of(people: Sequence[int]) -> dict[int, int | None]:
    """The main unit of each (one query): `main_unit` would ask for each person."""
    with_posts = Person.objects.filter(pk__in=people).with_shown_posts()
    return {person.pk: person.main_unit.pk if person.main_unit else None for person in with_posts}


def request_of(
    row: Row, service: Service, answer_set: AnswerSet, units: dict[int, int | None], number: str, at: datetime
) -> Request:
    """The request as the file tells it. The requester is the one who filed it, whoever brings the file in. What is open
    is looked at by the rules of its service within a minute, as after every start of a clock.
    """
    after, submitted = row.after, datetime.fromisoformat(row.after["submitted"])
    closed = datetime.fromisoformat(after["closed"]) if after["closed"] else None
    return Request(
        number=number,
        service=service,
        answer_set=answer_set,
        requester_id=after["person"],
        requester_unit_id=units.get(after["person"]),
        filed_by_id=after["person"],
        unit=service.unit,
        handler_id=after["handler"],
        title=after["title"],
        state=after["state"],
        target_minutes=service.target_minutes,
        created_at=submitted,
        submitted_at=submitted,
        last_event_at=closed or at,
        closed_at=closed,
        escalate_at=None if closed else at,
    )


def clock_of(request: Request, at: datetime) -> list[ClockEntry]:
    """What is closed has the file's times; what is open begins to count when it is brought in."""
    if request.state not in CLOSED_STATES:
        return [ClockEntry(request=request, kind=ClockKind.START, at=at, reason=MARK)]
    end = ClockKind.CANCEL if request.state == RequestState.WITHDRAWN else ClockKind.STOP
    return [
        ClockEntry(request=request, kind=ClockKind.START, at=request.submitted_at, reason=MARK),
        ClockEntry(request=request, kind=end, at=request.closed_at, reason=MARK),
    ]


def project(request: Request, entries: Sequence[ClockEntry]) -> None:
    """As `project_clock` does it from a kept ledger. A year that the calendar does not know leaves it empty."""
    try:
        reading = read_clock(entries, working_time(request.calendar_version_id), request.target_minutes)
    except CalendarYearMissing:
        return
    request.due_at, request.used_minutes = reading.due_at, reading.used_minutes
    request.within_target = reading.within_target


def words_of(request: Request) -> RequestText:
    """What is searched of it, as `services.texts` would write it: number and title, there are no answers yet."""
    said, office = texts_of(number=request.number, title=request.title, answers={}, fields=[], messages=[])
    return RequestText(request=request, said=said, office=office)


def mark_of(row: Row, batch: Batch) -> ImportedRequest:
    return ImportedRequest(
        request_id=row.object_id,
        batch=batch,
        old_number=row.values["old_number"],
        folded=fold_number(row.values["old_number"]),
        old_state=row.values["state"],
        details=row.values.get("details", ""),
    )


def write_history(rows: Sequence[Row], batch: Batch, verb: str, *, actor: Person | None, at: datetime) -> None:
    """One line for each request, as `journal.services.record` would write it."""
    kind = ContentType.objects.get_for_model(Request)
    Entry.objects.bulk_create(
        (
            Entry(
                at=at,
                actor=actor,
                verb=verb,
                subject_type=kind,
                subject_id=row.object_id,
                changes={"batch": batch.pk, "line": row.line, "old_number": row.values["old_number"]},
            )
            for row in rows
        ),
        batch_size=1000,
    )
