"""Tasks about a request: given by hand, and in the way of completing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import Who
from apps.servicedesk.models import Request
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.errors import UnableToComplete, UnableToGiveTask
from apps.servicedesk.services.merged import merged_into
from apps.servicedesk.services.moving import lock
from apps.tasks import services as tasks
from apps.tasks.models import Task


@transaction.atomic
def give_task(
    *,
    request: Request,
    actor: Person,
    values: Mapping[str, object],
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
) -> Task:
    """Give somebody a part of the work (`values`: title, owner, words, due_on, wants_acceptance, shows_subject).

    Raises PermissionDenied, UnableToGiveTask.
    """
    at, row = at or now(), lock(request)
    acting = capacity(actor, row, Who.HANDLER, at)
    if acting is None:
        raise PermissionDenied(_("This is not yours to do."))
    if not row.is_open:
        raise UnableToGiveTask(_("This request is closed; there is nothing left to do for it."))
    try:
        task = tasks.give(subject=row, actor=actor, attachments=attachments, at=at, **values)
    except tasks.UnableToGive as error:
        raise UnableToGiveTask(str(error)) from error
    changes = {"task": [None, task.title], "owner_name": [None, task.owner.name]}
    record(
        actor=actor,
        on_behalf_of=acting.on_behalf_of,
        verb="give_task",
        obj=row,
        changes=changes,
        note=f"{task.title}（{task.owner.name}）",
        internal=True,
        at=at,
    )
    return task


def check_tasks_done(request: Request) -> None:
    """Raises UnableToComplete with the names of what is still open, also about requests that were merged into it."""
    rows = Task.objects.about(request, *merged_into(request)).unfinished().select_related("owner")
    names = [f"{row.title}（{row.owner.name}）" for row in rows]
    if names:
        words = _("These tasks are still open: %(names)s. Finish them or call them off first.")
        raise UnableToComplete(words % {"names": "、".join(names)})
