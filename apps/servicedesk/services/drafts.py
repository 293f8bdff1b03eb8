"""A draft that nobody needs any more."""

from datetime import datetime, timedelta

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, Consent, Request
from apps.servicedesk.services.errors import UnableToFile
from apps.servicedesk.services.moving import lock

log = structlog.get_logger(__name__)
KEPT = timedelta(days=60)


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
    remove(row)


def remove(row: Request) -> None:
    """A locked draft with everything that hangs on it. A certificate that it was to renew can be renewed anew."""
    Certificate.objects.filter(renewal=row).update(renewal=None)
    remove_company(row)
    Attachment.objects.of(row).delete()
    Consent.objects.filter(request=row).delete()
    answers = row.answer_set
    row.delete()
    answers.delete()


def kept_until(draft: Request) -> datetime:
    """When a draft is removed if nobody touches it."""
    return draft.last_event_at + KEPT


def remove_old_drafts(*, at: datetime, limit: int = 200) -> int:
    """Drafts that nobody touched for a long time; gives how many. One that fails does not stop the others."""
    old = Request.objects.filter(state=RequestState.DRAFT, last_event_at__lte=at - KEPT)
    removed = 0
    for key in list(old.order_by("last_event_at").values_list("pk", flat=True)[:limit]):
        try:
            removed += remove_one(key, old)
        except Exception:
            log.exception("draft_not_removed", request_id=key)
    return removed


@transaction.atomic
def remove_one(key: int, old: QuerySet) -> bool:
    """Look again under the lock: it may have been touched, or filed."""
    row = old.select_for_update(of=("self",), skip_locked=True).select_related("answer_set").filter(pk=key).first()
    if row is None:
        return False
    remove(row)
    return True
