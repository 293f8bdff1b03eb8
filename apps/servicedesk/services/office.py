"""The office's own part of a form: what only handlers fill in."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import RequestState, Who
from apps.servicedesk.models import Request
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.answers import office_keys, write_answers
from apps.servicedesk.services.approval_standing import approval_stands
from apps.servicedesk.services.errors import UnableToFillIn
from apps.servicedesk.services.moving import check_version, lock, touch
from apps.servicedesk.services.sealing import call_back
from apps.servicedesk.services.texts import write_text
from apps.servicedesk.sign_off import mark_office


@transaction.atomic
def fill_office_part(
    *,
    request: Request,
    actor: Person,
    answers: Mapping[str, object],
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Write the office's answers; one that is left out is cleared, the requester's stay as they are. What was approved
    on other answers of the office does not stand any more, and its paper is taken back from the keeper of the seal.

    The same answers again change nothing. Raises PermissionDenied, Changed, UnableToFillIn (closed, somebody is to
    decide about it, or an answer of the requester is another).
    """
    at, row = at or now(), lock(request)
    acting = capacity(actor, row, Who.HANDLER, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    before, theirs = row.answer_set.answers, office_keys(row)
    given = {key: value for key, value in answers.items() if key in theirs}
    if given == {key: value for key, value in before.items() if key in theirs}:
        return row
    check_version(row, version)
    if not row.is_open:
        raise UnableToFillIn(_("This request is closed; nothing is filled in any more."))
    if row.state == RequestState.IN_APPROVAL:
        words = _(
            "Somebody is deciding about these answers. Wait for the decision, or take it back from approval first."
        )
        raise UnableToFillIn(words)
    if any(value != before.get(key) for key, value in answers.items() if key not in theirs):
        raise UnableToFillIn(_("Only the office's own part can be filled in here."))
    kept, stood = {key: value for key, value in before.items() if key not in theirs}, approval_stands(row)
    write_answers(row, {**kept, **given}, person=actor, at=at)
    changed = [key for key in theirs if row.answer_set.answers.get(key) != before.get(key)]
    mark_office(row, before, changed=changed, at=at)
    touch(row, at=at)
    write_text(row)
    record(
        actor=actor,
        on_behalf_of=acting.on_behalf_of,
        verb="office",
        obj=row,
        changes={"answers": sorted(changed)},
        note=void_approval(row, actor=actor, at=at) if stood and not approval_stands(row) else "",
        internal=True,
        at=at,
    )
    return row


def void_approval(request: Request, *, actor: Person, at: datetime) -> str:
    """What was approved is not what will be done; gives the words for the history."""
    words = _("The approval was for other answers of the office; it has to be asked for again.")
    call_back(request, actor=actor, reason=words, at=at)
    return words
