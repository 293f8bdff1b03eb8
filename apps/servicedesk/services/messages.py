"""Words between requester and office, and notes among the office."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Request, RequestMessage
from apps.servicedesk.rules import can_write, can_write_internal, capacity
from apps.servicedesk.services.errors import UnableToWrite
from apps.servicedesk.services.moving import Begun, lock, note_event
from apps.servicedesk.services.telling import handler_side, requester_side, tell_people
from apps.servicedesk.services.texts import add_words


@transaction.atomic
def post_message(
    *,
    request: Request,
    author: Person,
    body: str,
    internal: bool = False,
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
) -> RequestMessage:
    """Write to the other side, or an internal note that only the office sees. Messages never clash with moves: the
    version stays.

    The other side is told of public ones; the office's first one is its first answer. Raises PermissionDenied,
    UnableToWrite.
    """
    at, row = at or now(), lock(request)
    if not (can_write_internal if internal else can_write)(author, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    if not body.strip():
        raise UnableToWrite(_("Write something first."))
    from_requester = not internal and capacity(author, row, Who.REQUESTER, at)
    acting = from_requester or capacity(author, row, Who.HANDLER, at)
    message = add_message(
        row, author, body, at, internal=internal, on_behalf_of=acting.on_behalf_of if acting else None
    )
    give_files(message, attachments, author)
    note_event(row, at=at, responds=not internal and not from_requester)
    if not internal:
        people = handler_side(row, at) if from_requester else requester_side(row)
        tell_people(people, "message", request=row, actor=author, at=at, note=body.strip())
    return message


def add_message(
    request: Request,
    author: Person,
    body: str,
    at: datetime,
    *,
    internal: bool = False,
    on_behalf_of: Person | None = None,
) -> RequestMessage:
    message = RequestMessage.objects.create(
        request=request, author=author, on_behalf_of=on_behalf_of, body=body.strip(), internal=internal, at=at
    )
    add_words(message)
    return message


def add_note_of(begun: Begun) -> RequestMessage:
    """The words of a move, as part of the conversation."""
    return add_message(begun.request, begun.actor, begun.note, begun.at, on_behalf_of=begun.on_behalf_of)


def give_files(message: RequestMessage, attachments: Sequence[Attachment], person: Person) -> None:
    """Raises UnableToWrite when a file is not the person's own or is gone."""
    try:
        attach(attachments, to=message, person=person)
    except UnableToAttach as error:
        raise UnableToWrite(str(error)) from error
