"""The areas of the catalogue: list, make, edit, order, retire."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.servicedesk.forms.areas import AreaForm
from apps.servicedesk.models import Area
from apps.servicedesk.services.areas import (
    AreaChanged,
    UnableToRetire,
    area_print,
    move_area,
    restore_area,
    retire_area,
    save_area,
)
from apps.servicedesk.views.manage import require_manager, step_of


@require_GET
def list_areas(request: HttpRequest) -> HttpResponse:
    """All areas in their order, with how many services each holds."""
    require_manager(request.user)
    offered = Count("services", filter=Q(services__is_active=True))
    rows = Area.objects.annotate(held=Count("services"), offered=offered).order_by("order", "pk")
    return render(request, "servicedesk/areas.html", {"areas": rows})


@require_http_methods(["GET", "POST"])
def create_area(request: HttpRequest) -> HttpResponse:
    require_manager(request.user)
    return edit(request, None)


@require_http_methods(["GET", "POST"])
def edit_area(request: HttpRequest, code: str) -> HttpResponse:
    require_manager(request.user)
    return edit(request, get_object_or_404(Area, code=code))


def edit(request: HttpRequest, area: Area | None) -> HttpResponse:
    """The form; somebody else's change meanwhile is told, and what was typed stays in the form."""
    form = AreaForm(request.POST or None, area=area)
    context = {"form": form, "area": area, "print": area_print(area) if area else ""}
    if not form.is_valid():
        return render(request, "servicedesk/area_form.html", context, status=422 if form.is_bound else 200)
    try:
        saved = save_area(area=area, values=form.values(), actor=request.user, known=request.POST.get("print", ""))
    except AreaChanged as clash:
        form.add_error(None, str(clash))
        return render(request, "servicedesk/area_form.html", context, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved})
    return redirect("servicedesk:areas")


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    require_manager(request.user)
    move_area(area=get_object_or_404(Area, code=code), step=step_of(request), actor=request.user)
    return redirect("servicedesk:areas")


@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take it out of use; says why not while it has services on offer."""
    require_manager(request.user)
    try:
        area = retire_area(area=get_object_or_404(Area, code=code), actor=request.user)
        messages.success(request, _("“%(name)s” is out of use.") % {"name": area})
    except UnableToRetire as error:
        messages.error(request, str(error))
    return redirect("servicedesk:areas")


@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    require_manager(request.user)
    area = restore_area(area=get_object_or_404(Area, code=code), actor=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": area})
    return redirect("servicedesk:areas")
