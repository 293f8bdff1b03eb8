"""Promises: waiting for others and priority of a request; targets, care and escalation rules of a service."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.servicedesk import services
from apps.servicedesk.forms import CareForm, RuleForm, TargetsForm
from apps.servicedesk.models import EscalationRule, Request, Service
from apps.servicedesk.services import caring, escalating
from apps.servicedesk.services import targets as promising
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.views.acting import perform, posted_version
from apps.servicedesk.views.manage import require_manager


@require_POST
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.wait_for_others(
            request=item,
            actor=request.user,
            party=data["party"],
            expected_on=data["expected_on"],
            note=data["note"],
            version=posted_version(request),
        )

    return perform(request, pk, "wait", work, done=_("The clock rests; you are reminded on that day."))


@require_POST
def set_priority(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.set_priority(
            request=item,
            actor=request.user,
            priority=data["priority"],
            note=data["note"],
            version=posted_version(request),
        )

    return perform(request, pk, "set_priority", work, done=_("The priority is set."))


def of_manager(request: HttpRequest, code: str) -> Service:
    """The service, for who keeps the catalogue; 403 for others."""
    require_manager(request.user)
    return get_object_or_404(Service, code=code)


@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest, code: str) -> HttpResponse:
    """What the service promises by priority; beside it care and escalation rules, each with its own address."""
    service = of_manager(request, code)
    policy = promising.newest_policy(service)
    promised = promising.promised_by(policy) if policy else {}
    initial = {"known": policy.number if policy else 0}
    form = TargetsForm(request.POST or None, promised=promised, initial=initial)
    if not form.is_valid():
        return page(request, service, targets_form=form, status=422 if form.is_bound else 200)
    try:
        saved = services.save_targets(
            service=service, rows=form.rows(), actor=request.user, known=form.cleaned_data["known"]
        )
    except ServiceChanged as clash:
        form.add_error(None, str(clash))
        return page(request, service, targets_form=form, status=409)
    messages.success(request, _("Version %(number)d counts for what is filed from now on.") % {"number": saved.number})
    return redirect("servicedesk:targets", code)


@require_POST
def save_care(request: HttpRequest, code: str) -> HttpResponse:
    service = of_manager(request, code)
    form = CareForm(request.POST, care=caring.care_of(service), auto_id="care_%s")
    if not form.is_valid():
        return page(request, service, care_form=form, status=422)
    try:
        caring.save_care(service=service, values=form.values(), actor=request.user, known=form.cleaned_data["known"])
    except ServiceChanged as clash:
        form.add_error(None, str(clash))
        return page(request, service, care_form=form, status=409)
    messages.success(request, _("“%(name)s” is saved.") % {"name": service})
    return redirect("servicedesk:targets", code)


@require_POST
def add_rule(request: HttpRequest, code: str) -> HttpResponse:
    """A further rule; the same one twice is one."""
    service = of_manager(request, code)
    form = RuleForm(request.POST, auto_id="rule_%s")
    if not form.is_valid():
        return page(request, service, rule_form=form, status=422)
    escalating.add_rule(service=service, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The rule counts from now on."))
    return redirect("servicedesk:targets", code)


@require_POST
def end_rule(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    service = of_manager(request, code)
    rule = get_object_or_404(EscalationRule, service=service, pk=pk)
    escalating.end_rule(rule=rule, actor=request.user)
    messages.success(request, _("The rule is ended."))
    return redirect("servicedesk:targets", code)


def page(
    request: HttpRequest,
    service: Service,
    *,
    targets_form: BaseForm | None = None,
    care_form: BaseForm | None = None,
    rule_form: BaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with all three parts, what was typed in one of them kept."""
    policy = promising.newest_policy(service)
    if targets_form is None:
        known = {"known": policy.number if policy else 0}
        targets_form = TargetsForm(promised=promising.promised_by(policy) if policy else {}, initial=known)
    rules = EscalationRule.objects.filter(service=service, ended_at__isnull=True).select_related("person")
    context = {
        "service": service,
        "policy": policy,
        "targets_form": targets_form,
        "care_form": care_form or CareForm(care=caring.care_of(service), auto_id="care_%s"),
        "rule_form": rule_form or RuleForm(auto_id="rule_%s"),
        "rules": rules.order_by("promise", "pk"),
    }
    return render(request, "servicedesk/targets.html", context, status=status)
