"""How long people are named: the rule of a service; holds, what goes next, and what went."""

from datetime import timedelta

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.servicedesk.forms import HoldForm, RetentionForm
from apps.servicedesk.models import LegalHold, RetentionRun, Service
from apps.servicedesk.services import retention
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.holding import (
    UnableToHold,
    retention_of,
    save_retention,
)
from apps.servicedesk.services.holding import lift_hold as lift
from apps.servicedesk.services.holding import place_hold as place
from apps.servicedesk.views.manage import require_manager

AHEAD = timedelta(days=31)
RUNS_SHOWN = 30
HOLDS_SHOWN = 200


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """After how many days people are removed from requests of this service."""
    require_manager(request.user)
    service = get_object_or_404(Service, code=code)
    kept = retention_of(service)
    form = RetentionForm(request.POST or None, initial={"days": kept.days, "known": kept.version if kept.pk else 0})
    context = {"service": service, "form": form}
    if not form.is_valid():
        return render(request, "servicedesk/retention_rule.html", context, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        save_retention(service=service, days=data["days"], actor=request.user, known=data["known"])
    except ServiceChanged as clash:
        form.add_error(None, str(clash))
        return render(request, "servicedesk/retention_rule.html", context, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": service})
    return redirect("servicedesk:retention_rule", code)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What goes within a month, what is held, what went."""
    require_manager(request.user)
    return show(request, HoldForm(auto_id="hold_%s"))


@require_POST
def place_hold(request: HttpRequest) -> HttpResponse:
    require_manager(request.user)
    form = HoldForm(request.POST, auto_id="hold_%s")
    if not form.is_valid():
        return show(request, form, status=422)
    data = form.cleaned_data
    try:
        place(actor=request.user, reason=data["reason"], until=data["until"], **form.subject())
    except UnableToHold as error:
        form.add_error(None, str(error))
        return show(request, form, status=422)
    messages.success(request, _("Held. Nothing of it is removed until the hold is lifted."))
    return redirect("servicedesk:retention")


@require_POST
def lift_hold(request: HttpRequest, pk: int) -> HttpResponse:
    require_manager(request.user)
    lift(hold=get_object_or_404(LegalHold, pk=pk), actor=request.user)
    messages.success(request, _("The hold is lifted."))
    return redirect("servicedesk:retention")


def show(request: HttpRequest, form: BaseForm, *, status: int = 200) -> HttpResponse:
    at = now()
    services = Service.objects.in_bulk()
    holds = LegalHold.objects.filter(lifted_at__isnull=True).select_related("request", "person", "service", "placed_by")
    context = {
        "form": form,
        "coming": [(services[key], count) for key, count in retention.preview(at + AHEAD)],
        "until": at + AHEAD,
        "holds": holds.order_by("-placed_at", "-pk")[:HOLDS_SHOWN],
        "held": retention.held(at + AHEAD).count(),
        "runs": RetentionRun.objects.order_by("-pk")[:RUNS_SHOWN],
        "at": at,
    }
    return render(request, "servicedesk/retention.html", context, status=status)
