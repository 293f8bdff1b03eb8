"""Certificates: the number first, the sheet after, one in place of another, and calling one back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise

import structlog
from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.core.numbers import issue_number
from apps.core.public_links import hash_token
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import BatchState, CertificateState
from apps.servicedesk.models import Certificate, PaperBatch, PaperVersion, Request
from apps.servicedesk.papers import certificates
from apps.servicedesk.papers.batch_rows import own_answers
from apps.servicedesk.papers.certificates import Filled, UnableToIssue
from apps.servicedesk.papers.content import read_content
from apps.servicedesk.rules import can_manage_paper, can_revoke_paper
from apps.servicedesk.services.moving import lock
from apps.servicedesk.services.paper_telling import tell_holder
from apps.servicedesk.services.telling import requester_side, tell_people

log = structlog.get_logger(__name__)
SERIES = "certificate"


class UnableToRevoke(Exception):
    """It is revoked or replaced already, or no reason was given."""


@transaction.atomic
def issue_certificate(
    *, request: Request, actor: Person, template_id: int | None = None, at: datetime | None = None
) -> Certificate:
    """A numbered certificate without its sheet; the sheet is made after the commit (by the sweep if that fails).

    `template_id`: one of the service's templates, else its first. Raises UnableToIssue when the requester is not what
    the paper would say, or something that it says is not known.
    """
    at = at or now()
    version = certificates.version_for_request(request, template_id)
    filled = certificates.filled_for(request, version, at=at)
    certificate = write_certificate(
        person=request.requester,
        version=version,
        filled=filled,
        language=certificates.language_of(request),
        actor=actor,
        at=at,
        request=request,
    )
    record(actor=actor, verb="issue", obj=request, changes={"certificate": [None, certificate.number]}, at=at)
    transaction.on_commit(partial(ask_for_paper, certificate.pk), robust=True)
    return certificate


@transaction.atomic
def give_certificate(
    *, request: Request, actor: Person, template_id: int | None = None, at: datetime | None = None
) -> Certificate:
    """What a request yields when it is done: the first time a certificate; done again after a reopening, the one that
    stands if it would say the same, else a new one in its place. Never are two of them valid.

    `template_id`: needed where the service gives several and none stands. The caller holds the lock of the request.
    Raises UnableToIssue.
    """
    at = at or now()
    over = Q(revoked_at__isnull=False) | Q(replaced_by__isnull=False) | Q(expires_at__lte=at)
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("template_version")
    standing = list(rows.filter(request=request).exclude(over).order_by("issued_at", "pk"))
    template_id = template_id or usual_template(request, standing)
    for row in standing:
        row.request = request
    version = certificates.version_for_request(request, template_id)
    if not standing or not certificates.would_say_the_same(standing[-1], version, at=at):
        standing.append(issue_certificate(request=request, actor=actor, template_id=template_id, at=at))
    for old, new in pairwise(standing):
        replace(old, new, actor=actor, reason="", at=at)
    return standing[-1]


def usual_template(request: Request, standing: Sequence[Certificate]) -> int | None:
    """Which template, when nobody said: that of what stands, else the only one. Raises UnableToIssue."""
    offered = [paper.template_id for paper in certificates.papers_of(request.service)]
    if standing and standing[-1].template_version.template_id in offered:
        return standing[-1].template_version.template_id
    if len(offered) > 1:
        raise UnableToIssue(
            _("This service gives several certificates. Complete it on its own page and choose which one.")
        )
    return None


def write_certificate(
    *,
    person: Person,
    version: PaperVersion,
    filled: Filled,
    language: str,
    actor: Person,
    at: datetime,
    request: Request | None = None,
    batch: PaperBatch | None = None,
) -> Certificate:
    """The row with its number; needs the transaction that uses the number."""
    content = read_content(version.content)
    return Certificate.objects.create(
        request=request,
        batch=batch,
        person=person,
        template_version=version,
        number=issue_number(series=SERIES, at=at).text,
        language=language,
        printed=filled.printed,
        extra=filled.extra,
        issued_at=at,
        issued_by=actor,
        expires_at=content.ends_at(at),
        remind_at=content.reminds_at(at),
    )


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
    rows = Certificate.objects.select_related("request__requester", "person", "template_version__template")
    certificate = rows.get(pk=certificate_id)
    if certificate.blob_id:
        return False
    token = certificates.new_token()
    sheet = certificates.draw(certificate, token)
    with transaction.atomic():
        locked = Certificate.objects.select_for_update().get(pk=certificate_id)
        if locked.blob_id:
            return False
        locked.blob = store_bytes(sheet.pdf, content_type="application/pdf", origin=Origin.PORTAL)
        locked.token_hash, locked.xml_sha256 = hash_token(token), sheet.xml_sha256
        locked.save(update_fields=["blob", "token_hash", "xml_sha256"])
        Attachment.objects.create(
            blob=locked.blob, name=f"{locked.number}.pdf", subject=locked, role="certificate", uploaded_at=at or now()
        )
        tell_ready(certificate, at or now())
    return True


def tell_ready(certificate: Certificate, at: datetime) -> None:
    request = certificate.request
    if request:
        tell_people(requester_side(request), "paper_ready", request=request, actor=None, at=at)
    else:
        tell_holder(certificate, "paper_issued", actor=None, at=at)


def make_missing_papers(*, at: datetime | None = None, limit: int = 50) -> int:
    """Make the sheets that a crash left out, oldest first; one that fails does not stop the others. Those of a batch
    that is being issued are its own job's.
    """
    made = 0
    missing = Certificate.objects.filter(blob__isnull=True).exclude(batch__state=BatchState.ISSUING)
    for pk in missing.order_by("issued_at").values_list("pk", flat=True)[:limit]:
        try:
            made += make_paper(pk, at=at)
        except Exception:
            log.exception("paper_failed", certificate_id=pk)
    return made


@transaction.atomic
def reissue_certificate(
    *, certificate: Certificate, actor: Person, reason: str, at: datetime | None = None
) -> Certificate:
    """A new certificate in place of this one, with today's facts, the newest edition and a new number; the old one's
    page says so.

    Raises PermissionDenied, UnableToIssue (revoked or replaced already, no reason, or not what it says any more).
    """
    at, reason = at or now(), reason.strip()
    old = lock_paper(certificate, actor, at)
    if old.replaced_by_id or old.revoked_at:
        raise UnableToIssue(_("This certificate is replaced or revoked already."))
    if not reason:
        raise UnableToIssue(_("Write down why: the other side reads it."))
    template_id = old.template_version.template_id
    if old.request:
        new = issue_certificate(request=old.request, actor=actor, template_id=template_id, at=at)
    else:
        new = issue_again(old, actor=actor, at=at)
    replace(old, new, actor=actor, reason=reason, at=at)
    return new


def replace(old: Certificate, new: Certificate, *, actor: Person, reason: str, at: datetime) -> None:
    """The page of the old one says from now on that it is replaced."""
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    changes = {"certificate": [old.number, new.number]}
    record(actor=actor, verb="reissue", obj=old.request or old, changes=changes, note=reason, at=at)


def issue_again(old: Certificate, *, actor: Person, at: datetime) -> Certificate:
    """A paper of a batch anew: the same answers, today's facts."""
    batch = old.batch
    version = certificates.version_for(batch.service, old.template_version.template_id)
    content = read_content(version.content)
    filled = certificates.fill(
        content,
        certificates.holder_of(old.person, content.holder, certificates.local_date(at)),
        questions=certificates.questions_of(batch.service),
        answers=own_answers(batch.answers, content.table, old.person),
        language=old.language,
        at=at,
    )
    new = write_certificate(
        person=old.person, version=version, filled=filled, language=old.language, actor=actor, at=at, batch=batch
    )
    note_issued(new)
    transaction.on_commit(partial(ask_for_paper, new.pk), robust=True)
    return new


