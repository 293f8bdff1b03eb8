"""Invitations: sent by the office, used once by the invited person."""

from itertools import islice

import structlog
from celery import current_app
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from kombu.exceptions import OperationalError

from apps.core.clock import now
from apps.people import rules, services
from apps.people.forms import FilterForm, FirstPasswordForm
from apps.people.throttle import too_many_tries
from apps.people.views.people import filtered_people, need, visible_person

log = structlog.get_logger(__name__)
CHUNK = 200


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    need(rules.can_invite(request.user))
    try:
        services.invite(person=person, actor=request.user)
        messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": person.email})
    except services.UnableToInvite as error:
        messages.error(request, str(error))
    return redirect(person)


@require_POST
def invite_many(request: HttpRequest) -> HttpResponse:
    """Everyone whom the list's filters show and who can be invited; a worker sends the mails."""
    need(rules.can_invite(request.user))
    people = filtered_people(request, FilterForm(request.GET)).can_be_invited(now())
    ids = iter(people.order_by("pk").values_list("pk", flat=True))
    count = 0
    try:
        while part := list(islice(ids, CHUNK)):
            current_app.send_task("people.invite_many", args=[part, request.user.pk], queue="report", retry=False)
            count += len(part)
        messages.success(request, _("%(count)s invitations are being sent.") % {"count": count})
    except (OperationalError, OSError) as error:
        log.warning("invitations_not_queued", error=type(error).__name__)
        messages.error(request, _("The worker cannot be reached; not all invitations were sent. Try again later."))
    return redirect(f"{request.path.removesuffix('invite/')}?{request.GET.urlencode()}")


@login_not_required
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form and uses nothing up; POST sets the password once. Wrong, used and old links look alike."""
    if too_many_tries(request, what="invitation"):
        return _answer(request, "people/invitation_gone.html", {"slow_down": True}, 429)
    invitation = services.find_invitation(token=token, at=now())
    if invitation is None:
        return _answer(request, "people/invitation_gone.html", {}, 404)
    form = FirstPasswordForm(invitation.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_invitation(token=token, password=form.cleaned_data["password"])
        except services.UnableToAccept:
            return _answer(request, "people/invitation_gone.html", {}, 404)
        messages.success(request, _("Your password is set. Sign in with it now."))
        return redirect("account_login")
    context = {"form": form, "person": invitation.person}
    return _answer(request, "people/invitation.html", context, 422 if form.errors else 200)


def _answer(request: HttpRequest, template: str, context: dict[str, object], status: int) -> HttpResponse:
    """The address holds a secret: it goes to nobody, into no cache and no index."""
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
    response = render(request, template, context, status=status)
    for name, value in headers.items():
        response[name] = value
    return response
