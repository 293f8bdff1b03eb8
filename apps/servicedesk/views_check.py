"""The public check page of a certificate: anyone with the link sees what is printed and whether it still holds."""

import re

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from apps.core.clock import now
from apps.servicedesk.certificates import hash_token, shown_fields
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.models import Certificate
from apps.servicedesk.paper_content import read_content

log = structlog.get_logger(__name__)
TRIES = 60
WINDOW_SECONDS = 600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


@login_not_required
@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Valid, replaced, revoked or expired; the same 404 for a wrong, a malformed and a vanished link."""
    if too_many_tries(request):
        return sealed(render(request, "servicedesk/check_wait.html", status=429))
    found = None
    if TOKEN.fullmatch(token):
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


def sealed(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by no search engine, and the link is passed on to no other site."""
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def too_many_tries(request: HttpRequest) -> bool:
    """More than TRIES looks from one address in ten minutes? Without Redis nobody is kept out: the token is long
    enough.
    """
    key = f"certificate-check:{client_address(request)}"
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        return cache.incr(key) > TRIES
    except Exception as error:
        log.warning("check_limit_off", error=type(error).__name__)
        return False


def client_address(request: HttpRequest) -> str:
    """Who asks; behind proxies the address that the outermost trusted one saw, never one that the visitor claims."""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXY_COUNT and len(passed) >= settings.TRUSTED_PROXY_COUNT:
        return passed[-settings.TRUSTED_PROXY_COUNT]
    return request.META.get("REMOTE_ADDR", "")
