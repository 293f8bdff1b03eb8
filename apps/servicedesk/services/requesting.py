"""What the requester does after filing: answer, withdraw, reopen, rate, urge."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals.services import call_off
from apps.core.calendar import working_time
from apps.core.clock import now
from apps.delivery.enums import Queue
from apps.journal.models import Attachment, Entry
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import RequestState, Who
from apps.servicedesk.models import Request, ServiceCare
from apps.servicedesk.reopening import count_reopenings, may_still_reopen
from apps.servicedesk.rules import RATED_WITHIN, capacity
from apps.servicedesk.services.errors import UnableToRate, UnableToReopen, UnableToUrge
from apps.servicedesk.services.handling import settle_return
from apps.servicedesk.services.messages import add_note_of, give_files
from apps.servicedesk.services.moving import begin, finish, lock
from apps.servicedesk.services.telling import handler_side, owing_side, tell_people
from apps.servicedesk.services.waiting import settle_wait

URGE_WINDOW = timedelta(days=7)


@transaction.atomic
def answer(
    *,
    request: Request,
    actor: Person,
    note: str,
    attachments: Sequence[Attachment] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Answer what the office asked; the clock runs on."""
    begun = begin(request=request, verb="answer", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.request
    give_files(add_note_of(begun), attachments, actor)
    row = finish(begun)
    tell_people(handler_side(row, begun.at), "answered", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def withdraw(
    *, request: Request, actor: Person, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Take the request back; an open sign-off is called off and the clock is not counted."""
    begun = begin(request=request, verb="withdraw", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.request
    settle_return(begun.request, begun.at)
    settle_wait(begun.request, begun.at)
    call_off(subject=begun.request, actor=actor, note=begun.note, at=begun.at)
    row = finish(begun)
    tell_people(handler_side(row, begun.at), "withdrawn", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def reopen(
    *, request: Request, actor: Person, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Go on with a finished request within the window of its service; after that a new one follows it
    (`follow_up`). A rating was about what was done before: the history keeps it, the request waits for a new one.

    Raises UnableToReopen.
    """
    begun = begin(request=request, verb="reopen", actor=actor, at=at, version=version, note=note)
    row = begun.request
    if begun.repeated:
        return row
    if not may_still_reopen(row, begun.at):
        raise UnableToReopen(
            _(
                "It was done more than %(days)d working days ago and cannot be opened again. File a new request that "
                "follows it."
            )
            % {"days": row.service.reopen_days}
        )
    changes = {"rating": [row.rating, None]} if row.rating else {}
    row.rating, row.rating_note = None, ""
    finish(begun, changes=changes)
    row.reopen_count = count_reopenings(row)
    row.save(update_fields=["reopen_count"])
    tell_people(handler_side(row, begun.at), "reopened", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


@transaction.atomic
def rate(*, request: Request, actor: Person, score: int, note: str = "", at: datetime | None = None) -> Request:
    """One to five, from the person it was for; may be changed for some days. Raises PermissionDenied, UnableToRate."""
    at, row, note = at or now(), lock(request), note.strip()
    if actor.pk != row.requester_id:
        raise PermissionDenied(_("Only the requester rates."))
    if row.state != RequestState.RESOLVED:
        raise UnableToRate(_("A request is rated when it is done."))
    if row.closed_at and at >= row.closed_at + RATED_WITHIN:
        raise UnableToRate(_("It was done too long ago to be rated now."))
    if score not in range(1, 6):
        raise UnableToRate(_("Choose one to five."))
    if (row.rating, row.rating_note) == (score, note):
        return row
    changes = {"rating": [row.rating, score]}
    row.rating, row.rating_note = score, note
    row.version += 1
    row.save(update_fields=["rating", "rating_note", "version"])
    record(actor=actor, verb="rate", obj=row, changes=changes, note=note, at=at)
    return row


@transaction.atomic
def urge(*, request: Request, actor: Person, at: datetime | None = None) -> Request:
    """催辦: the requester reminds the office, the director the handler, both also who is asked for a decision; once a
    working day per person, and all together as often in seven days as the service allows. The list shows who urged
    last.

    Raises PermissionDenied, UnableToUrge (the office owes nothing now, or urged today, or often enough this week).
    """
    at, row = at or now(), lock(request)
    acting = capacity(actor, row, Who.REQUESTER, at) or capacity(actor, row, Who.DIRECTOR, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    if not row.is_running:
        raise UnableToUrge(_("The office is not working on it now, so there is nothing to hurry."))
    if urged_today(row, actor, at):
        raise UnableToUrge(_("You have urged this already; once a working day is enough."))
    most = urges_allowed(row)
    if urged_in_week(row, at) >= most:
        raise UnableToUrge(
            _("This has been urged %(count)d times in seven days, which is what the service allows. The office knows.")
            % {"count": most}
        )
    row.urged_at, row.urged_by = at, actor
    row.save(update_fields=["urged_at", "urged_by"])
    record(actor=actor, on_behalf_of=acting.on_behalf_of, verb="urge", obj=row, at=at)
    tell_people(owing_side(row, at), "urged", request=row, actor=actor, at=at, queue=Queue.URGENT)
    return row


def urges_allowed(request: Request) -> int:
    """How often one request may be urged in seven days (one query)."""
    found = ServiceCare.objects.filter(service=request.service_id).values_list("urges_per_week", flat=True).first()
    return ServiceCare._meta.get_field("urges_per_week").default if found is None else found


def urged_in_week(request: Request, at: datetime) -> int:
    """How often it was urged in the seven days before `at`, by whomever (one query)."""
    return Entry.objects.about(request).filter(verb="urge", at__gt=at - URGE_WINDOW, at__lte=at).count()


def urged_today(request: Request, actor: Person, at: datetime) -> bool:
    """Has this person urged since the last working day began? A weekend counts to the Friday before it."""
    last = Entry.objects.about(request).filter(verb="urge", actor=actor).order_by("-at").first()
    if last is None:
        return False
    working = working_time(request.calendar_version_id)
    return working.day(at) < working.next_working_day(working.day(last.at))
