"""What a person does with a mail that waits: put it to a request, file one for it, answer it, discard it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.core.clock import now
from apps.delivery.enums import MessageClass
from apps.delivery.letters import queue
from apps.delivery.letters.reading import Letter, read_letter
from apps.delivery.services import Text, create_message, plan_one_mail
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import MailReason, MailState, RequestState, Who
from apps.servicedesk.mail_managers import can_place_mail
from apps.servicedesk.models import MailIn, Request, RequestMessage, Service
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.filing import start_draft
from apps.servicedesk.services.mail_files import take_files
from apps.servicedesk.services.messages import add_message, give_files
from apps.servicedesk.services.moving import lock, note_event
from apps.servicedesk.services.telling import handler_side, tell_people

ANSWERS: dict[str, tuple[str, str]] = {
    "use_portal": (
        gettext_noop("Please write to us in the portal"),
        gettext_noop(
            "Your mail has reached the office. We cannot tell which request it belongs to, and nothing proves who "
            "wrote it. Please sign in to the portal and write in your request, or answer a mail of your request."
        ),
    ),
    "own_address": (
        gettext_noop("Please answer from your own address"),
        gettext_noop(
            "Your answer came from another address than the one that the portal knows of you. Please answer from that "
            "one, or prove the new address on your own page in the portal."
        ),
    ),
    "not_readable": (
        gettext_noop("We could not read your mail"),
        gettext_noop(
            "Your mail has reached the office, but it is encrypted or damaged. Please write it anew as plain text, or "
            "write in the portal."
        ),
    ),
}


class UnableToPlace(Exception):
    """The mail is dealt with already, or cannot go where it was to go."""


def begin(mail: MailIn, actor: Person) -> MailIn:
    """The row, locked and still waiting. Raises PermissionDenied, UnableToPlace."""
    if not can_place_mail(actor):
        raise PermissionDenied(_("This is not yours to do."))
    row = MailIn.objects.select_for_update(of=("self",)).select_related("inbound__blob", "person").get(pk=mail.pk)
    if not row.is_waiting:
        raise UnableToPlace(_("Somebody has dealt with this mail already."))
    return row


def finish(row: MailIn, state: MailState, *, actor: Person, at: datetime, note: str = "") -> MailIn:
    row.state, row.settled_by, row.settled_at, row.settle_note = state, actor, at, note[:200]
    row.save()
    queue.settle_letter(row.inbound, note=note or str(MailState(state).label), actor=actor)
    return row


@transaction.atomic
def put_to_request(
    *, mail: MailIn, request: Request, actor: Person, internal: bool = False, at: datetime | None = None
) -> MailIn:
    """The words become a message of `request`, shown with what is known of their sender; its handler is told.

    Where the sender's address is proved and theirs to write, they are the author, else who put it there. It counts as
    no answer of the office. Raises PermissionDenied, UnableToPlace.
    """
    at, row = at or now(), begin(mail, actor)
    if not Request.objects.visible_to(actor).filter(pk=request.pk).exists():
        raise PermissionDenied(_("This is not yours to do."))
    if request.state == RequestState.DRAFT:
        raise UnableToPlace(_("This request is not filed yet."))
    return place(row, lock(request), MailState.PLACED, actor=actor, at=at, internal=internal)


def place(
    row: MailIn, request: Request, state: MailState, *, actor: Person, at: datetime, internal: bool = False
) -> MailIn:
    """In the caller's transaction, with both rows locked."""
    author = row.person if writes_for_themselves(row, request, at) and not internal else actor
    row.message, row.notes = message_of(row, request, author=author, internal=internal, at=at)
    row.request = request
    note_event(request, at=at)
    record(actor=actor, verb="mail_placed", obj=request, note=row.sender, internal=True, at=at)
    if not internal:
        words = row.message.body
        tell_people(handler_side(request, at), "message", request=request, actor=author, at=at, note=words)
    return finish(row, state, actor=actor, at=at)


def writes_for_themselves(row: MailIn, request: Request, at: datetime) -> bool:
    return bool(row.is_proved and row.person and capacity(row.person, request, Who.REQUESTER, at))


def letter_of(row: MailIn) -> Letter:
    """What the mail says; nothing of one that its reader gave up: here no limit of time would hold."""
    if row.reason == MailReason.BROKEN:
        return Letter(subject=row.subject, shown_sender=row.sender, unreadable=True)
    return read_letter(queue.raw_of(row.inbound))


