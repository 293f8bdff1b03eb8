"""What goes wrong is told in one form (RFC 9457): a code for programs, words for the people who run them."""

import json
from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

TYPE = "urn:office-portal:problem:"
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: _("The call cannot be read"),
    401: _("No valid token"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Wrong method"),
    406: _("Not available in this form"),
    409: _("Not possible now"),
    410: _("Gone"),
    412: _("It changed meanwhile"),
    413: _("Too large"),
    415: _("Wrong kind of content"),
    422: _("Something is missing or wrong"),
    428: _("Say which version you saw"),
    429: _("Too many calls"),
    500: _("A fault of the portal"),
    503: _("Not available now"),
}
CODES = {
    400: "unreadable",
    401: "token",
    403: "forbidden",
    404: "not-found",
    405: "method",
    409: "not-possible",
    410: "gone",
    412: "changed",
    413: "too-large",
    415: "content-type",
    422: "invalid",
    428: "version-needed",
    429: "rate",
    500: "fault",
    503: "away",
}


class Problem(Exception):
    """An answer that says no. `errors`: what is wrong with which part, as (pointer, words)."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        code: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code or CODES.get(status, "refused")
        self.errors, self.headers = list(errors), dict(headers or {})


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    body: dict[str, object] = {
        "type": TYPE + problem.code,
        "title": str(TITLES.get(problem.status, TITLES[400])),
        "status": problem.status,
        "detail": problem.detail or str(TITLES.get(problem.status, TITLES[400])),
        "instance": request.path,
    }
    if problem.errors:
        body["errors"] = [{"pointer": pointer, "detail": words} for pointer, words in problem.errors]
    content = json.dumps(body, ensure_ascii=False)
    return HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)
