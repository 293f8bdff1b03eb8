"""The office's own part of a form: what only handlers fill in."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Request
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.answers import office_keys, write_answers
from apps.servicedesk.services.errors import UnableToFillIn
from apps.servicedesk.services.moving import check_version, lock, touch
from apps.servicedesk.services.texts import write_text


@transaction.atomic
def fill_office_part(
    *,
    request: Request,
    actor: Person,
    answers: Mapping[str, object],
    version: int | None = None,
    at: datetime | None = None,
) -> Request:
    """Write the office's answers; one that is left out is cleared, the requester's stay as they are.

    The same answers again change nothing. Raises PermissionDenied, Changed, UnableToFillIn (closed, or an answer of
    the requester is another).
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
    if any(value != before.get(key) for key, value in answers.items() if key not in theirs):
        raise UnableToFillIn(_("Only the office's own part can be filled in here."))
    kept = {key: value for key, value in before.items() if key not in theirs}
    write_answers(row, {**kept, **given}, person=actor, at=at)
    changed = [key for key in theirs if row.answer_set.answers.get(key) != before.get(key)]
    touch(row, at=at)
    write_text(row)
    record(
        actor=actor,
        on_behalf_of=acting.on_behalf_of,
        verb="office",
        obj=row,
        changes={"answers": sorted(changed)},
        internal=True,
        at=at,
    )
    return row
