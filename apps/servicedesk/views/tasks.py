"""Tasks of a request given by hand, and those that a service gives by itself."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.servicedesk import services
from apps.servicedesk.enums import Who
from apps.servicedesk.forms import ReopenDaysForm, TaskTemplateForm
from apps.servicedesk.models import Request, Service, TaskTemplate
from apps.servicedesk.rules import capacity
from apps.servicedesk.services.service_tasks import add_template, retire_template, set_reopen_days
from apps.servicedesk.views.acting import fetch, perform
from apps.servicedesk.views.manage import require_manager
from apps.servicedesk.views.requester import accepted


@require_POST
def give_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may not is told so before anything is said about the form: it names people."""
    if not request.user.is_office and capacity(request.user, fetch(request, pk), Who.HANDLER) is None:
        raise PermissionDenied

    def work(item: Request, form: BaseForm) -> None:
        data = dict(form.cleaned_data)
        files = accepted(data.pop("files"), request.user)
        services.give_task(request=item, actor=request.user, values=data, attachments=files)

    return perform(request, pk, "give_task", work, done=_("The task is given; its owner was told."))


@require_http_methods(["GET", "POST"])
def service_tasks(request: HttpRequest, code: str) -> HttpResponse:
    """What a service gives by itself, and a form for one more."""
    require_manager(request.user)
    service = get_object_or_404(Service, code=code)
    form = TaskTemplateForm(request.POST or None)
    if not form.is_valid():
        return show(request, service, form=form, status=422 if form.is_bound else 200)
    add_template(service=service, values=form.cleaned_data, actor=request.user)
    messages.success(request, _("Requests that are filed from now on get this task."))
    return redirect("servicedesk:service_tasks", code)


def show(
    request: HttpRequest,
    service: Service,
    *,
    form: BaseForm | None = None,
    reopen_form: BaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = service.task_templates.filter(retired_at__isnull=True).select_related("owner").order_by("pk")
    context = {
        "service": service,
        "rows": rows,
        "form": form or TaskTemplateForm(),
        "reopen_form": reopen_form or ReopenDaysForm(initial={"reopen_days": service.reopen_days}),
    }
    return render(request, "servicedesk/service_tasks.html", context, status=status)


@require_POST
def retire_task(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    require_manager(request.user)
    row = get_object_or_404(TaskTemplate, pk=pk, service__code=code)
    retire_template(template=row, actor=request.user)
    messages.success(request, _("Requests filed from now on do not get this task any more."))
    return redirect("servicedesk:service_tasks", code)


@require_POST
def reopen_days(request: HttpRequest, code: str) -> HttpResponse:
    require_manager(request.user)
    service, form = get_object_or_404(Service, code=code), ReopenDaysForm(request.POST)
    if not form.is_valid():
        return show(request, service, reopen_form=form, status=422)
    set_reopen_days(service=service, days=form.cleaned_data["reopen_days"], actor=request.user)
    messages.success(request, _("Saved."))
    return redirect("servicedesk:service_tasks", code)
