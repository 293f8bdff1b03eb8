"""A certificate that ends: its holder is reminded, and asks for a new one with one click."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.questionnaires.enums import FieldKind
from apps.questionnaires.prefill import answers_from
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, Request, Service
from apps.servicedesk.papers.certificates import UnableToIssue, questions_of
from apps.servicedesk.services.answers import missing_answers
from apps.servicedesk.services.filing import save_draft, start_draft, submit
from apps.servicedesk.services.paper_telling import tell_holder

REMINDED_AT_ONCE = 200
CAME_TO_NOTHING = (RequestState.WITHDRAWN, RequestState.REFUSED, RequestState.LAPSED)
NOT_ASKED = (RequestState.DRAFT, *CAME_TO_NOTHING)


def standing_renewal(certificate: Certificate) -> Request | None:
    """The request that asks for a new one, unless it was withdrawn, refused or closed without an answer."""
    found = certificate.renewal
    return found if found and found.state not in CAME_TO_NOTHING else None


@transaction.atomic
def renew(*, certificate: Certificate, actor: Person, at: datetime | None = None) -> Request:
    """File the service of a certificate again with the old answers, for its holder; both know of each other.

    What cannot be taken over (a file, a question that is new) leaves a draft to be completed. A second time gives the
    request that is there, unless it came to nothing.

    Raises PermissionDenied, UnableToIssue (revoked or replaced), UnableToFile.
    """
    at = at or now()
    row = lock_own(certificate, actor)
    if found := standing_renewal(row):
        return found
    if row.revoked_at or row.replaced_by_id:
        raise UnableToIssue(_("This certificate is replaced or revoked already."))
    request = start_draft(actor=actor, service=service_of(row), at=at)
    request = save_draft(request=request, actor=actor, answers=old_answers(row, request), at=at)
    if not missing_answers(request):
        request = submit(request=request, actor=actor, at=at)
    row.renewal = request
    row.save(update_fields=["renewal"])
    record(actor=actor, verb="renew", obj=row, changes={"request": [None, request.number]}, at=at)
    return request


def lock_own(certificate: Certificate, actor: Person) -> Certificate:
    Certificate.objects.select_for_update().only("pk").get(pk=certificate.pk)
    rows = Certificate.objects.select_related("request__answer_set__form_version", "batch", "renewal")
    row = rows.get(pk=certificate.pk)
    if row.person_id != actor.pk:
        raise PermissionDenied(_("Only its holder asks for a new one."))
    return row


def service_of(certificate: Certificate) -> Service:
    origin = certificate.request or certificate.batch
    return Service.objects.get(pk=origin.service_id)


def old_answers(certificate: Certificate, request: Request) -> dict[str, object]:
    """What was answered before and still fits the form; files are handed in anew."""
    files = {field.key for field in questions_of(request.service) if field.kind == FieldKind.FILE}
    if certificate.request:
        found = answers_from(certificate.request.answer_set, request.answer_set.form_version)
    else:
        found = dict(certificate.batch.answers)
    return {key: value for key, value in found.items() if key not in files}


def remind_ending(*, at: datetime | None = None) -> int:
    """Tell holders of papers that end soon, each once; gives how many were told. While a new one is asked for, nobody
    is reminded; if that comes to nothing, the holder is.
    """
    at = at or now()
    due = Certificate.objects.filter(remind_at__lte=at, reminded_at__isnull=True).order_by("remind_at", "pk")
    due = due.filter(Q(renewal__isnull=True) | Q(renewal__state__in=NOT_ASKED) | Q(expires_at__lte=at))
    return sum(remind_one(pk, at) for pk in list(due.values_list("pk", flat=True)[:REMINDED_AT_ONCE]))


@transaction.atomic
def remind_one(pk: int, at: datetime) -> bool:
    """Lock the row and look again: another sweep may have told of it. Papers that hold no more are passed over."""
    row = Certificate.objects.filter(reminded_at__isnull=True).select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    if row.state_at(at) != "valid":
        return False
    full = Certificate.objects.select_related("person", "template_version").get(pk=pk)
    tell_holder(full, "paper_ends", actor=None, at=at)
    return True
