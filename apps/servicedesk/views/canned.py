"""Canned replies: the page of all, the form of one, and the filled words for one request."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.canned_words import WORDS, Facts, fill
from apps.servicedesk.forms.canned import CannedReplyForm
from apps.servicedesk.models import CannedReply
from apps.servicedesk.services.canned import UnableToSaveReply, replies_for, retire_reply, save_reply
from apps.servicedesk.views.acting import fetch, posted_version


def require_writer(user: Person) -> None:
    """Who writes with requesters keeps the words for it."""
    if not user.has_role(Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR):
        raise PermissionDenied


def fetch_reply(request: HttpRequest, pk: int) -> CannedReply:
    require_writer(request.user)
    return get_object_or_404(CannedReply.objects.visible_to(request.user).filter(is_active=True), pk=pk)


@require_GET
def canned_replies(request: HttpRequest) -> HttpResponse:
    """All that this person may use, with how often they were used."""
    require_writer(request.user)
    rows = CannedReply.objects.visible_to(request.user).filter(is_active=True).select_related("unit", "service")
    return render(request, "servicedesk/canned_replies.html", {"replies": rows.order_by("-uses", "name", "pk")})


@require_http_methods(["GET", "POST"])
def create_reply(request: HttpRequest) -> HttpResponse:
    require_writer(request.user)
    return edit(request, None)


@require_http_methods(["GET", "POST"])
def edit_reply(request: HttpRequest, pk: int) -> HttpResponse:
    return edit(request, fetch_reply(request, pk))


def edit(request: HttpRequest, reply: CannedReply | None) -> HttpResponse:
    form = CannedReplyForm(request.POST or None, user=request.user, reply=reply)
    context = {"form": form, "reply": reply, "words": WORDS.values()}
    if not form.is_valid():
        return render(request, "servicedesk/canned_form.html", context, status=422 if form.is_bound else 200)
    try:
        saved = save_reply(values=form.values(), actor=request.user, reply=reply, version=posted_version(request))
    except UnableToSaveReply as error:
        form.add_error(None, str(error))
        if reply:
            reply.refresh_from_db()
        return render(request, "servicedesk/canned_form.html", context, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
    return redirect("servicedesk:canned")


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    retire_reply(reply=fetch_reply(request, pk), actor=request.user)
    messages.success(request, _("It is not offered any more."))
    return redirect("servicedesk:canned")


@require_GET
def canned_text(request: HttpRequest, pk: int, reply_pk: int) -> HttpResponse:
    """The reply filled for this request, in the requester's language, as plain text."""
    item = fetch(request, pk)
    reply = get_object_or_404(replies_for(item, request.user), pk=reply_pk)
    text = fill(reply.body, item.requester.language, Facts(item, request.user, now()))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
