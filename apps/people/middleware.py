"""Per request: the person's language, and the limits of a session."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from apps.core.clock import now

Handler = Callable[[HttpRequest], HttpResponse]


def person_language(get_response: Handler) -> Handler:
    """Pages in the language stored with the person; Django's own middleware decides for strangers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = request.user.language
        response = get_response(request)
        translation.deactivate()
        return response

    return middleware


def session_limits(get_response: Handler) -> Handler:
    """End a session that was idle too long (office roles sooner) or is too old altogether."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_over(request):
            logout(request)
        return get_response(request)

    return middleware


def _is_over(request: HttpRequest) -> bool:
    """Also notes this request's time, at most once a minute, so that reading does not write a session on each page."""
    moment = now().timestamp()
    began = request.session.setdefault("began", moment)
    seen = request.session.setdefault("seen", moment)
    idle = settings.OFFICE_SESSION_IDLE_MINUTES if request.user.is_office else settings.SESSION_IDLE_MINUTES
    if moment - began > settings.SESSION_ABSOLUTE_HOURS * 3600 or moment - seen > idle * 60:
        return True
    if moment - seen > 60:
        request.session["seen"] = moment
    return False
