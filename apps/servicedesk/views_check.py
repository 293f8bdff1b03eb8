"""The public check page of a certificate: anyone with the link sees what is printed and whether it still holds."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.clock import now
from apps.core.public_links import hash_token, is_token, sealed, too_many_tries
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.models import Certificate
from apps.servicedesk.papers.certificates import shown_fields
from apps.servicedesk.papers.content import read_content


@login_not_required
@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Valid, replaced, revoked or expired; the same 404 for a wrong, a malformed and a vanished link."""
    if too_many_tries(request, "certificate-check"):
        return sealed(render(request, "servicedesk/check_wait.html", status=429))
    found = None
    if is_token(token):
        rows = Certificate.objects.select_related("template_version__template")
        found = rows.filter(token_hash=hash_token(token)).first()
    if found is None:
        return sealed(render(request, "servicedesk/check_unknown.html", status=404))
    at = now()
    context = {
        "certificate": found,
        "state": found.state_at(at),
        "is_valid": found.state_at(at) == CertificateState.VALID,
        "title": read_content(found.template_version.content).text("title", found.language),
        "table": found.extra.get("table"),
        "fields": shown_fields(found),
        "checked_at": at,
    }
    return sealed(render(request, "servicedesk/check.html", context))
