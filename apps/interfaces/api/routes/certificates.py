"""Certificates: which there are, what one says, whether a sheet holds."""

from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from ninja.params import P

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.core.public_links import hash_token, is_token
from apps.interfaces.api.auth import Bearer
from apps.interfaces.api.problems import Problem
from apps.interfaces.api.routes.messages import Part
from apps.interfaces.api.rows import certificates_of, given
from apps.interfaces.api.schemas import CertificateList, CertificateOut, CheckedLink, PrintedLine, Verdict
from apps.interfaces.api.showing import certificate_out
from apps.interfaces.enums import Scope
from apps.journal.models import Attachment
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.models import Certificate
from apps.servicedesk.papers.certificates import shown_fields

router = Router(tags=["certificates"])
READ = Bearer(Scope.CERTIFICATES_READ)
Number = Path[str, P(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


# Before the numbers, of which "check" is none.
@router.post("/certificates/check", auth=READ, response=Verdict)
def check_certificate(request: HttpRequest, data: CheckedLink) -> Verdict:
    """What the check page of the QR code says. Whoever holds the sheet may ask."""
    text = data.link.rstrip("/").rpartition("/")[2]
    found = Certificate.objects.filter(token_hash=hash_token(text)).first() if is_token(text) else None
    if found is None:
        raise Problem(404, _("No certificate has this link."))
    state = found.state_at(now())
    return Verdict(
        number=found.number,
        state=state,
        state_name=str(state.label),
        is_valid=state == CertificateState.VALID,
        printed=[PrintedLine(label=label, value=value) for label, value in shown_fields(found)],
    )


@router.get("/certificates", auth=READ, response=CertificateList)
def list_certificates(request: HttpRequest, part: Query[Part]) -> CertificateList:
    """Newest first: the owner's own; with desk:read all that the owner may see."""
    page = keyset_page(certificates_of(request), by="issued_at", cursor=part.cursor, size=part.limit)
    return CertificateList(items=[certificate_out(row) for row in page.rows], next=page.next_cursor or None)


@router.get("/certificates/{number}", auth=READ, response=CertificateOut)
def read_certificate(request: HttpRequest, number: Number) -> CertificateOut:
    """One certificate: what it is, and whether it holds."""
    return certificate_out(certificate(request, number))


@router.get("/certificates/{number}/paper", auth=READ, response={200: bytes})
def read_paper(request: HttpRequest, number: Number) -> FileResponse:
    """The sheet as PDF; 404 until it is made."""
    sheet = Attachment.objects.of(certificate(request, number)).first()
    if sheet is None:
        raise Http404
    return given(request, sheet)


def certificate(request: HttpRequest, number: str) -> Certificate:
    found = certificates_of(request).filter(number=number).first()
    if found is None:
        raise Http404
    return found
