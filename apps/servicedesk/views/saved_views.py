"""Saved views: the page of all, the form of one, and what can be done with them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.servicedesk.desk_views import listed, scope_words, start_view
from apps.servicedesk.enums import ViewScope
from apps.servicedesk.forms.views import ViewForm, initial_of
from apps.servicedesk.models import SavedView
from apps.servicedesk.services.views import (
    UnableToSaveView,
    begin_with,
    delete_view,
    may_change,
    move_view_up,
    save_view,
)
from apps.servicedesk.view_fields import ME, MINE, NOBODY, BadFilter
from apps.servicedesk.view_filter import VERSION, ViewFilter
from apps.servicedesk.views.acting import posted_version
from apps.servicedesk.views.listing import require_office

OF_CHIP: dict[str, tuple[list[list[object]], str]] = {
    "mine": ([["handler", "in", [ME]]], "due"),
    "unit": ([["category", "in", ["running"]], ["unit", "in", [MINE]]], "due"),
    "unassigned": ([["category", "in", ["running"]], ["handler", "in", [NOBODY]]], "due"),
    "overdue": ([["late", "is", True]], "due"),
    "waiting": ([["category", "in", ["paused"]]], "idle"),
    "all": ([], "newest"),
}


def fetch_view(request: HttpRequest, pk: int) -> SavedView:
    """The view, if this person finds it; else 404."""
    require_office(request.user)
    return get_object_or_404(SavedView.objects.visible_to(request.user).select_related("owner", "unit"), pk=pk)


@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """All views this person finds: own ones in their order, then those that others share."""
    require_office(request.user)
    found = listed(request.user)
    context = {
        "views": [(view, scope_words(view), may_change(request.user, view)) for view in found],
        "start": start_view(request.user),
    }
    return render(request, "servicedesk/views.html", context)


@require_http_methods(["GET", "POST"])
def create_view(request: HttpRequest) -> HttpResponse:
    """A new view; begun from what the list shows (chip and filters in the address)."""
    require_office(request.user)
    return edit(request, None, initial_of(from_list(request)))


@require_http_methods(["GET", "POST"])
def edit_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = fetch_view(request, pk)
    if not may_change(request.user, view):
        raise PermissionDenied
    try:
        shown = initial_of(ViewFilter.from_json(view.query))
    except BadFilter:
        shown = {}
    shared = f"unit-{view.unit_id}" if view.scope == ViewScope.UNIT else view.scope
    return edit(request, view, shown | {"name": view.name, "shared": shared})


def edit(request: HttpRequest, view: SavedView | None, shown: dict[str, object]) -> HttpResponse:
    """The form; what was typed stays when it cannot be saved."""
    form = ViewForm(request.POST or None, user=request.user, view=view, initial=shown)
    context = {"form": form, "view": view}
    if not form.is_valid():
        return render(request, "servicedesk/view_form.html", context, status=422 if form.is_bound else 200)
    scope, unit = form.readers()
    try:
        saved = save_view(
            actor=request.user,
            name=form.cleaned_data["name"],
            wanted=form.wanted(),
            scope=scope,
            unit=unit,
            view=view,
            version=posted_version(request),
        )
    except UnableToSaveView as error:
        form.add_error(None, str(error))
        if view:
            view.refresh_from_db()
        return render(request, "servicedesk/view_form.html", context, status=409)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return redirect(f"{reverse('servicedesk:list')}?view={saved.pk}")


def from_list(request: HttpRequest) -> ViewFilter:
    """What the address of the list asks for, as a filter; what cannot be understood is left out."""
    where, sort = OF_CHIP.get(request.GET.get("chip", ""), OF_CHIP["all"])
    found = {clause[0]: clause for clause in where}
    for name in ("service", "handler"):
        if request.GET.get(name, "").isdecimal():
            found[name] = [name, "in", [int(request.GET[name])]]
    if request.GET.get("state"):
        found["state"] = ["state", "in", [request.GET["state"]]]
    if request.GET.get("since") or request.GET.get("until"):
        found["filed"] = ["filed", "between", [request.GET.get("since", ""), request.GET.get("until", "")]]
    if request.GET.get("q"):
        found["words"] = ["words", "hold", request.GET["q"]]
    try:
        return ViewFilter.from_json({"v": VERSION, "where": list(found.values()), "sort": sort})
    except BadFilter:
        return ViewFilter()


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_view(view=fetch_view(request, pk), actor=request.user)
    messages.success(request, _("The view is deleted."))
    return redirect("servicedesk:views")


@require_POST
def move_up(request: HttpRequest, pk: int) -> HttpResponse:
    move_view_up(view=fetch_view(request, pk), actor=request.user)
    return redirect("servicedesk:views")


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    begin_with(view=fetch_view(request, pk), actor=request.user)
    messages.success(request, _("Saved. It counts for you alone."))
    return redirect("servicedesk:views")
