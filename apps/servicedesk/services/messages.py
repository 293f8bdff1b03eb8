"""Words between requester and office, and notes among the office."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.enums import RequestState, Who
from apps.servicedesk.mentions import mentioned_in
from apps.servicedesk.models import Request, RequestMessage
from apps.servicedesk.rules import Capacity, as_participant, can_write, can_write_internal, capacity, participation
from apps.servicedesk.services.errors import UnableToWrite
from apps.servicedesk.services.merged import open_merge
from apps.servicedesk.services.moving import Begun, lock, note_event
from apps.servicedesk.services.telling import handler_side, requester_side, tell_people, tell_watchers
from apps.servicedesk.services.texts import add_words
from apps.servicedesk.services.watching import begin_watching


@transaction.atomic
def post_message(
    *,
    request: Request,
    author: Person,
    body: str,
    internal: bool = False,
    mentioned: Collection[Person] = (),
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
) -> RequestMessage:
    """Write to the other side, or an internal note that only the office sees. Messages never clash with moves: the
    version stays.

    The other side is told of public ones; the office's first one is its first answer. What is written to a request
    that was merged into another is written to that one, so that nothing is lost. Raises PermissionDenied,
    UnableToWrite.
    """
    at, row = at or now(), lock_standing(request)
    if not (can_write_internal if internal else can_write)(author, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    if not body.strip():
        raise UnableToWrite(_("Write something first."))
    from_requester = not internal and requesting_capacity(author, row, at)
    acting = from_requester or capacity(author, row, Who.HANDLER, at)
    message = add_message(
        row, author, body, at, internal=internal, on_behalf_of=acting.on_behalf_of if acting else None
    )
    give_files(message, attachments, author)
    note_event(row, at=at, responds=not internal and not from_requester)
    named = mentioned_in(body, mentioned, row, author) if author.is_office else []
    tell_of(message, named, from_requester=bool(from_requester))
    return message


def lock_standing(request: Request) -> Request:
    """The request that stands for this one, locked: itself, or the one it was merged into."""
    known = open_merge(request) if request.state == RequestState.MERGED else None
    row = lock(known.into if known else request)
    if row.state == RequestState.MERGED:  # merged since the page was read
        row = lock(open_merge(row).into)
    return row


def tell_of(message: RequestMessage, named: list[Person], *, from_requester: bool) -> None:
    """Who is named, the other side of a public message, and who watches: each of them once."""
    request, author, at, body = message.request, message.author, message.at, message.body
    begin_watching(request, named, author, at, mentioned=True)
    tell_people(named, "mentioned", request=request, actor=author, at=at, note=body)
    others: list[Person] = []
    if not message.internal:
        side = handler_side(request, at) if from_requester else requester_side(request, at)
        others = [person for person in side if person not in named]
        tell_people(others, "message", request=request, actor=author, at=at, note=body)
    tell_watchers(request, "message", actor=author, at=at, note=body, besides=[*named, *others])


def requesting_capacity(author: Person, request: Request, at: datetime) -> Capacity | None:
    """In which capacity somebody writes for the requesting side. Who is of the office writes for the office, unless it
    is the own request.
    """
    found = capacity(author, request, Who.REQUESTER, at)
    if found or author.is_office or participation(author, request) is None:
        return found
    return as_participant(author, request) or Capacity()


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
