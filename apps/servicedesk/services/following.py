"""After the time in which a request can be opened again: a new one that follows it, filled from the old answers."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import LinkKind, RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.rules import can_follow_up, is_requester
from apps.servicedesk.services.carrying import carried_answers
from apps.servicedesk.services.consent import carry_consent
from apps.servicedesk.services.errors import UnableToFile, UnableToFollowUp
from apps.servicedesk.services.filing import save_draft, start_draft
from apps.servicedesk.services.linking import make_link
from apps.servicedesk.services.messages import add_message
from apps.servicedesk.services.moving import lock


@transaction.atomic
def follow_up(*, request: Request, actor: Person, note: str, at: datetime | None = None) -> Request:
    """A draft of the same service with the old answers and the reason as its first message; one that was begun
    already is given again. Raises PermissionDenied, UnableToFollowUp.
    """
    at, row, note = at or now(), lock(request), note.strip()
    if not is_requester(actor, row) or row.removed_at:
        raise PermissionDenied(_("This is not yours to do."))
    if not can_follow_up(actor, row, at):
        raise UnableToFollowUp(_("This request can be opened again; no new one is needed."))
    if not note:
        raise UnableToFollowUp(_("Write down why: the other side reads it."))
    begun = row.links_to.filter(kind=LinkKind.FOLLOWS, source__filed_by=actor, source__state=RequestState.DRAFT)
    known = begun.select_related("source").first()
    return known.source if known else begin_following(row, actor, note, at)


def begin_following(row: Request, actor: Person, note: str, at: datetime) -> Request:
    try:
        draft = start_draft(actor=actor, service=row.service, requester=row.requester, at=at)
        carry_consent(draft=draft, origin=row, actor=actor, at=at)
        answers = carried_answers(row, draft.answer_set.form_version, person=actor)
        draft = save_draft(request=draft, actor=actor, answers=answers, at=at)
    except UnableToFile as error:
        raise UnableToFollowUp(str(error)) from error
    make_link(draft, row, LinkKind.FOLLOWS, actor, at)
    add_message(draft, actor, note, at)
    record(actor=actor, verb="follow_up", obj=draft, changes={"other": row.pk}, note=note, at=at)
    return draft
