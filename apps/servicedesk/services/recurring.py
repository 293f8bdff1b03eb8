"""Requests that come again: kept, changed, paused, gone on with, ended; and made when their date has come."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.clock import now
from apps.core.date_rules import MOST_MOVED, Moment
from apps.journal.services import record
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet
from apps.questionnaires.prefill import answers_from
from apps.servicedesk.enums import DateState, RecurrenceState
from apps.servicedesk.models import Recurrence, RecurrenceDate, Request
from apps.servicedesk.rules import can_keep, can_repeat, still_keeps
from apps.servicedesk.services.carrying import without_files
from apps.servicedesk.services.consent import carry_consent
from apps.servicedesk.services.errors import Changed, UnableToFile, UnableToRepeat
from apps.servicedesk.services.filing import save_draft, start_draft, submit
from apps.servicedesk.services.moving import lock
from apps.servicedesk.services.telling import tell_people

log = structlog.get_logger(__name__)
LIMIT = 200
FAILURES = 2  # in a row, after which it is paused
VERB_OF_STATE = {
    RecurrenceState.PAUSED: "pause_repeat",
    RecurrenceState.RUNNING: "resume_repeat",
    RecurrenceState.ENDED: "end_repeat",
}


@transaction.atomic
def repeat(*, request: Request, actor: Person, values: Mapping[str, object], at: datetime | None = None) -> Recurrence:
    """Keep a filed request on dates by a rule (`values`: its columns, as RecurrenceForm gives them). Its answers are
    taken over as they are, without files. Raises PermissionDenied, UnableToRepeat.
    """
    at, row = at or now(), lock(request)
    if not can_repeat(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    before = row.answer_set
    kept = AnswerSet.objects.create(
        form_version=before.form_version, filled_by=actor, updated_at=at, answers=without_files(before)
    )
    made = Recurrence(origin=row, answer_set=kept, kept_by=actor, since=at, created_at=at, **values)
    plan_next(made, office_time(), at)
    made.save()
    record(actor=actor, verb="repeat", obj=row, at=at)
    return made


def lock_recurrence(recurrence: Recurrence, actor: Person) -> Recurrence:
    Recurrence.objects.select_for_update().only("pk").get(pk=recurrence.pk)
    row = Recurrence.objects.select_related("origin__requester", "origin__service", "kept_by").get(pk=recurrence.pk)
    if not can_keep(actor, row):
        raise PermissionDenied(_("This is not yours to do."))
    return row


@transaction.atomic
def change_rule(
    *,
    recurrence: Recurrence,
    actor: Person,
    values: Mapping[str, object],
    version: int | None = None,
    at: datetime | None = None,
) -> Recurrence:
    """Other dates from now on. Raises PermissionDenied, Changed, UnableToRepeat (ended)."""
    at, row = at or now(), lock_recurrence(recurrence, actor)
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    if version is not None and version != row.version:
        raise Changed(row.origin, given=version)
    if row.state == RecurrenceState.ENDED:
        raise UnableToRepeat(_("It has ended; begin a new one from the request."))
    for name, value in values.items():
        setattr(row, name, value)
    row.since, row.version = at, row.version + 1
    plan_next(row, office_time(), at)
    row.save()
    record(actor=actor, verb="change_repeat", obj=row.origin, at=at)
    return row


@transaction.atomic
def set_state(
    *, recurrence: Recurrence, actor: Person, state: RecurrenceState, at: datetime | None = None
) -> Recurrence:
    """Pause, go on or end. Dates that passed in a pause are not made up. The same again changes nothing.

    Raises PermissionDenied, UnableToRepeat (it has ended).
    """
    at, row = at or now(), lock_recurrence(recurrence, actor)
    if row.state == state:
        return row
    if row.state == RecurrenceState.ENDED:
        raise UnableToRepeat(_("It has ended; begin a new one from the request."))
    row.state, row.version = state, row.version + 1
    if state == RecurrenceState.RUNNING:
        row.since = at
        plan_next(row, office_time(), at)
    row.save()
    record(actor=actor, verb=VERB_OF_STATE[state], obj=row.origin, at=at)
    return row


def plan_next(row: Recurrence, working: WorkingTime, after: datetime) -> None:
    """Write when the next date is due; empty when its year is not known; a rule without more dates is over."""
    known = set(row.rows.values_list("date", flat=True)) if row.pk else set()
    try:
        for on in row.dates.dates(working.day(after) - MOST_MOVED):
            moment = counted(row, on, working, after) if on not in known else None
            if moment and moment.publish_at > after:
                row.next_at = moment.publish_at
                return
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", recurrence=row.pk, year=error.year)
        row.next_at = None
        return
    row.next_at, row.state = None, RecurrenceState.ENDED


def counted(row: Recurrence, on: object, working: WorkingTime, after: datetime) -> Moment | None:
    """The date `on` counted; None where it falls on the day of the next one, or lies in a year that is over."""
    try:
        moment = row.dates.moment(on, working)
    except CalendarYearMissing:
        if on.year < working.day(after).year:
            return None
        raise
    return None if moment is None or moment.is_double else moment


def run_recurrences(at: datetime) -> int:
    """Make what is due of every running recurrence; gives how many requests came of it. One that fails stops no
    other.
    """
    made, working = 0, office_time()
    due = Recurrence.objects.filter(Q(next_at__lte=at) | Q(next_at=None), state=RecurrenceState.RUNNING)
    for key in list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:LIMIT]):
        try:
            made += advance(key, working, at)
        except Exception:
            log.exception("recurrence_failed", recurrence=key)
    return made


@transaction.atomic
def advance(key: int, working: WorkingTime, at: datetime) -> int:
    """Under the row's lock, so that a job that runs twice makes each date once. Of dates that went by unseen the last
    is made up; the earlier are written down as missed.
    """
    rows = Recurrence.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key)
    row = rows.select_related("origin__requester", "origin__service", "kept_by", "answer_set__form_version").first()
    if row is None or row.state != RecurrenceState.RUNNING:
        return 0
    due = due_moments(row, working, at)
    for moment in due[:-1]:
        keep(row, moment, DateState.MISSED, at, reason=_("Its time went by; the next date was made instead."))
    made = make(row, due[-1], at) if due else 0
    plan_next(row, working, at)
    row.save(update_fields=["next_at", "state", "version"])
    return made


def due_moments(row: Recurrence, working: WorkingTime, at: datetime) -> list[Moment]:
    """Dates since the recurrence's beginning whose time has come and that have no row, in order. Ends before a year
    that is not known.
    """
    known, found = set(row.rows.values_list("date", flat=True)), []
    try:
        for on in row.dates.dates(working.day(row.since) - MOST_MOVED):
            if on > working.day(at) + MOST_MOVED:
                break
            moment = counted(row, on, working, row.since) if on not in known else None
            if moment and row.since < moment.publish_at <= at:
                found.append(moment)
    except CalendarYearMissing as error:
        log.error("calendar_year_missing", recurrence=row.pk, year=error.year)
    return sorted(found, key=lambda moment: moment.publish_at)


def make(row: Recurrence, moment: Moment, at: datetime) -> int:
    """The request of one date: filed, or a draft to confirm; whoever keeps it is told, also of a failure. In the
    requester's hands when who kept it is gone, or on that side no more. The second failure in a row pauses it.
    """
    actor = row.kept_by if still_keeps(row.kept_by, row, at) else row.origin.requester
    try:
        with transaction.atomic(), override(actor.language or None):
            draft = begin(row, actor, at)
    except (UnableToFile, PermissionDenied) as error:
        keep(row, moment, DateState.FAILED, at, reason=str(error))
        word = "repeat_paused" if pause_failing(row, at) else "repeat_failed"
        tell_people([actor], word, request=row.origin, actor=None, at=at, note=str(error))
        return 0
    record(actor=None, verb="made_by_rule", obj=draft, note=str(row.origin.number), at=at)
    filed = row.files_itself and file_now(draft, actor, at)
    keep(row, moment, DateState.FILED if filed else DateState.DRAFT, at, request=draft)
    if not filed:
        tell_people([actor], "repeat_draft", request=draft, actor=None, at=at)
    return 1


def pause_failing(row: Recurrence, at: datetime) -> bool:
    """What could not be made twice in a row will hardly be the third time: it rests until its keeper looks at it. The
    caller saves the row.
    """
    tried = row.rows.filter(at__gte=row.since).exclude(state=DateState.MISSED).order_by("-date")
    if list(tried.values_list("state", flat=True)[:FAILURES]) != [DateState.FAILED] * FAILURES:
        return False
    row.state, row.version = RecurrenceState.PAUSED, row.version + 1
    record(actor=None, verb=VERB_OF_STATE[RecurrenceState.PAUSED], obj=row.origin, at=at)
    return True


def begin(row: Recurrence, actor: Person, at: datetime) -> Request:
    """Raises UnableToFile (nobody can file it any more), PermissionDenied."""
    if not row.origin.requester.is_active:
        raise UnableToFile(_("%(name)s is no longer here.") % {"name": row.origin.requester.name})
    draft = start_draft(actor=actor, service=row.origin.service, requester=row.origin.requester, at=at)
    carry_consent(draft=draft, origin=row.origin, actor=actor, at=at)
    answers = answers_from(row.answer_set, draft.answer_set.form_version)
    return save_draft(request=draft, actor=actor, answers=answers, at=at)


def file_now(draft: Request, actor: Person, at: datetime) -> bool:
    """File it; what cannot be filed (the form asks for more now) stays a draft to look at."""
    try:
        with transaction.atomic():
            submit(request=draft, actor=actor, at=at)
    except UnableToFile:
        return False
    return True


def keep(
    row: Recurrence,
    moment: Moment,
    state: DateState,
    at: datetime,
    *,
    request: Request | None = None,
    reason: str = "",
) -> None:
    RecurrenceDate.objects.create(
        recurrence=row, date=moment.date, day=moment.day, state=state, request=request, reason=reason[:300], at=at
    )
