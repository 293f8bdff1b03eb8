"""People beside the requester: added, changed, removed, or gone by themselves. Each of it stands in the history."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Participant, Request
from apps.servicedesk.rules import Capacity, can_add_people, capacity
from apps.servicedesk.services.errors import UnableToAdd
from apps.servicedesk.services.moving import lock, note_event
from apps.servicedesk.services.telling import tell_people

MOST = 20


def participants_of(request: Request) -> list[Participant]:
    """Who takes part now, in the order in which they came (one query)."""
    rows = Participant.objects.filter(request=request, ended_at__isnull=True).select_related("person", "added_by")
    return list(rows.order_by("added_at", "pk"))


@transaction.atomic
def add_participant(
    *,
    request: Request,
    actor: Person,
    person: Person,
    may_act: bool = False,
    sees_papers: bool = False,
    at: datetime | None = None,
) -> Participant:
    """Let somebody see the request: answers, public messages, status. The person is told; who takes part already is
    given the rights named now.

    Raises PermissionDenied, UnableToAdd.
    """
    at, row = at or now(), lock(request)
    acting = right_to_add(actor, row, at)
    if person.pk == row.requester_id:
        raise UnableToAdd(_("The request is this person's own."))
    if not person.is_active:
        raise UnableToAdd(_("%(name)s is no longer here.") % {"name": person.name})
    known = Participant.objects.filter(request=row, person=person, ended_at__isnull=True).first()
    if known:
        return set_rights(known, may_act, sees_papers, row, actor, acting, at)
    if row.participants.filter(ended_at__isnull=True).count() >= MOST:
        raise UnableToAdd(_("More than %(count)d people cannot take part in one request.") % {"count": MOST})
    made = Participant.objects.create(
        request=row, person=person, may_act=may_act, sees_papers=sees_papers, added_by=actor, added_at=at
    )
    note(row, "add_participant", made, actor, acting, at)
    tell_people([person, row.requester], "participant_added", request=row, actor=actor, at=at, note=person.name)
    return made


def right_to_add(actor: Person, request: Request, at: datetime) -> Capacity:
    """Raises PermissionDenied, UnableToAdd (not filed yet, or merged into another)."""
    sides = (capacity(actor, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))
    acting = next((found for found in sides if found), None)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    if not can_add_people(actor, request, at):
        raise UnableToAdd(_("People can take part in a request that is filed and not merged into another."))
    return acting


@transaction.atomic
def change_participant(
    *, participant: Participant, actor: Person, may_act: bool, sees_papers: bool, at: datetime | None = None
) -> Participant:
    """Other rights for somebody who takes part; the same again changes nothing.

    Raises PermissionDenied, UnableToAdd.
    """
    at, row = at or now(), lock(participant.request)
    acting = right_to_add(actor, row, at)
    known = row.participants.select_related("person").get(pk=participant.pk)
    if known.ended_at:
        raise UnableToAdd(_("%(name)s does not take part any more.") % {"name": known.person.name})
    return set_rights(known, may_act, sees_papers, row, actor, acting, at)


def set_rights(
    known: Participant,
    may_act: bool,
    sees_papers: bool,
    request: Request,
    actor: Person,
    acting: Capacity,
    at: datetime,
) -> Participant:
    if (known.may_act, known.sees_papers) == (may_act, sees_papers):
        return known
    known.may_act, known.sees_papers = may_act, sees_papers
    known.save(update_fields=["may_act", "sees_papers"])
    note(request, "change_participant", known, actor, acting, at)
    return known


@transaction.atomic
def remove_participant(*, participant: Participant, actor: Person, at: datetime | None = None) -> Participant:
    """End somebody's part; from now on the person does not see the request. Twice is harmless.

    Raises PermissionDenied, UnableToAdd.
    """
    at, row = at or now(), lock(participant.request)
    acting = right_to_add(actor, row, at)
    known = row.participants.select_related("person").get(pk=participant.pk)
    if known.ended_at is None:
        end(known, actor, at)
        note(row, "remove_participant", known, actor, acting, at)
        tell_people([known.person], "participant_removed", request=row, actor=actor, at=at)
    return known


@transaction.atomic
def leave(*, request: Request, actor: Person, at: datetime | None = None) -> None:
    """Somebody takes no part any more, of the own will; the requester is told. Twice is harmless."""
    at, row = at or now(), lock(request)
    known = row.participants.filter(person=actor, ended_at__isnull=True).select_related("person").first()
    if known is None:
        return
    end(known, actor, at)
    note(row, "leave", known, actor, Capacity(), at)
    tell_people([row.requester], "participant_left", request=row, actor=actor, at=at)


def end(known: Participant, actor: Person, at: datetime) -> None:
    known.ended_at, known.ended_by = at, actor
    known.save(update_fields=["ended_at", "ended_by"])


def note(request: Request, verb: str, known: Participant, actor: Person, acting: Capacity, at: datetime) -> None:
    """Into the history, with the name; forms that are open elsewhere stay good."""
    changes = {"person": known.person_id, "may_act": known.may_act, "sees_papers": known.sees_papers}
    record(
        actor=actor,
        on_behalf_of=acting.on_behalf_of,
        verb=verb,
        obj=request,
        changes=changes,
        note="" if verb == "leave" else known.person.name,
        at=at,
    )
    note_event(request, at=at)
