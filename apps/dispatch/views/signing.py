"""The way to the signature: put up, decide (the page a leader opens on the phone), add, replace, urge, take back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.dispatch import forms, route, rules, services
from apps.dispatch.models import Draft, SignPoint
from apps.dispatch.sign_screen import SignScreen
from apps.dispatch.views.acting import REFUSALS, fetch, perform
from apps.dispatch.views.drafting import number
from apps.documents import services as documents
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form


@require_POST
def put_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is asked, and off it goes."""
    draft = fetch(request, pk)
    only_final = route.signature_of(documents.latest(draft.document)) is not None
    form = forms.RouteForm(request.POST, asker=request.user, only_final=only_final, auto_id="route_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_edit(request.user, draft, now()),
        work=lambda: put_up_with(request, draft, form),
        done=_("The paper is up for signing. You hear of each decision."),
        form=form,
        name="route",
    )


def put_up_with(request: HttpRequest, draft: Draft, form: forms.RouteForm) -> None:
    """Who receives it is signed with it: a unit that nobody looks after is named now, not when it is sent."""
    version = number(request.POST.get("version", ""))
    services.send_round(draft=draft, plan=form.plan(), version=version, actor=request.user)
    if alone := services.units_without_secretary(draft):
        words = _("No secretary looks after these units now; they are asked through the unit above, else by phone:")
        messages.warning(request, f"{words} {', '.join(map(str, alone))}")


@require_safe
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper before who is asked: its text, the opinions so far, three buttons. For others its page."""
    draft = fetch(request, pk)
    step = asked_step(request, draft)
    if step is None:
        return redirect(draft)
    return sign_page(request, draft, step, forms.DecisionForm(initial={"version": step.version}))


def asked_step(request: HttpRequest, draft: Draft) -> Step | None:
    """The first step of the paper that this person may decide now."""
    steps = Step.objects.about(draft.document).waiting_for(request.user, now())
    return steps.select_related("approver", "unit").first()


def sign_page(request: HttpRequest, draft: Draft, step: Step, form: forms.DecisionForm) -> HttpResponse:
    point = SignPoint.objects.select_related("edition").get(pk=step.pk)
    screen = SignScreen(draft, request.user, now(), step, point)
    context = {"draft": draft, "screen": screen, "form": form, "step": step}
    return render(request, "dispatch/sign.html", context, status=422 if form.is_bound else 200)


@require_POST
def decide(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """One decision. Who is not asked gets 403; what was typed stays when it cannot be taken."""
    draft = fetch(request, pk)
    point = get_object_or_404(SignPoint.objects.select_related("step"), pk=step_pk, document=pk)
    if not rules.can_decide(request.user, point.step, now()):
        raise PermissionDenied(_("This is not yours to decide."))
    form = forms.DecisionForm(request.POST)
    if not form.is_valid():
        return sign_page(request, draft, point.step, form)
    data, token = form.cleaned_data, read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or draft)
            services.decide(
                draft=draft,
                step_id=point.pk,
                decision=StepState(data["decision"]),
                words=data["words"],
                version=data["version"],
                no_seal=data["no_seal"],
                actor=request.user,
            )
            settle_form(token=token, result_url=draft.get_absolute_url())
    except REFUSALS as error:
        form.add_error(None, str(error))
        return sign_page(request, draft, point.step, form)
    messages.success(request, _("Your decision is written down with the text as it stood before you."))
    return redirect(draft)


@require_POST
def add_signer(request: HttpRequest, pk: int) -> HttpResponse:
    draft = fetch(request, pk)
    form = forms.AddSignerForm(request.POST, asker=request.user, auto_id="add_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_add_signer(request.user, draft, now()) or asked_step(request, draft) is not None,
        work=lambda: services.add_signer(
            draft=draft,
            who=form.who(),
            at_once=bool(form.cleaned_data["at_once"]),
            reason=form.cleaned_data["reason"],
            actor=request.user,
        ),
        done=_("The co-signer is added."),
        form=form,
        name="add",
    )


@require_POST
def change_signer(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    draft = fetch(request, pk)
    point = get_object_or_404(SignPoint, pk=step_pk, document=pk)
    form = forms.ChangeSignerForm(request.POST, asker=request.user, auto_id=f"change{step_pk}_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_add_signer(request.user, draft, now()),
        work=lambda: services.change_signer(
            draft=draft,
            step_id=point.pk,
            who=form.who(),
            reason=form.cleaned_data["reason"],
            actor=request.user,
        ),
        done=_("Somebody else is asked."),
        form=form,
        name=f"change{step_pk}",
    )


@require_POST
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    draft = fetch(request, pk)
    return perform(
        request,
        draft,
        allowed=rules.can_add_signer(request.user, draft, now()),
        work=lambda: services.urge(draft=draft, actor=request.user),
        done=_("Those who have the paper are reminded."),
    )


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the drafter, to be changed."""
    draft, form = fetch(request, pk), forms.ReasonForm(request.POST, auto_id="back_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_add_signer(request.user, draft, now()),
        work=lambda: services.take_back(draft=draft, actor=request.user, **form.cleaned_data),
        done=_("The paper is back with the drafter."),
        form=form,
        name="back",
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = fetch(request, pk), forms.ReasonForm(request.POST, auto_id="withdraw_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_edit(request.user, draft, now()),
        work=lambda: services.withdraw(draft=draft, actor=request.user, **form.cleaned_data),
        done=_("The paper is withdrawn."),
        form=form,
        name="withdraw",
    )
