"""Pages that belong to no app: what a person sees when something went wrong; the choice of language and theme."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"
YEAR = 365 * 24 * 3600


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key is missing or old: say what to do; a page kept open too long is the usual cause."""
    if getattr(request, "upload_too_large", False):
        return too_large(request)  # the key came after the file, so it was never read
    return render(request, "errors/403_csrf.html", {"back": came_from(request)}, status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/413.html", {"megabytes": settings.UPLOAD_MAX_BYTES // 2**20}, status=413)


def wrong_method(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """An address that only takes forms was opened, or one that only shows was sent something: say what to do."""
    context = {"takes_forms": "POST" in refused.get("Allow", ""), "back": page_above(request)}
    page = render(request, "errors/405.html", context, status=405)
    page["Allow"] = refused.get("Allow", "")
    return page


def page_above(request: HttpRequest) -> str:
    """The nearest page above this address (…/5/publish/ → …/5/), or the one itself if it was sent something."""
    path = request.path
    if request.method not in ("GET", "HEAD"):
        return path
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        if is_valid_path(path):
            return path
    return path


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """May see, but not do this. The words come from the code that refused."""
    return render(request, "errors/403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What came cannot be read. Rendered without the request, which is what is broken."""
    return render(None, "errors/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: say so without any inner detail. Rendered without the request, which may be what is broken."""
    return render(None, "errors/500.html", status=500)


def theme_of(request: HttpRequest) -> str:
    """The look this browser asked for; anything else means: as the system has it."""
    wanted = request.COOKIES.get(THEME_COOKIE, "")
    return wanted if wanted in THEMES else "auto"


def came_from(request: HttpRequest) -> str:
    """The page of ours that the browser was on, or the front page."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or auto in this browser: a room has a light, not a person."""
    answer = HttpResponseRedirect(came_from(request))
    if request.POST.get("theme") in THEMES:
        answer.set_cookie(
            THEME_COOKIE,
            request.POST["theme"],
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language with the person, or in this browser for somebody not signed in."""
    answer = HttpResponseRedirect(came_from(request))
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES) or not check_for_language(wanted):
        return answer
    if request.user.is_authenticated:
        request.user.language = wanted
        request.user.save(update_fields=["language"])
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
