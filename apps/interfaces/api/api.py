"""The API: its operations, its words for what goes wrong, its document."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from apps.interfaces.api.openapi import documented
from apps.interfaces.api.problems import Problem, problem_response
from apps.interfaces.api.reading import StrictParser
from apps.interfaces.api.routes import catalogue, certificates, desk, messages, requests
from apps.interfaces.middleware import words
from apps.journal.files import UnableToAttach, UploadRefused
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.services import Changed, UnableToFile, UnableToMove

Handler = Callable[[HttpRequest, Exception], HttpResponse]


class PortalAPI(NinjaAPI):
    """With the answers that every operation may give, and operations named as their functions are."""

    def get_openapi_schema(self, **kwargs: object) -> dict[str, object]:
        return documented(super().get_openapi_schema(**kwargs))

    def get_openapi_operation_id(self, operation: object) -> str:
        return operation.view_func.__name__


api = PortalAPI(
    title="Office Portal",
    version="1",
    description="docs/api.md says how to begin. All moments are ISO 8601 with an offset.",
    docs_url=None,
    urls_namespace="api",
    parser=StrictParser(),
)
for router in (catalogue, requests, desk, messages, certificates):
    api.add_router("", router.router)
api.add_router("", messages.files_router)


def told(status: int, *, code: str = "") -> Handler:
    """The words of the exception with this status."""

    def handler(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem_response(request, Problem(status, str(error) or words(status), code=code))

    return handler


def refused_filing(request: HttpRequest, error: UnableToFile) -> HttpResponse:
    if not error.missing:
        return told(409)(request, error)
    errors = [(f"#/answers/{key}", _("This is needed.")) for key in error.missing]
    return problem_response(request, Problem(422, str(error), errors=errors))


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    detail = _("The body is no JSON that can be kept.") if error.status_code == 400 else ""
    return problem_response(request, Problem(error.status_code, detail or words(error.status_code)))


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Each part of the call that does not fit the document, with the words of what is wrong."""
    errors = [(pointer(each["loc"]), reason(each)) for each in error.errors]
    return problem_response(request, Problem(422, _("Some parts of the call do not fit."), errors=errors))


def pointer(place: tuple[str | int, ...]) -> str:
    """body.data.note → #/note; query.limit → limit."""
    where, *rest = (str(part) for part in place)
    return "#/" + "/".join(rest[1:]) if where == "body" else "/".join(rest[-1:])


def reason(error: dict[str, object]) -> str:
    known = {"missing": _("This is needed."), "extra_forbidden": _("This is not known here.")}
    return known.get(str(error["type"])) or _("This does not fit: %(why)s") % {"why": error["msg"]}


HANDLERS: dict[type[Exception], Handler] = {
    Problem: problem_response,
    Http404: lambda request, error: problem_response(request, Problem(404, words(404))),
    PermissionDenied: told(403),
    Changed: told(412),
    UnableToFile: refused_filing,
    UnableToMove: told(409),
    UnableToIssue: told(409),
    UploadRefused: told(422),
    UnableToAttach: told(422),
    HttpError: unreadable,
    ValidationError: invalid,
}
for kind, handle in HANDLERS.items():
    api.add_exception_handler(kind, handle)
api._exception_handlers.pop(Exception)  # a fault is Django's to report; the middleware gives it the form of a problem
