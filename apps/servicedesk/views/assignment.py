"""The page of a service on which its assignment rule is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.servicedesk.enums import AssignmentKind
from apps.servicedesk.forms.assignment import AssignmentForm
from apps.servicedesk.models import AssignmentRule, Service
from apps.servicedesk.services.assignment_rules import RuleChanged, save_rule
from apps.servicedesk.views.acting import posted_version
from apps.servicedesk.views.manage import require_manager


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, code: str) -> HttpResponse:
    """Who gets new requests of the service. Another's change meanwhile is told, what was chosen stays in the form."""
    require_manager(request.user)
    service = get_object_or_404(Service, code=code)
    rule = AssignmentRule.objects.filter(service=service).first()
    kept = {
        "kind": rule.kind if rule else AssignmentKind.BY_HAND,
        "skilled": list(service.skills.values_list("person_id", flat=True)),
        "counts_time": service.counts_time,
    }
    form = AssignmentForm(request.POST or None, service=service, initial=kept)
    context = {"form": form, "service": service, "version": rule.version if rule else 0}
    if not form.is_valid():
        return render(request, "servicedesk/assignment.html", context, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        save_rule(
            service=service,
            kind=data["kind"],
            skilled=[person.pk for person in data["skilled"]],
            by_unit=form.by_unit(),
            counts_time=data["counts_time"],
            actor=request.user,
            version=posted_version(request),
        )
    except RuleChanged as clash:
        form.add_error(None, str(clash))
        return render(request, "servicedesk/assignment.html", context, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": service})
    return redirect("servicedesk:assignment", service.code)
