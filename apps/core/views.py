"""Pages that belong to no app: what a person sees when something went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key is missing or old: say what to do; a page kept open too long is the usual cause."""
    return render(request, "errors/403_csrf.html", status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/413.html", status=413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """May see, but not do this. The words come from the code that refused."""
    return render(request, "errors/403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: say so without any inner detail. Rendered without the request, which may be what is broken."""
    return render(None, "errors/500.html", status=500)
