"""A request that holds two matters: one of them becomes a request of its own."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import LinkKind
from apps.servicedesk.models import Request, Service
from apps.servicedesk.rules import can_split
from apps.servicedesk.services.carrying import carried_answers, copy_messages
from apps.servicedesk.services.consent import carry_consent
from apps.servicedesk.services.errors import UnableToFile, UnableToSplit
from apps.servicedesk.services.filing import save_draft, start_draft
from apps.servicedesk.services.linking import make_link
from apps.servicedesk.services.moving import lock


@transaction.atomic
def split(
    *,
    request: Request,
    service: Service,
    actor: Person,
    answers: Collection[str] = (),
    messages: Collection[int] = (),
    note: str = "",
    at: datetime | None = None,
) -> Request:
    """A draft for the same requester with the named answers and messages; the clerk checks it and files it.

    The old request keeps everything. Raises PermissionDenied, UnableToSplit.
    """
    at, row = at or now(), lock(request)
    if not Request.objects.visible_to(actor).filter(pk=row.pk).exists() or not can_split(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    taken = list(row.messages.filter(pk__in=messages).order_by("at", "pk"))
    if not taken and not answers:
        raise UnableToSplit(_("Choose what goes into the new request."))
    try:
        draft = start_draft(actor=actor, service=service, requester=row.requester, at=at)
        carry_consent(draft=draft, origin=row, actor=actor, at=at)
        kept = carried_answers(row, draft.answer_set.form_version, person=actor, only=set(answers))
        draft = save_draft(request=draft, actor=actor, answers=kept, at=at)
    except UnableToFile as error:
        raise UnableToSplit(str(error)) from error
    copy_messages(taken, draft)
    make_link(draft, row, LinkKind.SPLIT, actor, at)
    record(actor=actor, verb="split", obj=row, changes={"other": draft.pk}, note=note.strip(), internal=True, at=at)
    return draft
