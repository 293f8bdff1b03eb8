"""A paper goes into other hands (改分): who drafted it has left, is away, or has too much to do."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.dispatch import route
from apps.dispatch.models import Draft
from apps.dispatch.services.errors import UnableToDraft
from apps.dispatch.services.routing import locked_draft
from apps.documents import services as documents
from apps.documents.rules import acts_for, can_draft
from apps.documents.services.locking import lock
from apps.people.models import Person


@transaction.atomic
def hand_over(*, draft: Draft, to: Person, reason: str, actor: Person, at: datetime | None = None) -> Draft:
    """Who drafted it stays named; `to` writes on and puts it up. Again changes nothing.

    Raises UnableToDraft, documents.UnableToMove.
    """
    at = at or now()
    kept = locked_draft(lock(draft.document))
    row = kept.document
    if not can_draft(to):
        raise UnableToDraft(_("Papers are written by clerks, unit secretaries and heads, and the director."))
    asked = {point.step.approver_id for point in route.open_points(row)}
    if to.pk in {kept.signer_id, *asked}:
        raise UnableToDraft(_("Nobody decides about what they have in hand. Choose somebody else."))
    documents.hand_over(document=row, to=to, reason=reason, actor=actor, on_behalf_of=acts_for(actor, row, at), at=at)
    return kept
