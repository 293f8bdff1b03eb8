"""A draft that nobody needs any more."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.services.errors import UnableToFile
from apps.servicedesk.services.moving import lock


def remove_company(draft: Request) -> None:
    """What a draft that was begun from another request took along: links, and copies of messages with their files."""
    draft.links_from.all().delete()
    draft.links_to.all().delete()
    for message in draft.messages.all():
        Attachment.objects.of(message).delete()
        message.delete()


@transaction.atomic
def discard_draft(*, request: Request, actor: Person) -> None:
    """Remove a draft with its answers and files; it never had a number, so nothing is missing afterwards.

    Raises PermissionDenied (somebody else's), UnableToFile (filed meanwhile).
    """
    row = lock(request)
    if row.filed_by_id != actor.pk:
        raise PermissionDenied(_("This is not yours to do."))
    if row.state != RequestState.DRAFT:
        raise UnableToFile(_("This request is filed already."))
    remove_company(row)
    Attachment.objects.of(row).delete()
    answers = row.answer_set
    row.delete()
    answers.delete()
