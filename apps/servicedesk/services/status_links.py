"""Links that show where one request stands to whoever holds them: made on the
requester's word, taken back at any time."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.public_links import hash_token, is_token, new_token
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import Request, StatusLink
from apps.servicedesk.rules import can_share
from apps.servicedesk.services.moving import lock


@transaction.atomic
def make_link(*, request: Request, actor: Person, at: datetime | None = None) -> str:
    """A new token, told only now; an earlier link of this request stops to work. Raises PermissionDenied."""
    at, row = at or now(), lock(request)
    require_share(actor, row, at)
    end_links(row, actor, at)
    token = new_token()
    StatusLink.objects.create(request=row, token_hash=hash_token(token), made_by=actor, made_at=at)
    record(actor=actor, verb="share", obj=row, at=at)
    return token


@transaction.atomic
def revoke_link(*, request: Request, actor: Person, at: datetime | None = None) -> bool:
    """Nobody sees anything by it from now on; True if there was one. Raises PermissionDenied."""
    at, row = at or now(), lock(request)
    require_share(actor, row, at)
    if not end_links(row, actor, at):
        return False
    record(actor=actor, verb="unshare", obj=row, at=at)
    return True


def require_share(actor: Person, row: Request, at: datetime | None = None) -> None:
    if not can_share(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))


def end_links(row: Request, actor: Person, at: datetime) -> int:
    return StatusLink.objects.filter(request=row, revoked_at=None).update(revoked_at=at, revoked_by=actor)


def find_link(token: str, at: datetime) -> StatusLink | None:
    """The link with its request; None for a wrong, a withdrawn, an expired and an absent one alike (one query)."""
    if not is_token(token):
        return None
    rows = StatusLink.objects.select_related("request__service__area")
    found = rows.filter(token_hash=hash_token(token)).first()
    return found if found and found.is_open(at) else None
