"""Programs and their tokens: made, changed, switched off, revoked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.interfaces.enums import LONGEST_DAYS, Scope
from apps.interfaces.models import Integration, Token
from apps.interfaces.program_words import tell_named, tell_token
from apps.interfaces.rules import can_confirm
from apps.interfaces.services.hooks import from_here
from apps.interfaces.tokens import SHOWN, hash_token, new_token
from apps.journal.services import record
from apps.people.models import Person


class UnableToSaveIntegration(Exception):
    """The name is taken, the owner is not active, or somebody else saved meanwhile."""


class UnableToMakeToken(Exception):
    """It would last too long, may nothing, or names no network; or the program is switched off."""


@dataclass(frozen=True)
class IntegrationData:
    name: str
    purpose: str
    owner: Person


@dataclass(frozen=True)
class TokenData:
    scopes: list[str]
    days: int
    networks: list[str] = field(default_factory=list)


@transaction.atomic
def create_integration(*, data: IntegrationData, actor: Person, at: datetime | None = None) -> Integration:
    """In the own name it counts at once; another person is told, and has to confirm it. Raises
    UnableToSaveIntegration.
    """
    at = at or now()
    integration = Integration(created_by=actor, created_at=at, confirmed_at=at if data.owner == actor else None)
    _save(integration, data)
    changes = {"name": data.name, "owner": data.owner.pk}
    record(actor=actor, verb="integration_created", obj=integration, changes=changes, at=at)
    tell_named(integration, actor, at)
    return integration


@transaction.atomic
def edit_integration(
    *, integration: Integration, data: IntegrationData, version: int, actor: Person, at: datetime | None = None
) -> Integration:
    """Another owner ends all tokens, they were made for the rights of another, and has to confirm it first. Raises
    UnableToSaveIntegration.
    """
    at, row = at or now(), Integration.objects.select_for_update().get(pk=integration.pk)
    if row.version != version:
        raise UnableToSaveIntegration(_("Somebody else changed this meanwhile. Look at it again."))
    before = row.owner_id
    changes = {"name": [row.name, data.name], "owner": [before, data.owner.pk]}
    row.version += 1
    if before != data.owner.pk:
        row.confirmed_at = at if data.owner == actor else None
    _save(row, data)
    record(actor=actor, verb="integration_edited", obj=row, changes=changes, at=at)
    if before != data.owner.pk:
        for token in row.tokens.filter(revoked_at__isnull=True):
            revoke_token(token=token, actor=actor, at=at)
        tell_named(row, actor, at)
    return row


def _save(row: Integration, data: IntegrationData) -> None:
    if not data.owner.is_active:
        raise UnableToSaveIntegration(_("A program acts in the name of somebody who is active."))
    row.name, row.purpose, row.owner = data.name.strip(), data.purpose.strip(), data.owner
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise UnableToSaveIntegration(_("There is a program of this name.")) from error


@transaction.atomic
def switch_off(*, integration: Integration, actor: Person, at: datetime | None = None) -> None:
    """No token of it is good from now on, and nothing is sent to it. What its owner ends acts again on the owner's word
    alone.
    """
    rows = Integration.objects.filter(pk=integration.pk, is_active=True)
    if rows.update(is_active=False, version=F("version") + 1):
        rows = Integration.objects.filter(pk=integration.pk, owner=actor)
        rows.update(confirmed_at=None)
        record(actor=actor, verb="integration_off", obj=integration, at=at)


@transaction.atomic
def switch_on(*, integration: Integration, actor: Person, at: datetime | None = None) -> None:
    """Its tokens are good again, unless its owner had ended it and has to confirm it anew; what happened meanwhile is
    not told.
    """
    at = at or now()
    rows = Integration.objects.filter(pk=integration.pk, is_active=False)
    if not rows.update(is_active=True, version=F("version") + 1):
        return
    integration.subscriptions.update(**from_here())
    record(actor=actor, verb="integration_on", obj=integration, at=at)
    waiting = Integration.objects.filter(pk=integration.pk, confirmed_at__isnull=True)
    if not waiting.filter(owner=actor).update(confirmed_at=at) and waiting.exists():
        tell_named(integration, actor, at)


@transaction.atomic
def confirm_integration(*, integration: Integration, actor: Person, at: datetime | None = None) -> None:
    """From now on it acts in the name of `actor`, its owner. Again changes nothing. Raises PermissionDenied."""
    at = at or now()
    if not can_confirm(actor, integration):
        raise PermissionDenied
    rows = Integration.objects.filter(pk=integration.pk, owner=actor, is_active=True, confirmed_at__isnull=True)
    if rows.update(confirmed_at=at):
        integration.subscriptions.update(**from_here())
        record(actor=actor, verb="integration_confirmed", obj=integration, at=at)


@transaction.atomic
def make_token(
    *, integration: Integration, data: TokenData, actor: Person, at: datetime | None = None
) -> tuple[Token, str]:
    """A token and its text, which is given this once and kept nowhere; in whose name it acts is told. Raises
    UnableToMakeToken.
    """
    at, scopes = at or now(), [scope for scope in Scope.values if scope in data.scopes]
    if not integration.is_active:
        raise UnableToMakeToken(_("The program is switched off."))
    if not scopes or len(scopes) != len(set(data.scopes)):
        raise UnableToMakeToken(_("Choose what the token may do."))
    if not 1 <= data.days <= LONGEST_DAYS:
        raise UnableToMakeToken(_("A token lasts between a day and a year."))
    text = new_token()
    token = Token.objects.create(
        integration=integration,
        hint=text[:SHOWN],
        token_hash=hash_token(text),
        scopes=scopes,
        networks=[read_network(each) for each in data.networks],
        created_by=actor,
        created_at=at,
        expires_at=at + timedelta(days=data.days),
    )
    changes = {"hint": token.hint, "scopes": scopes, "networks": token.networks, "days": data.days}
    record(actor=actor, verb="token_made", obj=integration, changes=changes, at=at)
    tell_token(token, actor, at)
    return token, text


def read_network(text: str) -> str:
    """An address or network as it is kept: 10.1.0.0/16. Raises UnableToMakeToken."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError as error:
        words = _("“%(text)s” is no network. Write for example 10.1.0.0/16.")
        raise UnableToMakeToken(words % {"text": text.strip()[:60]}) from error


@transaction.atomic
def revoke_token(*, token: Token, actor: Person, at: datetime | None = None) -> None:
    """From now on it is good for nothing. Again changes nothing."""
    at = at or now()
    if Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=actor):
        record(actor=actor, verb="token_revoked", obj=token.integration, changes={"hint": token.hint}, at=at)
