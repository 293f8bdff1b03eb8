"""Mails that came in and belong to no delivery: a person says what they are about."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.pages import keyset_page
from apps.delivery import inbound
from apps.delivery.forms import AssignForm, SettleForm
from apps.delivery.models import InboundMail
from apps.delivery.rules import can_run_post_room
from apps.delivery.views.raw import raw_response


@require_safe
def unmatched(request: HttpRequest) -> HttpResponse:
    if not can_run_post_room(request.user):
        raise PermissionDenied
    rows = InboundMail.objects.visible_to(request.user).waiting().select_related("blob")
    page = keyset_page(rows, by="received_at", cursor=request.GET.get("cursor", ""))
    return render(request, "delivery/unmatched.html", {"page": page, "assign": AssignForm(), "settle": SettleForm()})


@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    rows = InboundMail.objects.visible_to(request.user).exclude(blob=None)
    row = get_object_or_404(rows.select_related("blob"), pk=pk)
    return raw_response(row.blob)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a mail to a delivery: what it says becomes evidence."""
    row = get_object_or_404(InboundMail.objects.visible_to(request.user), pk=pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return refused(request, form)
    try:
        inbound.assign(inbound_id=row.pk, delivery_id=form.cleaned_data["delivery"], actor=request.user)
    except inbound.UnableToSettle as error:
        messages.error(request, str(error))
        return redirect("delivery:unmatched")
    messages.success(request, _("The mail belongs to the delivery now; what it says stands in its timeline."))
    return redirect("delivery:detail", pk=form.cleaned_data["delivery"])


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a mail away with a note."""
    row = get_object_or_404(InboundMail.objects.visible_to(request.user), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return refused(request, form)
    try:
        inbound.settle(inbound_id=row.pk, note=form.cleaned_data["note"], actor=request.user)
    except inbound.UnableToSettle as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Put away with your note."))
    return redirect("delivery:unmatched")


def refused(request: HttpRequest, form: forms.Form) -> HttpResponse:
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    return redirect("delivery:unmatched")
