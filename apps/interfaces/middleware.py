"""Calls of programs: no session, no cookie, and every refusal in the one form, wherever it comes from."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.interfaces.api.limits import BODY_BYTES, FORM_BYTES
from apps.interfaces.api.problems import Problem, problem_response
from apps.journal.via import person_alone

Handler = Callable[[HttpRequest], HttpResponse]
API = "/api/"
UPLOADS = "/attachments"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def api_calls(get_response: Handler) -> Handler:
    """Stands before the sessions: a browser that is signed in brings nothing along to the API, so that no page of
    another site can act through it, and what the portal asks of sessions (sign-in, second factor, idle time) is asked
    everywhere else as ever.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.__dict__.pop("COOKIES", None)
        with person_alone():
            response = refusal(request) or get_response(request)
        return sealed(request, response)

    return middleware


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Too large, or neither JSON nor an upload: said before anything is read."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    size = int(text) if text.isdecimal() else 0
    if not size:
        return None
    is_upload = request.content_type == "multipart/form-data" and request.path_info.endswith(UPLOADS)
    if not is_upload and request.content_type != "application/json":
        return said(request, 415)
    if size > (settings.UPLOAD_MAX_BYTES + FORM_BYTES if is_upload else BODY_BYTES):
        return said(request, 413)
    return None


def said(request: HttpRequest, status: int) -> HttpResponse:
    """The problem of this status, in the caller's language."""
    with translation.override(translation.get_language_from_request(request)):
        return problem_response(request, Problem(status, words(status)))


def words(status: int) -> str:
    return {
        404: _("There is nothing here, or it is not for the owner of this token."),
        405: _("This address does not take this method; “Allow” says which it takes."),
        413: _("Calls may have 1 MiB, files 25 MiB."),
        415: _("Send JSON (“Content-Type: application/json”); files as multipart/form-data to /attachments."),
        500: _("The portal made a mistake. Nothing was changed; please tell the office."),
    }.get(status, "")


def sealed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Kept by nobody, without cookies; a page that says no becomes a problem."""
    if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
        page, response = response, said(request, response.status_code)
        for name in KEPT:
            if page.get(name):
                response[name] = page[name]
    response.cookies.clear()
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    allowance = getattr(request, "api_allowance", None)
    for name, value in (allowance.headers if allowance else {}).items():
        response[name] = value
    return response