def message_of(
    row: MailIn, request: Request, *, author: Person, internal: bool, at: datetime
) -> tuple[RequestMessage, list[dict[str, str]]]:
    """The message with the files of the mail, and the notes on those that were left out."""
    letter = letter_of(row)
    files, notes = take_files(letter, person=author, request=request)
    body = row.text.strip() or _("(no words that can be read; see the whole mail)")
    message = add_message(request, author, body, at, internal=internal)
    give_files(message, files, author)
    return message, notes


@transaction.atomic
def file_for(*, mail: MailIn, service: Service, person: Person, actor: Person, at: datetime | None = None) -> Request:
    """Begin a request of `service` for `person`; once it is filed, the mail stands in it (`place_filed`).

    Until then the mail waits on, so a draft that is thrown away loses nothing. Raises PermissionDenied, UnableToPlace,
    UnableToFile.
    """
    at, row = at or now(), begin(mail, actor)
    row.draft = start_draft(actor=actor, service=service, requester=person, at=at)
    row.save(update_fields=["draft"])
    return row.draft


def place_filed(*, at: datetime | None = None) -> int:
    """Mails whose request was filed meanwhile are put there; gives their number."""
    at = at or now()
    rows = MailIn.objects.waiting().filter(draft__isnull=False).exclude(draft__state=RequestState.DRAFT)
    return sum(_place_filed(pk, at) for pk in list(rows.values_list("pk", flat=True)[:200]))


@transaction.atomic
def _place_filed(pk: int, at: datetime) -> bool:
    rows = MailIn.objects.select_for_update(of=("self",), skip_locked=True).select_related("inbound__blob", "person")
    row = rows.filter(pk=pk, state=MailState.WAITING, draft__isnull=False).first()
    if row is None:
        return False
    request = lock(row.draft)
    if request.state == RequestState.DRAFT:
        return False
    place(row, request, MailState.FILED, actor=request.filed_by, at=at)
    return True


@transaction.atomic
def answer_mail(*, mail: MailIn, words: str, actor: Person, at: datetime | None = None) -> MailIn:
    """Send one of the standard ANSWERS to the sender and settle the mail. Raises PermissionDenied, UnableToPlace."""
    at, row = at or now(), begin(mail, actor)
    if "@" not in row.sender:
        raise UnableToPlace(_("The mail names no address that can be answered."))
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = Text(*(_(text) for text in ANSWERS[words]))
    message = create_message(
        source=f"servicedesk.mail:{row.pk}",
        texts=in_order(texts, row.person),
        message_class=MessageClass.OPTIONAL,
        target_url="/",
        answers_mail=row.own_id,
        actor=actor,
        at=at,
    )
    plan_one_mail(message=message, person=row.person, address=row.sender, at=at)
    return finish(row, MailState.ANSWERED, actor=actor, at=at, note=words)


def in_order(texts: dict[str, Text], person: Person | None) -> dict[str, Text]:
    """The portal's own language first: it is what somebody unknown gets."""
    first = person.language if person else settings.LANGUAGE_CODE
    return dict(sorted(texts.items(), key=lambda pair: pair[0] != first))


@transaction.atomic
def discard(*, mail: MailIn, note: str, actor: Person, at: datetime | None = None) -> MailIn:
    """Say why nothing is to be done. Raises PermissionDenied, UnableToPlace."""
    at, row = at or now(), begin(mail, actor)
    if not note.strip():
        raise UnableToPlace(_("Write down why."))
    return finish(row, MailState.DISCARDED, actor=actor, at=at, note=note.strip())


@transaction.atomic
def forget_settled(*, at: datetime | None = None, limit: int = 1000) -> int:
    """Let go of bytes and words of mails that were settled long ago and stand in no request; the count stays."""
    at = at or now()
    rows = MailIn.objects.to_forget(at - timedelta(days=settings.INBOUND_RAW_DAYS)).select_for_update(skip_locked=True)
    found = list(rows.order_by("settled_at").values_list("pk", "inbound_id")[:limit])
    queue.forget(inbound for _mail, inbound in found)
    emptied = {"subject": "", "text": "", "sender": "", "notes": [], "own_id": "", "forgotten_at": at}
    return MailIn.objects.filter(pk__in=[mail for mail, _inbound in found]).update(**emptied)
