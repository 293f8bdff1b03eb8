"""Mail addresses of a person: the one for sign-in, others, and the proof that an address is the person's own."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.people.enums import ContactKind
from apps.people.history import tell
from apps.people.models import ContactPoint, ContactProof, Person
from apps.people.tokens import hash_token, new_token

PROOF_VALID = timedelta(days=2)
MOST_CONTACTS = 10


class UnableToSetMail(Exception):
    """The address is another person's."""


class UnableToAddMail(Exception):
    """The address is there already, or another person's, or there are too many."""


class UnableToVerifyMail(Exception):
    """The link is wrong, used, too old, or another person's. All four are told alike."""


class UnableToAddContact(Exception):
    """There are too many already."""


class UnableToRemoveContact(Exception):
    """The main address stays until another one is the main one."""


@transaction.atomic
def set_mail(
    *, person: Person, address: str, actor: Person | None, verified: bool = False, at: datetime | None = None
) -> ContactPoint:
    """Make `address` the person's main contact point and sign-in address, both at once. Raises UnableToSetMail."""
    at = at or now()
    person = Person.objects.select_for_update().get(pk=person.pk)
    address = address.strip()
    if owner_of(address, besides=person):
        raise UnableToSetMail(_("This address belongs to another person."))
    mails = ContactPoint.objects.filter(person=person, kind=ContactKind.MAIL)
    mails.filter(is_primary=True).exclude(value__iexact=address).update(is_primary=False)
    contact = mails.filter(value__iexact=address).first() or ContactPoint(person=person, kind=ContactKind.MAIL)
    contact.value, contact.is_primary = address, True
    if verified and contact.verified_at is None:
        contact.verified_at = at
    contact.save()
    if person.email != address:
        old, person.email = person.email, address
        person.version += 1
        person.save(update_fields=["email", "version"])
        tell(actor=actor, verb="mail_changed", obj=person, changes={"email": [old, address]}, at=at)
    return contact


def owner_of(address: str, *, besides: Person) -> Person | None:
    """Whose sign-in address, or proved address, this is."""
    others = Person.objects.exclude(pk=besides.pk)
    proved = ContactPoint.objects.filter(kind=ContactKind.MAIL, value__iexact=address, verified_at__isnull=False)
    return others.filter(email__iexact=address).first() or others.filter(contacts__in=proved).first()


@transaction.atomic
def add_mail(*, person: Person, address: str, actor: Person, at: datetime | None = None) -> ContactPoint:
    """Add an address, not proved yet, and send the link that proves it. Raises UnableToAddMail."""
    at = at or now()
    person = Person.objects.select_for_update().get(pk=person.pk)
    contacts = ContactPoint.objects.filter(person=person)
    if contacts.filter(kind=ContactKind.MAIL, value__iexact=address).exists():
        raise UnableToAddMail(_("This address is there already."))
    if contacts.count() >= MOST_CONTACTS:
        raise UnableToAddMail(_("Remove an address first; ten are the most."))
    # An address of another person is taken like any other: saying so would tell who has an account. Its owner gets the
    # mail and cannot prove it for somebody else.
    contact = ContactPoint.objects.create(person=person, kind=ContactKind.MAIL, value=address)
    tell(actor=actor, verb="mail_added", obj=person, changes={"mail": address}, at=at)
    send_proof(contact=contact, at=at)
    return contact


@transaction.atomic
def send_proof(*, contact: ContactPoint, at: datetime | None = None) -> None:
    """Mail the link that proves `contact`; earlier links end."""
    at = at or now()
    ContactProof.objects.filter(contact=contact, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    token = new_token()
    ContactProof.objects.create(
        contact=contact, token_hash=hash_token(token), created_at=at, expires_at=at + PROOF_VALID
    )
    link = settings.PORTAL_URL + reverse("people:verify_mail", args=[token])
    with translation.override(contact.person.language):
        text = render_to_string("people/mails/proof.txt", {"person": contact.person, "link": link})
        send_mail(_("Is this your mail address?"), text, None, [contact.value])


def find_proof(*, token: str, person: Person, at: datetime) -> ContactProof | None:
    """The open link of this person, or None."""
    proofs = ContactProof.objects.filter(token_hash=hash_token(token), contact__person=person)
    return proofs.filter(used_at__isnull=True, expires_at__gt=at).select_related("contact").first()


@transaction.atomic
def verify_mail(*, token: str, person: Person, at: datetime | None = None) -> ContactPoint:
    """The person opened the link and said yes. Raises UnableToVerifyMail."""
    at = at or now()
    proof = find_proof(token=token, person=person, at=at)
    if proof is None or owner_of(proof.contact.value, besides=person):
        raise UnableToVerifyMail(_("This link is not valid any more. Ask for a new one."))
    if not ContactProof.objects.filter(pk=proof.pk, used_at__isnull=True).update(used_at=at):
        raise UnableToVerifyMail(_("This link is not valid any more. Ask for a new one."))
    contact = proof.contact
    contact.verified_at, contact.dead_at, contact.dead_cause = at, None, ""
    contact.save(update_fields=["verified_at", "dead_at", "dead_cause"])
    tell(actor=person, verb="mail_verified", obj=person, changes={"mail": contact.value}, at=at)
    return contact


@transaction.atomic
def add_contact(
    *, person: Person, kind: ContactKind, value: str, actor: Person, at: datetime | None = None
) -> ContactPoint:
    """Make a telephone number or a name in a chat service the main one of its kind; one that was marked as dead works
    again. Raises UnableToAddContact.
    """
    at = at or now()
    Person.objects.select_for_update().get(pk=person.pk)
    mine = ContactPoint.objects.filter(person=person)
    contact = mine.filter(kind=kind, value__iexact=value).first()
    if contact is None and mine.count() >= MOST_CONTACTS:
        raise UnableToAddContact(_("Remove an address first; ten are the most."))
    mine.filter(kind=kind, is_primary=True).update(is_primary=False)
    contact = contact or ContactPoint(person=person, kind=kind)
    contact.value, contact.is_primary, contact.dead_at, contact.dead_cause = value, True, None, ""
    contact.save()
    tell(actor=actor, verb="contact_added", obj=person, changes={kind: value}, at=at)
    return contact


@transaction.atomic
def remove_contact(*, contact: ContactPoint, actor: Person, at: datetime | None = None) -> None:
    """Raises UnableToRemoveContact."""
    if contact.kind == ContactKind.MAIL and contact.is_primary:
        raise UnableToRemoveContact(_("Make another address the main one first."))
    person, value = contact.person, contact.value
    contact.delete()
    tell(actor=actor, verb="contact_removed", obj=person, changes={contact.kind: value}, at=at)


@transaction.atomic
def mark_phone_dead(*, person: Person, number: str, actor: Person, at: datetime | None = None) -> bool:
    """Somebody called and it was not this person's number: it is not offered again. False where it is not known."""
    at = at or now()
    known = ContactPoint.objects.filter(person=person, kind=ContactKind.PHONE, value=number, dead_at__isnull=True)
    if not known.update(dead_at=at, dead_cause="wrong number"):
        return False
    tell(actor=actor, verb="mark_address_dead", obj=person, changes={"phone": number}, at=at)
    return True
