"""The administrator's catalogue: every service, the form of one, a copy, and how the requester sees it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form
from apps.people.models import Person
from apps.questionnaires.forms import build_form, build_office_form
from apps.servicedesk.catalogue import may_manage
from apps.servicedesk.forms import ServiceForm
from apps.servicedesk.models import Service
from apps.servicedesk.services.areas import move_service
from apps.servicedesk.services.catalogue import ServiceChanged, fingerprint, save_service
from apps.servicedesk.services.copying import copy_service
from apps.servicedesk.services.plans import plan_of


def require_manager(user: Person) -> None:
    if not may_manage(user):
        raise PermissionDenied


@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    """All services, offered or not, by area."""
    require_manager(request.user)
    rows = Service.objects.select_related("area", "unit", "form").annotate(steps_count=Count("steps"))
    rows = rows.order_by("area__order", "area_id", "order", "pk")
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
    context["version"] = service.form.versions.order_by("-number").first() if service else None
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
    return redirect("servicedesk:edit_service", saved.code) if service is None else redirect("servicedesk:manage")


def step_of(request: HttpRequest) -> int:
    """One place up or down, as the button says."""
    return -1 if request.POST.get("step") == "up" else 1


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    require_manager(request.user)
    move_service(service=get_object_or_404(Service, code=code), step=step_of(request), actor=request.user)
    return redirect("servicedesk:manage")


@require_POST
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """The same once more, not offered yet; the form is sent twice by mistake now and then, so it is taken once."""
    require_manager(request.user)
    service = get_object_or_404(Service, code=code)
    token = read_token(request)
    with transaction.atomic():
        first, url = take_form(token=token, person=request.user)
        if not first:
            return redirect(url or "servicedesk:manage")
        made = copy_service(service=service, actor=request.user)
        target = redirect("servicedesk:edit_service", made.code)
        settle_form(token=token, result_url=target.url)
    messages.success(request, _("Copied. Give it a name of its own, then tick “offered”."))
    return target


@require_GET
def preview_service(request: HttpRequest, code: str) -> HttpResponse:
    """Its tile and its form as the requester sees them; nothing can be sent."""
    require_manager(request.user)
    service = get_object_or_404(Service.objects.select_related("area", "form"), code=code)
    version = service.form.versions.order_by("-number").first()
    form = build_form(version, person=request.user) if version else None
    office = build_office_form(version, person=request.user) if version else None
    context = {"service": service, "form": form, "version": version, "office": office, "steps": plan_of(service)}
    return render(request, "servicedesk/service_preview.html", context)
