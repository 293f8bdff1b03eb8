"""After those who were not reached or have not acknowledged: remind, excuse by name, note a phone call.

`on_behalf_of`: the unit secretary or sender in whose place the actor acts (standing_in.py); both names are kept.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.journal.services import record
from apps.notices.enums import ObligationState
from apps.notices.managers import RUNNING
from apps.notices.models import Notice, Obligation, Round
from apps.notices.services import facts
from apps.notices.services.rounds import start_reminder
from apps.people.models import Person

PAUSE_MINUTES = 240  # working minutes between two reminders by hand


class UnableToRemind(Exception):
    """The text says why."""


class RemindedRecently(UnableToRemind):
    """Less than four working hours ago: ask before doing it again."""


class UnableToExcuse(Exception):
    """The text says why."""


class UnableToRecord(Exception):
    """The text says why."""


@transaction.atomic
def remind_open(
    *,
    notice: Notice,
    actor: Person,
    on_behalf_of: Person | None = None,
    confirmed: bool = False,
    at: datetime | None = None,
) -> Round:
    """A reminder to everybody still open, now. Raises RemindedRecently unless `confirmed`, UnableToRemind."""
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    last = notice.rounds.filter(number__gt=1, only_person__isnull=True).order_by("-number").first()
    if not confirmed and last and is_recent(last.created_at, at):
        raise RemindedRecently(_("They were reminded less than four working hours ago."))
    return _start(notice, actor, on_behalf_of, at, None)


@transaction.atomic
def remind_person(
    *,
    obligation: Obligation,
    actor: Person,
    on_behalf_of: Person | None = None,
    confirmed: bool = False,
    at: datetime | None = None,
) -> Round:
    """A reminder to one person. Raises RemindedRecently unless `confirmed`, UnableToRemind."""
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=obligation.notice_id)
    obligation = Obligation.objects.select_related("person").get(pk=obligation.pk)
    if not confirmed and obligation.reminded_at and is_recent(obligation.reminded_at, at):
        raise RemindedRecently(_("This person was reminded less than four working hours ago."))
    return _start(notice, actor, on_behalf_of, at, obligation.person)


def is_recent(reminded_at: datetime, at: datetime) -> bool:
    """Four working hours, so that a reminder late on Friday still counts on Monday morning."""
    return office_time().minutes_between(reminded_at, at) < PAUSE_MINUTES


def _start(
    notice: Notice, actor: Person, on_behalf_of: Person | None, at: datetime, only_person: Person | None
) -> Round:
    if notice.state not in RUNNING or notice.is_over(at):
        raise UnableToRemind(_("This notice is over."))
    row = start_reminder(notice=notice, planned_for=at, started_by=actor, only_person=only_person, at=at)
    if row is None:
        raise UnableToRemind(_("Nobody is open any more."))
    changes = {"round": row.number, "people": row.recipient_count}
    record(actor=actor, verb="reminded", obj=notice, changes=changes, on_behalf_of=on_behalf_of, at=at)
    return row


@transaction.atomic
def excuse(
    *,
    obligation: Obligation,
    actor: Person,
    reason: str,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Obligation:
    """Close what one person owes, by name and with a reason. Excusing again changes nothing. Raises UnableToExcuse."""
    obligation = facts.hold(obligation)
    if not reason.strip():
        raise UnableToExcuse(_("Say why this person is excused."))
    if obligation.state == ObligationState.ACKNOWLEDGED:
        raise UnableToExcuse(_("This person has acknowledged already."))
    if obligation.state == ObligationState.EXCUSED:
        return obligation
    Obligation.objects.filter(pk=obligation.pk).update(excuse=reason.strip()[:200])
    return _note(obligation, EvidenceKind.EXCUSED, "excused", actor, on_behalf_of, reason, at or now())


@transaction.atomic
def record_told(
    *,
    obligation: Obligation,
    actor: Person,
    note: str,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Obligation:
    """Note that the person was told by phone or in person, and what was said. Raises UnableToRecord."""
    if not note.strip():
        raise UnableToRecord(_("Say whom you spoke to and what was said."))
    return _note(facts.hold(obligation), EvidenceKind.TOLD, "told", actor, on_behalf_of, note, at or now())


def _note(
    obligation: Obligation,
    kind: EvidenceKind,
    verb: str,
    actor: Person,
    on_behalf_of: Person | None,
    note: str,
    at: datetime,
) -> Obligation:
    """The fact, and a line in the notice's history."""
    detail = {"note": note.strip(), **facts.in_place_of(on_behalf_of)}
    obligation = facts.note(obligation, kind, actor=actor, at=at, detail=detail)
    record(
        actor=actor,
        verb=verb,
        obj=obligation.notice,
        changes={"person": obligation.person_id},
        note=note.strip(),
        on_behalf_of=on_behalf_of,
        internal=True,
        at=at,
    )
    return obligation
