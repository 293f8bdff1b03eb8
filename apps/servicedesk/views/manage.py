"""The administrator's catalogue: every service, and the form of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.people.models import Person
from apps.servicedesk.catalogue import may_manage
from apps.servicedesk.forms import ServiceForm
from apps.servicedesk.models import Service
from apps.servicedesk.services.catalogue import ServiceChanged, fingerprint, save_service


def require_manager(user: Person) -> None:
    if not may_manage(user):
        raise PermissionDenied


@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    """All services, offered or not, by area."""
    require_manager(request.user)
    rows = Service.objects.select_related("area", "unit", "form").order_by("area__order", "area_id", "order", "pk")
    return render(request, "servicedesk/manage.html", {"services": rows})


@require_http_methods(["GET", "POST"])
def create_service(request: HttpRequest) -> HttpResponse:
    """A new service; it is offered when the box is ticked."""
    require_manager(request.user)
    return edit(request, None)


@require_http_methods(["GET", "POST"])
def edit_service(request: HttpRequest, code: str) -> HttpResponse:
    require_manager(request.user)
    return edit(request, get_object_or_404(Service, code=code))


def edit(request: HttpRequest, service: Service | None) -> HttpResponse:
    """The form; somebody else's change meanwhile is told, and what was typed stays in the form."""
    form = ServiceForm(request.POST or None, service=service)
    context = {"form": form, "service": service, "print": fingerprint(service) if service else ""}
    if not form.is_valid():
        return render(request, "servicedesk/service_form.html", context, status=422 if form.is_bound else 200)
    try:
        saved = save_service(
            service=service, values=form.values(), actor=request.user, known=request.POST.get("print", "")
        )
    except ServiceChanged as clash:
        form.add_error(None, str(clash))
        return render(request, "servicedesk/service_form.html", context, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved})
    return redirect("servicedesk:manage")