def note_issued(paper: Certificate) -> None:
    """The history of a paper that answers no request begins with its issue: programs are told by it."""
    changes = {"certificate": [None, paper.number]}
    record(actor=paper.issued_by, verb="issue", obj=paper, changes=changes, at=paper.issued_at)


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, actor: Person, reason: str, at: datetime | None = None
) -> Certificate:
    """Call a certificate back; its page says "revoked" from now on. Again, by anybody, changes nothing.

    Raises PermissionDenied, UnableToRevoke.
    """
    at, reason = at or now(), reason.strip()
    row = lock_paper(certificate, actor, at, may=can_revoke_paper)
    if row.revoked_at:
        return row
    if row.state_at(at) == CertificateState.REPLACED:
        raise UnableToRevoke(_("This certificate is replaced; revoke the new one."))
    if not reason:
        raise UnableToRevoke(_("Write down why: the other side reads it."))
    row.revoked_at, row.revoke_reason = at, reason[:200]
    row.save(update_fields=["revoked_at", "revoke_reason"])
    changes = {"certificate": [row.number, None]}
    record(actor=actor, verb="revoke", obj=row.request or row, changes=changes, note=reason, at=at)
    if row.request:
        tell_people(requester_side(row.request), "paper_revoked", request=row.request, actor=actor, at=at, note=reason)
    else:
        tell_holder(row, "paper_withdrawn", actor=actor, at=at, note=reason)
    return row


@transaction.atomic
def note_reprint(*, certificate: Certificate, actor: Person, reason: str = "", at: datetime | None = None) -> int:
    """The same sheet was printed once more; gives how often by now. Raises PermissionDenied, UnableToIssue."""
    at = at or now()
    row = lock_paper(certificate, actor, at)
    if row.state_at(at) != CertificateState.VALID:
        raise UnableToIssue(_("Only a valid certificate is printed once more."))
    Certificate.objects.filter(pk=row.pk).update(reprints=F("reprints") + 1)
    changes = {"certificate": row.number, "reprints": [row.reprints, row.reprints + 1]}
    record(actor=actor, verb="reprint", obj=row.request or row, changes=changes, note=reason.strip(), at=at)
    return row.reprints + 1


def lock_paper(
    certificate: Certificate,
    actor: Person,
    at: datetime,
    *,
    may: Callable[[Person, Certificate, datetime], bool] = can_manage_paper,
) -> Certificate:
    """Its request first, then the certificate, as every move does. Raises PermissionDenied."""
    request = lock(certificate.request) if certificate.request_id else None
    Certificate.objects.select_for_update().only("pk").get(pk=certificate.pk)
    rows = Certificate.objects.select_related("template_version__template", "batch__service", "person")
    row = rows.get(pk=certificate.pk)
    if request:
        row.request = request
    if not may(actor, row, at):
        raise PermissionDenied(_("This is not yours to do."))
    return row
