"""Per request: the person's language, the limits of a session, the second factor, and a kind end of a session."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.core.clock import now

Handler = Callable[[HttpRequest], HttpResponse]
ACCOUNT_PAGES = "/accounts/"
LISTED_SECONDS = 300


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
        request.session_ran_out = False
        if request.user.is_authenticated and _is_over(request):
            logout(request)
            request.session_ran_out = True
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


def session_list(get_response: Handler) -> Handler:
    """Keep the list of a person's sessions: allauth's own middleware would write a row on each page, this one at most
    every five minutes (and at once for a new session).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            key, noted_at = request.session.get("listed", ("", 0.0))
            moment = now().timestamp()
            if key != request.session.session_key or moment - noted_at > LISTED_SECONDS:
                UserSession.objects.create_from_request(request)
                request.session["listed"] = (request.session.session_key, moment)
        return get_response(request)

    return middleware


def second_factor(get_response: Handler) -> Handler:
    """Where SECOND_FACTOR_REQUIRED is set, who works for the office sets up a second factor before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and _owes_second_factor(request):
            messages.warning(
                request, _("Before you go on, set up a second step of sign-in: your work concerns others.")
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        return get_response(request)

    return middleware


def _owes_second_factor(request: HttpRequest) -> bool:
    if request.path.startswith(ACCOUNT_PAGES) or not request.user.is_authenticated or not request.user.is_office:
        return False
    return not is_mfa_enabled(request.user)


def kind_end(get_response: Handler) -> Handler:
    """Say why a session ended, and lead back to the page where it did.

    A form sent without a session comes back after sign-in to the page that holds it (keep_form.js still has the
    fields); an htmx request takes the whole page to sign-in instead of drawing it into a corner; signing out clears
    what the browser kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if _is_sent_to_sign_in(request, response):
            return _to_sign_in(request)
        if was_signed_in and request.path == reverse("account_logout") and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def _is_sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    if request.user.is_authenticated or response.status_code != 302 or request.path.startswith(ACCOUNT_PAGES):
        return False
    return urlsplit(response["Location"]).path == reverse(settings.LOGIN_URL)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.warning(request, _("You were signed out. What you typed is kept in this browser: sign in to go on."))
    elif request.session_ran_out:
        messages.info(request, _("You were signed out because nothing was done for a while, or the day was over."))
    address = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': _page_of(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """The page that a person was on: this one, or the one that held the form or the htmx control."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if came_from and url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"
