"""A request followed from outside: the status page by its link, and the rating by the link in a mail.

Both are open to who is not signed in and show as little as they can. GET changes nothing: mail scanners follow links.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.public_links import hash_token, qr_picture, sealed, too_many_tries
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import settle_form, take_form
from apps.servicedesk import services
from apps.servicedesk.enums import MOVES, RequestState
from apps.servicedesk.forms import RateForm, ShareForm
from apps.servicedesk.models import Request, StatusLink
from apps.servicedesk.rating_links import request_of_token
from apps.servicedesk.services.status_links import find_link, make_link, require_share, revoke_link
from apps.servicedesk.status_slip import draw_slip, status_address
from apps.servicedesk.views.acting import fetch, show

SCORES = range(1, 6)


@login_not_required
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Number, service, state, since when, until when: nothing else."""
    if too_many_tries(request, "request-status"):
        return sealed(render(request, "servicedesk/status_wait.html", status=429))
    link = find_link(token, now())
    if link is None:
        return sealed(render(request, "servicedesk/status_unknown.html", status=404))
    item = link.request
    moved = Entry.objects.about(item).filter(verb__in=MOVES).order_by("-at", "-pk").values_list("at", flat=True).first()
    context = {"item": item, "since": moved or item.submitted_at, "at": now(), "instead_of_due": instead_of_due(item)}
    return sealed(render(request, "servicedesk/status.html", context))


def instead_of_due(item: Request) -> str:
    """What stands where a due time would, naming nobody: the link may be in anybody's hands."""
    if item.state == RequestState.MERGED:
        return _("The office handles it together with another request about the same matter; sign in to see more.")
    if not item.is_open:
        return _("It is closed.")
    if item.is_running:
        return _("The due time is set as soon as next year's working calendar is loaded.")
    if item.state == RequestState.WAITING_THIRD:
        return _("The office waits for somebody else. The requester need not do anything; the time does not run.")
    return _("The office waits for something from the requester; sign in to see what. The time does not run meanwhile.")


@login_not_required
@require_safe
def rating(request: HttpRequest, token: str, score: int) -> HttpResponse:
    """The score of the link chosen, and a button; nothing is kept before that."""
    item = item_of(request, token)
    if isinstance(item, HttpResponse):
        return item
    if score not in SCORES:
        raise Http404
    form = RateForm(initial={"rating": score, "note": item.rating_note})
    return rating_page(request, item, token, form)


@login_not_required
@require_POST
def rate_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the rating in the requester's name; it may be changed by the same link for some days."""
    item, form = item_of(request, token), RateForm(request.POST)
    if isinstance(item, HttpResponse):
        return item
    if not form.is_valid():
        return rating_page(request, item, token, form, status=422)
    data = form.cleaned_data
    services.rate(request=item, actor=item.requester, score=data["rating"], note=data["note"])
    return sealed(render(request, "servicedesk/rated.html", {"item": item, "token": token, "score": data["rating"]}))


def item_of(request: HttpRequest, token: str) -> Request | HttpResponse:
    """The request that may be rated by this link, or the same answer for every link that may not."""
    if too_many_tries(request, "rating"):
        return sealed(render(request, "servicedesk/status_wait.html", status=429))
    return request_of_token(token, now()) or sealed(render(request, "servicedesk/rating_unknown.html", status=404))


def rating_page(request: HttpRequest, item: Request, token: str, form: RateForm, *, status: int = 200) -> HttpResponse:
    context = {"item": item, "token": token, "form": form}
    return sealed(render(request, "servicedesk/rating.html", context, status=status))


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link and show it, once; by the office only on the requester's word."""
    item, form = fetch(request, pk), ShareForm(request.POST)
    if item.requester_id != request.user.pk and not form.is_valid():
        require_share(request.user, item)
        return show(request, item, verb="share", form=form, status=422)
    token = read_token(request)
    with transaction.atomic():
        first, _url = take_form(token=token, person=request.user)
        if not first:
            return redirect(item)
        made = make_link(request=item, actor=request.user)
        settle_form(token=token, result_url=item.get_absolute_url())
    address = status_address(made)
    picture = mark_safe(qr_picture(address).decode())  # noqa: S308 (drawn here, from our own address)
    context = {"item": item, "address": address, "token": made, "picture": picture}
    return sealed(render(request, "servicedesk/shared.html", context))


@require_POST
def unshare(request: HttpRequest, pk: int) -> HttpResponse:
    item = fetch(request, pk)
    if revoke_link(request=item, actor=request.user):
        messages.success(request, _("The link shows nothing any more."))
    return redirect(item)


@require_POST
def status_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip for the counter, of a link that was just made: only who made it has its token."""
    item, token = fetch(request, pk), request.POST.get("token", "")
    if not StatusLink.objects.filter(request=item, token_hash=hash_token(token), revoked_at=None).exists():
        raise PermissionDenied(_("This link shows nothing any more. Make a new one."))
    response = HttpResponse(draw_slip(item, token), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{item.number}.pdf"'
    return sealed(response)
