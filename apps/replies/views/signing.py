"""The totals of a collection and the signatures under them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.journal.models import Attachment, Entry
from apps.replies import services
from apps.replies.figures import totals_of
from apps.replies.forms import ReasonForm
from apps.replies.models import Collection, Reply, SignOff
from apps.replies.progress import NO_UNIT, RowsFilter, progress_of
from apps.replies.rules import can_manage, can_sign_second
from apps.replies.views.reporting import fetch_collection, sees_all


@require_safe
def totals(request: HttpRequest, pk: int) -> HttpResponse:
    """Sums by unit and in all; who signed; the sheet, once it is signed off."""
    collection = _fetch(request, pk)
    return _show(request, collection, ReasonForm())


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The first signature."""
    collection = _fetch(request, pk)
    if not can_manage(request.user, collection):
        raise PermissionDenied(_("You may not close this collection."))
    return _act(request, collection, services.close, _("Closed and signed. A second person signs off now."))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The second signature, by somebody else."""
    collection = _fetch(request, pk)
    found = collection.sign_offs.in_force().first()
    if found and found.second_signer_id != request.user.pk and not can_sign_second(request.user, found):
        raise PermissionDenied(_("You may not sign these totals: another person of the office has to."))
    return _act(request, collection, services.sign_off, _("Signed off. Nothing changes any more."))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    collection = _fetch(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, collection, form, status=422)
    reason = form.cleaned_data["reason"]
    return _act(request, collection, services.reopen, _("The collection is open again."), reason=reason)


def _act(
    request: HttpRequest, collection: Collection, verb: Callable[..., object], done: str, **more: str
) -> HttpResponse:
    try:
        verb(collection=collection, actor=request.user, at=now(), **more)
        messages.success(request, done)
    except services.UnableToSign as error:
        messages.error(request, str(error))
    return redirect("replies:totals", collection.pk)


def _fetch(request: HttpRequest, pk: int) -> Collection:
    """Figures of everybody are for the office and the sender; a unit sees its people, not the totals."""
    collection = fetch_collection(request, pk)
    if not sees_all(request, collection):
        raise PermissionDenied(_("The totals are for the office and the sender."))
    return collection


def _show(request: HttpRequest, collection: Collection, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    found = totals_of(collection, Reply.objects.filter(collection=collection))
    signed = collection.sign_offs.in_force().select_related("first_signer", "second_signer", "sheet").first()
    wanted = RowsFilter(collection.pk, show="done")
    manages = can_manage(request.user, collection)
    may_sign = bool(signed and collection.is_closed and can_sign_second(request.user, signed))
    context = {
        "collection": collection,
        "notice": collection.notice,
        "totals": found,
        "lines": [(line, wanted.url(unit=line.unit or NO_UNIT)) for line in found.units],
        "all_url": wanted.url(),
        "progress": progress_of(collection, request.user),
        "signed": signed,
        "sheet": Attachment.objects.of(signed).first() if isinstance(signed, SignOff) else None,
        "may_close": manages and collection.is_open,
        "may_sign": may_sign,
        "may_reopen": collection.is_closed and (manages or may_sign),
        "entries": Entry.objects.about(collection),
        "form": form,
    }
    return render(request, "replies/totals.html", context, status=status)
