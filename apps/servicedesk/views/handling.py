"""What the office does with one request: take, assign, return, ask, approve, complete, refuse, set a date."""

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.servicedesk import services
from apps.servicedesk.enums import Who
from apps.servicedesk.forms import ReturnForm
from apps.servicedesk.models import Request
from apps.servicedesk.rules import capacity
from apps.servicedesk.screens import office_form, questions
from apps.servicedesk.services import consent
from apps.servicedesk.views.acting import fetch, perform, posted_version


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.take(request=item, actor=request.user, version=posted_version(request))

    return perform(request, pk, "take", work, done=_("It is yours now."))


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        handler = form.cleaned_data["handler"]
        services.assign(request=item, actor=request.user, handler=handler, version=posted_version(request))

    return perform(request, pk, "assign", work, done=_("Assigned; the new handler was told."))


@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.pass_on(
            request=item, actor=request.user, unit=data["unit"], note=data["note"], version=posted_version(request)
        )

    return perform(request, pk, "pass_on", work, done=_("Passed on; its clerks were told."))


@require_POST
def return_for_correction(request: HttpRequest, pk: int) -> HttpResponse:
    def form(item: Request) -> ReturnForm:
        return ReturnForm(request.POST, questions=questions(item), auto_id="return_%s")

    def work(item: Request, form: BaseForm) -> None:
        services.return_for_correction(
            request=item,
            actor=request.user,
            fields=form.cleaned_data["fields_to_correct"],
            note=form.cleaned_data["note"],
            version=posted_version(request),
        )

    return perform(request, pk, "return", work, form=form, done=_("Returned. The clock stops until it is corrected."))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        note = form.cleaned_data["note"]
        services.ask_requester(request=item, actor=request.user, note=note, version=posted_version(request))

    return perform(request, pk, "ask", work, done=_("Asked. The clock stops until the answer comes."))


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.resume(request=item, actor=request.user, version=posted_version(request))

    return perform(request, pk, "resume", work, done=_("The clock runs on."))


@require_POST
def ask_approval(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.ask_approval(request=item, actor=request.user, version=posted_version(request))

    return perform(request, pk, "ask_approval", work, done=_("The approver was asked."))


@require_POST
def recall_approval(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: None) -> None:
        services.recall_approval(request=item, actor=request.user, version=posted_version(request))

    return perform(request, pk, "recall_approval", work, done=_("Taken back; nobody is asked any more."))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, send back or refuse. Who decides again the same way changes nothing."""

    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        step = get_object_or_404(Step.objects.about(item), pk=data["step"])
        services.decide_approval(
            step_id=step.pk,
            actor=request.user,
            decision=StepState(data["decision"]),
            note=data["note"],
            version=data["step_version"],
        )

    return perform(request, pk, "decide", work, done=_("Your decision is recorded."))


@require_POST
def pass_to_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """The approved paper goes to the keeper of the seal."""

    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.pass_to_seal(request=item, actor=request.user, seal=data["seal"], reason=data["note"])

    return perform(request, pk, "pass_to_seal", work, done=_("The keeper of the seal was told."))


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish the work. A certificate is issued by it; what is to be sealed must be sealed."""

    def work(item: Request, form: BaseForm) -> None:
        services.complete(
            request=item,
            actor=request.user,
            note=form.cleaned_data["note"],
            template_id=form.cleaned_data.get("template"),
            version=posted_version(request),
        )

    return perform(request, pk, "complete", work, done=_("Completed; the requester was told."))


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        note = form.cleaned_data["note"]
        services.refuse(request=item, actor=request.user, note=note, version=posted_version(request))

    return perform(request, pk, "refuse", work, done=_("Refused; the requester reads your reason."))


@require_POST
def set_due(request: HttpRequest, pk: int) -> HttpResponse:
    def work(item: Request, form: BaseForm) -> None:
        services.set_due(
            request=item,
            actor=request.user,
            due_at=form.cleaned_data["due_at"],
            reason=form.cleaned_data["note"],
            version=posted_version(request),
        )

    return perform(request, pk, "set_due", work, done=_("The new due time is set."))


@require_POST
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """The office's own part of the form; only its questions are read, and nobody outside the office sees them."""
    if not request.user.is_office and capacity(request.user, fetch(request, pk), Who.HANDLER) is None:
        raise PermissionDenied

    def form(item: Request) -> BaseForm:
        return office_form(item, person=request.user, data=request.POST, files=request.FILES)

    def work(item: Request, form: BaseForm) -> None:
        answers = form.plain_answers()
        services.fill_office_part(request=item, actor=request.user, answers=answers, version=posted_version(request))

    return perform(request, pk, "office", work, form=form, done=_("The office's part is filled in."))


@require_POST
def time(request: HttpRequest, pk: int) -> HttpResponse:
    """Minutes spent; nobody outside the office learns of them."""

    def work(item: Request, form: BaseForm) -> None:
        data = form.cleaned_data
        services.spend_time(request=item, actor=request.user, minutes=data["minutes"], word=data["word"])

    return perform(request, pk, "time", work, done=_("Written down."))


@require_POST
def settle_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """What the director found about “I did not ask for this”."""

    def work(item: Request, form: BaseForm) -> None:
        consent.settle_objection(request=item, actor=request.user, note=form.cleaned_data["note"])

    return perform(request, pk, "settle_objection", work, done=_("Settled; the person was told."))
