"""Filed for somebody else: the consent that was noted, an objection of the person, and how the director settles it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import AskedBy, Consent, Request
from apps.servicedesk.rules import can_object, can_settle_objection
from apps.servicedesk.services.errors import UnableToFile, UnableToObject
from apps.servicedesk.services.moving import lock
from apps.servicedesk.services.telling import directors, requester_side, tell_people


@transaction.atomic
def note_consent(
    *, request: Request, actor: Person, asked_by: str, note: str = "", at: datetime | None = None
) -> Consent:
    """Keep with a draft how the person asked for it, and that they agreed; whoever files it answers for that.

    Raises PermissionDenied (not the author of the draft), UnableToFile (filed already, or for oneself).
    """
    at, row = at or now(), lock(request)
    if row.filed_by_id != actor.pk:
        raise PermissionDenied(_("This is not yours to do."))
    if row.state != RequestState.DRAFT or row.requester_id == actor.pk:
        raise UnableToFile(_("This request is filed already."))
    values = {"asked_by": asked_by, "note": note.strip(), "noted_by": actor, "noted_at": at}
    made, _new = Consent.objects.update_or_create(request=row, defaults=values)
    asked = AskedBy(asked_by).value
    record(actor=actor, verb="filed_for", obj=row, changes={"asked_by": asked}, note=made.note, at=at)
    return made


def carry_consent(*, draft: Request, origin: Request, actor: Person, at: datetime) -> None:
    """With a draft that somebody else begins for the requester of `origin`: how they asked for that one; when they
    filed it themselves, that they asked there. Raises UnableToFile while they say that they did not ask for it.
    """
    if draft.requester_id == actor.pk:
        return
    known = Consent.objects.filter(request=origin).first()
    if known and known.is_disputed:
        raise UnableToFile(_("The requester says that they did not ask for this. The director looks into it first."))
    asked, note = (known.asked_by, known.note) if known else (AskedBy.REQUEST, origin.number)
    note_consent(request=draft, actor=actor, asked_by=asked, note=note, at=at)


def check_consent(request: Request) -> None:
    """Nobody files for another without saying how that person asked. Raises UnableToFile."""
    if request.filed_by_id != request.requester_id and not Consent.objects.filter(request=request).exists():
        raise UnableToFile(
            _("It is not noted how %(name)s asked for this. Begin it anew for them; what you typed here is kept.")
            % {"name": request.requester.name}
        )


@transaction.atomic
def object_to_filing(*, request: Request, actor: Person, note: str, at: datetime | None = None) -> Consent:
    """Say “I did not ask for this”: it is on record and goes to the director. Said again, nothing changes.

    Raises PermissionDenied (not the person it was filed for), UnableToObject (settled already, or no word why).
    """
    at, row, note = at or now(), lock(request), note.strip()
    consent = Consent.objects.select_for_update().filter(request=row).first()
    if consent is None or actor.pk != row.requester_id:
        raise PermissionDenied(_("This is not yours to do."))
    if consent.is_disputed:
        return consent
    if not can_object(actor, row, at):
        raise UnableToObject(_("The director has looked into this already."))
    if not note:
        raise UnableToObject(_("Write down why: the other side reads it."))
    consent.objected_at, consent.objection = at, note[:500]
    consent.save(update_fields=["objected_at", "objection"])
    record(actor=actor, verb="object", obj=row, note=note, at=at)
    tell_people(directors(row), "objected", request=row, actor=actor, at=at, note=note)
    return consent


@transaction.atomic
def settle_objection(*, request: Request, actor: Person, note: str, at: datetime | None = None) -> Consent:
    """The director says what was found and done; the person is told. Raises PermissionDenied, UnableToObject."""
    at, row, note = at or now(), lock(request), note.strip()
    consent = Consent.objects.select_for_update().filter(request=row).first()
    if consent is None or not can_settle_objection(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    if not note:
        raise UnableToObject(_("Write down why: the other side reads it."))
    consent.settled_at, consent.settled_by, consent.settlement = at, actor, note[:500]
    consent.save(update_fields=["settled_at", "settled_by", "settlement"])
    record(actor=actor, verb="settle_objection", obj=row, note=note, at=at)
    tell_people(requester_side(row), "objection_settled", request=row, actor=actor, at=at, note=note)
    return consent
