"""Django's mail backend: whatever any library mails goes into the outbox."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import BadHeaderError, EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import get_language

from apps.core.clock import now
from apps.delivery.enums import MessageClass, Queue
from apps.delivery.services import Text, create_message, plan_one_mail
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person

SOURCE = "django.mail"


class UnableToSendAttachment(Exception):
    """A library tried to mail a file. Files stay in the portal; the mail carries a link."""


class OutboxBackend(BaseEmailBackend):
    """Each mail becomes a message of the class "account" in the urgent queue, with a delivery for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put all mails or none into the outbox; gives their number. Raises UnableToSendAttachment, silent or not."""
        mails = list(email_messages)
        for mail in mails:
            if mail.attachments:
                raise UnableToSendAttachment("mails carry no files; link to the portal instead")
        with transaction.atomic():
            return sum(keep(mail) for mail in mails)


def keep(mail: EmailMessage) -> bool:
    """Write one mail into the outbox; False when it has no recipient."""
    addresses = {bare_address(address).lower(): bare_address(address) for address in mail.recipients()}
    if not addresses:
        return False
    message = create_message(
        source=SOURCE,
        message_class=MessageClass.ACCOUNT,
        queue=Queue.URGENT,
        texts={get_language() or "en": Text(" ".join(mail.subject.split()) or "-", str(mail.body), html_of(mail))},
    )
    people = people_by_address(list(addresses))
    told: set[int] = set()
    for lowered, address in addresses.items():
        person = people.get(lowered)
        # Two addresses of one person: the second goes out without the name, a person has one row a round.
        owner = person if person and person.pk not in told else None
        told.update([owner.pk] if owner else [])
        plan_one_mail(message=message, person=owner, address=address, at=now())
    return True


def bare_address(text: str) -> str:
    """The address without a name. Raises BadHeaderError for one with a line break or none at all."""
    address = parseaddr(str(text))[1]
    if not address or any(character in str(text) for character in "\r\n\0"):
        raise BadHeaderError("not one mail address")
    return address


def html_of(mail: EmailMessage) -> str:
    alternatives = getattr(mail, "alternatives", [])
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")


def people_by_address(addresses: list[str]) -> dict[str, Person]:
    """The one active person behind each address (lower case); an address of two people belongs to neither."""
    points = ContactPoint.objects.alias(lowered=Lower("value")).filter(kind=ContactKind.MAIL, lowered__in=addresses)
    found: dict[str, dict[int, Person]] = {}
    for person in Person.objects.alias(lowered=Lower("email")).filter(lowered__in=addresses):
        found.setdefault(person.email.lower(), {})[person.pk] = person
    for point in points.select_related("person"):
        found.setdefault(point.value.lower(), {})[point.person_id] = point.person
    return {address: next(iter(people.values())) for address, people in found.items() if len(people) == 1}
