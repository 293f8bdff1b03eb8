"""Put a message in the outbox, and tell it to one person."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import Channel, DeliveryState, EvidenceKind, MessageClass, Queue
from apps.delivery.limits import FILE_BYTES
from apps.delivery.models import Delivery, Message, MessageText
from apps.delivery.quiet import earliest
from apps.delivery.services.evidence import record_evidence
from apps.delivery.services.nudges import nudge
from apps.journal.enums import Origin
from apps.journal.models import Blob
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person

SUBJECT_LENGTH = 200
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,75}\.pdf")
WHOLE_ID = re.compile(r"<[!-;=?-~]{1,248}>")  # what may stand in a header as it is


class UnableToCreateMessage(Exception):
    """The words cannot be sent as they are; the text says why."""


@dataclass(frozen=True)
class Text:
    """The words of a message in one language. `html` is a clean fragment of a body (no html or body element).

    `file` is attached to the mail under `file_name`: a PDF that the portal made, never one about a person.
    """

    subject: str
    text: str
    html: str = ""
    file: Blob | None = None
    file_name: str = ""

    def digest(self) -> str:
        said = (self.subject, self.text, self.html, *([self.file.sha256] if self.file else []))
        return hashlib.sha256("\0".join(said).encode()).hexdigest()


@transaction.atomic
def create_message(
    *,
    source: str,
    texts: Mapping[str, Text],
    message_class: str = MessageClass.MANDATORY,
    queue: str = Queue.NOTICE,
    target_url: str = "",
    expires_at: datetime | None = None,
    actor: Person | None = None,
    overrides_quiet_hours: bool = False,
    takes_replies: bool = False,
    answers_mail: str = "",
    at: datetime | None = None,
) -> Message:
    """Write a message and its words, by language. Nobody gets it yet: `plan` and `tell` make the deliveries.

    `source` names what it is about ("notices.notice:12"); `target_url` is a path of the portal or a whole address.
    `takes_replies`: an answer to its mails comes to the app above as one about this source (`letters.queue`), where the
    site has set that up. `answers_mail`: the Message-ID of the mail that it answers by itself. Raises
    UnableToCreateMessage for no words, a subject that is empty or has more than one line, or a file that may not go.
    """
    if not texts:
        raise UnableToCreateMessage(_("A message needs words in at least one language."))
    for words in texts.values():
        check_subject(words.subject)
        check_file(words)
    message = Message.objects.create(
        source=source,
        message_class=message_class,
        queue=queue,
        target_url=target_url,
        expires_at=expires_at,
        created_by=actor,
        overrides_quiet_hours=overrides_quiet_hours,
        takes_replies=takes_replies and settings.MAIL_REPLIES,
        answers_mail=answers_mail if WHOLE_ID.fullmatch(answers_mail) else "",
        created_at=at or now(),
    )
    MessageText.objects.bulk_create(
        MessageText(
            message=message,
            language=language,
            subject=words.subject[:SUBJECT_LENGTH],
            text=words.text,
            html=words.html,
            digest=words.digest(),
            file=words.file,
            file_name=words.file_name,
        )
        for language, words in texts.items()
    )
    return message


def check_subject(subject: str) -> None:
    """A line break in a subject would let its writer add headers of his own."""
    if not subject.strip():
        raise UnableToCreateMessage(_("A message needs a subject."))
    if any(character in subject for character in "\r\n\0"):
        raise UnableToCreateMessage(_("A subject is one line."))


def check_file(words: Text) -> None:
    """Files of people stay in the portal, where every reader is asked for; what is large is put off by mail servers."""
    if words.file is None:
        return
    if words.file.origin != Origin.PORTAL or words.file.size > FILE_BYTES or not FILE_NAME.fullmatch(words.file_name):
        raise UnableToCreateMessage(_("This file cannot go by mail."))


@transaction.atomic
def tell(
    *,
    person: Person,
    source: str,
    texts: Mapping[str, Text],
    message_class: str = MessageClass.MANDATORY,
    queue: str = Queue.NOTICE,
    target_url: str = "",
    expires_at: datetime | None = None,
    actor: Person | None = None,
    overrides_quiet_hours: bool = False,
    takes_replies: bool = False,
    answers_mail: str = "",
    at: datetime | None = None,
) -> Message:
    """One message to one person: it stands in the portal's list at once, and leaves by mail if an address works."""
    at = at or now()
    message = create_message(
        source=source,
        texts=texts,
        message_class=message_class,
        queue=queue,
        target_url=target_url,
        expires_at=expires_at,
        actor=actor,
        overrides_quiet_hours=overrides_quiet_hours,
        takes_replies=takes_replies,
        answers_mail=answers_mail,
        at=at,
    )
    tell_message(message=message, person=person, at=at)
    return message


@transaction.atomic
def tell_message(*, message: Message, person: Person, at: datetime) -> None:
    """The same with a message that goes to several: raises IntegrityError for who has it already."""
    show_in_portal(message=message, person=person, at=at)
    address = working_address(person)
    if address:
        plan_one_mail(message=message, person=person, address=address, at=at)


def show_in_portal(*, message: Message, person: Person, at: datetime) -> Delivery:
    """Put `message` into the person's own list. That it stands there is all this proves: it counts as handed over."""
    delivery = Delivery.objects.create(
        message=message,
        person=person,
        channel=Channel.PORTAL,
        queue=message.queue,
        state=DeliveryState.HANDED_OFF,
        not_before=at,
        handed_off_at=at,
        created_at=at,
    )
    record_evidence(
        message=message,
        person=person,
        delivery=delivery,
        kind=EvidenceKind.HANDED_OFF,
        happened_at=at,
        source_event=f"portal:{delivery.pk}",
        detail={"source": "portal"},
    )
    return delivery


def plan_one_mail(*, message: Message, person: Person | None, address: str, at: datetime) -> Delivery:
    """One planned mail, and a nudge after the transaction."""
    delivery = Delivery.objects.create(
        message=message,
        person=person,
        channel=Channel.MAIL,
        queue=message.queue,
        address=address,
        not_before=earliest(message, at),
        created_at=at,
    )
    nudge(message.queue)
    return delivery


def working_address(person: Person) -> str:
    """The main mail address, or "" when there is none or mail to it came back for good."""
    return (
        ContactPoint.objects.filter(person=person, kind=ContactKind.MAIL, is_primary=True, dead_at__isnull=True)
        .values_list("value", flat=True)
        .first()
        or ""
    )
