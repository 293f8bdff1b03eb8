"""The end of a request: done, with what it yields, or refused."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Request
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.services.answers import office_part_missing
from apps.servicedesk.services.errors import UnableToComplete
from apps.servicedesk.services.messages import add_note_of
from apps.servicedesk.services.moving import Begun, begin, finish
from apps.servicedesk.services.papers import give_certificate
from apps.servicedesk.services.rating import invite
from apps.servicedesk.services.sealing import check_sealed, is_to_be_sealed
from apps.servicedesk.services.tasks import check_tasks_done
from apps.servicedesk.services.telling import requester_side, tell_people
from apps.servicedesk.sign_off import missing_of


@transaction.atomic
def complete(
    *,
    request: Request,
    actor: Person,
    note: str = "",
    template_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Finish the request: its certificate gets its number (the paper is made right after). `template_id`: which of the
    service's templates, where it has several.

    Raises UnableToComplete when the approval or an answer of the office is missing, the keeper of the seal has not
    closed the line of its paper, a task is open, or the certificate cannot be given.
    """
    begun = begin(request=request, verb="complete", actor=actor, at=at, version=version, note=note)
    row = begun.request
    if begun.repeated:
        return row
    if missing_of(row):
        raise UnableToComplete(_("This needs an approval of the answers as they are now. Ask for it first."))
    check_office_part(row)
    if is_to_be_sealed(row):
        check_sealed(row)
    check_tasks_done(row)
    if begun.note:
        add_note_of(begun)
    finish(begun, responds=True)
    if row.gives == Product.CERTIFICATE:
        give(begun, template_id)
    invite(row, begun.at)
    tell_people(requester_side(row, begun.at), "completed", request=row, actor=actor, at=begun.at, note=begun.note)
    return row


def check_office_part(request: Request) -> None:
    """Raises UnableToComplete with the names of what the office has not filled in yet."""
    if names := office_part_missing(request):
        raise UnableToComplete(_("Fill in the office's part first: %(names)s.") % {"names": names})


def give(begun: Begun, template_id: int | None) -> None:
    try:
        give_certificate(request=begun.request, actor=begun.actor, template_id=template_id, at=begun.at)
    except UnableToIssue as error:
        raise UnableToComplete(str(error)) from error


@transaction.atomic
def refuse(
    *, request: Request, actor: Person, note: str, version: int | None = None, at: datetime | None = None
) -> Request:
    """Say no, with the reason that the requester reads."""
    begun = begin(request=request, verb="refuse", actor=actor, at=at, version=version, note=note)
    if begun.repeated:
        return begun.request
    add_note_of(begun)
    row = finish(begun, responds=True)
    tell_people(requester_side(row, begun.at), "refused", request=row, actor=actor, at=begun.at, note=begun.note)
    return row
