"""The day of a part: by urgency or by hand, and every change of it in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.assignments.enums import DAYS, DueKind, ExtensionState, Urgency
from apps.assignments.models import DueEntry, Part
from apps.assignments.services.errors import UnableToAct, UnableToGive
from apps.core.calendar import CalendarYearMissing, current_version, office_time
from apps.core.models import CalendarVersion
from apps.people.models import Person


@dataclass(frozen=True)
class DayGiven:
    """The day of the whole, for units that have none of their own, and how it came about."""

    due_at: datetime
    kind: DueKind = DueKind.AS_ABOVE


def due_by_urgency(urgency: str, at: datetime) -> datetime:
    """The end of the last of so many working days, counted from the day after `at`. Raises UnableToGive."""
    working = office_time()
    try:
        return working.end_of_day(working.next_working_day(working.day(at), DAYS[Urgency(urgency)]))
    except CalendarYearMissing as error:
        raise UnableToGive(f"{error} " + _("Choose the day yourself.")) from error


def version_now() -> CalendarVersion | None:
    """What the office's calendar says now; None where there is none."""
    try:
        return current_version()
    except CalendarVersion.DoesNotExist:
        return None


def check_ahead(due_at: datetime, at: datetime, error: type[UnableToAct]) -> None:
    if due_at <= at:
        raise error(_("Choose a day that lies ahead."))


def write_day(
    part: Part,
    kind: DueKind,
    *,
    actor: Person,
    behalf: Person | None,
    at: datetime,
    old_due: datetime | None = None,
    due_at: datetime | None = None,
    words: str = "",
    minutes: int | None = None,
    cause: models.Model | None = None,
) -> DueEntry:
    entry = DueEntry(
        part=part,
        kind=kind,
        at=at,
        old_due=old_due,
        due_at=due_at,
        minutes=minutes,
        words=words.strip()[:300],
        by=actor,
        on_behalf_of=behalf,
    )
    if cause is not None:
        entry.cause = cause
    entry.save()
    return entry


def move_day(
    part: Part, new: datetime, kind: DueKind, *, actor: Person, behalf: Person | None, at: datetime, **given: object
) -> None:
    """Another day, in the ledger; the assignment's own goes along with the lead's. A wish for more time that the new
    day overtakes lapses. The caller saves the part.
    """
    _lapse_overtaken(part, new)
    write_day(part, kind, actor=actor, behalf=behalf, at=at, old_due=part.due_at, due_at=new, **given)
    part.due_at = new
    if part.is_lead:
        type(part.assignment).objects.filter(pk=part.assignment_id).update(due_at=new)
        part.assignment.due_at = new


def _lapse_overtaken(part: Part, new: datetime) -> None:
    """As much time as was asked for is there, or the wish speaks of a day that no longer is."""
    waiting = part.extensions.filter(state=ExtensionState.ASKED)
    waiting.filter(Q(wanted__lte=new) | Q(old__gt=new)).update(state=ExtensionState.LAPSED)
