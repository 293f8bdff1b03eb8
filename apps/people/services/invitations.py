"""One-time links with which imported people set their first password."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.people.history import tell
from apps.people.models import ContactPoint, Invitation, Person
from apps.people.services.contacts import set_mail
from apps.people.services.sessions import end_sessions
from apps.people.tokens import hash_token, new_token

VALID = timedelta(days=2)


class UnableToInvite(Exception):
    """The person is not active, has no address, or has a password already."""


class UnableToAccept(Exception):
    """The link is wrong, used or too old. All three are told alike."""


@transaction.atomic
def create_link(*, person: Person, actor: Person, at: datetime | None = None) -> str:
    """A new link for `person`; earlier ones end. Gives the whole address. Raises UnableToInvite."""
    at = at or now()
    if not person.is_active:
        raise UnableToInvite(_("%(name)s is not active.") % {"name": person.name})
    if person.last_login is not None:
        raise UnableToInvite(
            _("%(name)s has signed in before; a lost password has its own way.") % {"name": person.name}
        )
    Invitation.objects.filter(person=person, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    token = new_token()
    Invitation.objects.create(
        person=person, token_hash=hash_token(token), created_by=actor, created_at=at, expires_at=at + VALID
    )
    tell(actor=actor, verb="invited", obj=person, at=at)
    return settings.PORTAL_URL + reverse("people:accept_invitation", args=[token])


@transaction.atomic
def invite(*, person: Person, actor: Person, at: datetime | None = None) -> None:
    """Mail a one-time link to the person's sign-in address. Raises UnableToInvite."""
    if not person.email:
        raise UnableToInvite(_("%(name)s has no mail address.") % {"name": person.name})
    link = create_link(person=person, actor=actor, at=at)
    with translation.override(person.language):
        text = render_to_string("people/mails/invitation.txt", {"person": person, "link": link})
        send_mail(_("Your account at the college office"), text, None, [person.email])


def find_invitation(*, token: str, at: datetime) -> Invitation | None:
    """The open invitation of an active person, or None: wrong, used and too old look alike."""
    rows = Invitation.objects.filter(token_hash=hash_token(token), person__is_active=True).select_related("person")
    return rows.filter(used_at__isnull=True, expires_at__gt=at).first()


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime | None = None) -> Person:
    """Set the first password; works once. Who opened the mailed link has proved the address. Raises UnableToAccept."""
    at = at or now()
    invitation = find_invitation(token=token, at=at)
    if invitation is None or not _claim(invitation, at):
        raise UnableToAccept(_("This link is not valid any more. Ask the office for a new one."))
    person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    if ContactPoint.objects.filter(person=person, value__iexact=person.email, is_primary=True).exists():
        set_mail(person=person, address=person.email, actor=person, verified=True, at=at)
    tell(actor=person, verb="invitation_used", obj=person, at=at)
    return person


def _claim(invitation: Invitation, at: datetime) -> bool:
    """Two who use one link at once: the first to come wins."""
    return bool(Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=at))
