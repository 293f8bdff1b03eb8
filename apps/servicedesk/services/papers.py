"""Certificates: the number first, the sheet after, one in place of another, and calling one back."""

from datetime import datetime, timedelta
from functools import partial

import structlog
from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.numbers import issue_number
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk import certificates
from apps.servicedesk.certificates import VALID_DAYS, UnableToIssue
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.rules import can_manage_certificate
from apps.servicedesk.services.moving import lock
from apps.servicedesk.services.telling import requester_side, tell_people

log = structlog.get_logger(__name__)
SERIES = "certificate"


class UnableToRevoke(Exception):
    """It is revoked or replaced already, or no reason was given."""


@transaction.atomic
def issue_certificate(*, request: Request, actor: Person, at: datetime | None = None) -> Certificate:
    """A numbered certificate without its sheet; the sheet is made after the commit (by the sweep if that fails).

    Raises UnableToIssue when the requester is not what the paper would say.
    """
    at = at or now()
    printed = certificates.printed_fields(request, at=at)
    certificate = Certificate.objects.create(
        request=request,
        number=issue_number(series=SERIES, at=at).text,
        language=certificates.language_of(request),
        printed=printed,
        issued_at=at,
        issued_by=actor,
        expires_at=at + timedelta(days=VALID_DAYS),
    )
    record(actor=actor, verb="issue", obj=request, changes={"certificate": [None, certificate.number]}, at=at)
    transaction.on_commit(partial(ask_for_paper, certificate.pk), robust=True)
    return certificate


def ask_for_paper(certificate_id: int) -> None:
    """Ask a worker for the sheet now; without a broker the next sweep makes it."""
    try:
        current_app.send_task("servicedesk.make_paper", args=[certificate_id], queue="urgent", retry=False, expires=240)
    except Exception as error:
        log.warning("nudge_failed", certificate_id=certificate_id, error=type(error).__name__)


def make_paper(certificate_id: int, *, at: datetime | None = None) -> bool:
    """Draw the sheet outside any lock and keep it, with the hash of its link; True if this call made it.

    Two may draw at once: the first to store wins, the other sheet and its link are thrown away unseen.
    """
    certificate = Certificate.objects.select_related("request__requester").get(pk=certificate_id)
    if certificate.blob_id:
        return False
    token = certificates.new_token()
    sheet = certificates.draw(certificate, token)
    with transaction.atomic():
        locked = Certificate.objects.select_for_update().get(pk=certificate_id)
        if locked.blob_id:
            return False
        locked.blob = store_bytes(sheet, content_type="application/pdf")
        locked.token_hash = certificates.hash_token(token)
        locked.save(update_fields=["blob", "token_hash"])
        Attachment.objects.create(
            blob=locked.blob, name=f"{locked.number}.pdf", subject=locked, role="certificate", uploaded_at=at or now()
        )
        request = certificate.request
        tell_people(requester_side(request), "paper_ready", request=request, actor=None, at=at or now())
    return True


def make_missing_papers(*, at: datetime | None = None, limit: int = 50) -> int:
    """Make the sheets that a crash left out, oldest first; one that fails does not stop the others."""
    made = 0
    for pk in Certificate.objects.filter(blob__isnull=True).order_by("issued_at").values_list("pk", flat=True)[:limit]:
        try:
            made += make_paper(pk, at=at)
        except Exception:
            log.exception("paper_failed", certificate_id=pk)
    return made


@transaction.atomic
def reissue_certificate(
    *, certificate: Certificate, actor: Person, reason: str, at: datetime | None = None
) -> Certificate:
    """A new certificate in place of this one, with today's facts and a new number; the old one's page says so.

    Raises PermissionDenied, UnableToIssue (revoked or replaced already, no reason, or no student any more).
    """
    at, reason = at or now(), reason.strip()
    request, old = lock_both(certificate, actor, at)
    if old.replaced_by_id or old.revoked_at:
        raise UnableToIssue(_("This certificate is replaced or revoked already."))
    if not reason:
        raise UnableToIssue(_("Write down why: the other side reads it."))
    new = issue_certificate(request=request, actor=actor, at=at)
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    changes = {"certificate": [old.number, new.number]}
    record(actor=actor, verb="reissue", obj=request, changes=changes, note=reason, at=at)
    return new


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, actor: Person, reason: str, at: datetime | None = None
) -> Certificate:
    """Call a certificate back; its page says "revoked" from now on. Again, by anybody, changes nothing.

    Raises PermissionDenied, UnableToRevoke.
    """
    at, reason = at or now(), reason.strip()
    request, row = lock_both(certificate, actor, at)
    if row.revoked_at:
        return row
    if row.state_at(at) == CertificateState.REPLACED:
        raise UnableToRevoke(_("This certificate is replaced; revoke the new one."))
    if not reason:
        raise UnableToRevoke(_("Write down why: the other side reads it."))
    row.revoked_at, row.revoke_reason = at, reason[:200]
    row.save(update_fields=["revoked_at", "revoke_reason"])
    changes = {"certificate": [row.number, None]}
    record(actor=actor, verb="revoke", obj=request, changes=changes, note=reason, at=at)
    tell_people(requester_side(request), "paper_revoked", request=request, actor=actor, at=at, note=reason)
    return row


def lock_both(certificate: Certificate, actor: Person, at: datetime) -> tuple[Request, Certificate]:
    """Request first, then its certificate, as every move does. Raises PermissionDenied."""
    request = lock(certificate.request)
    if not can_manage_certificate(actor, request, at):
        raise PermissionDenied(_("This is not yours to do."))
    return request, Certificate.objects.select_for_update().get(pk=certificate.pk)
