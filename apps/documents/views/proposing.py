"""Proposed handling, whom to ask, and the instruction."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.models import Document
from apps.documents.screens import DocumentScreen
from apps.documents.views.acting import Show, fetch, perform


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Words, lead unit, helpers, readers, and who is asked, in one page."""
    document, at = fetch(request, pk), now()
    allowed = document.is_incoming and rules.can_handle(request.user, document, at)
    if not allowed:
        raise PermissionDenied
    show = propose_page(request, document)
    if request.method == "GET":
        initial = {"purpose": document.purpose, "text": services.mark_of(document), "in_turn": "1"}
        return show({"propose": forms.ProposeForm(asker=request.user, initial=initial)})
    form = forms.ProposeForm(request.POST, asker=request.user)

    def work() -> None:
        data = form.cleaned_data
        try:
            services.propose(
                document=document,
                plan=form.plan(),
                deciders=list(data["deciders"]),
                in_turn=data["in_turn"],
                text=data["text"] or None,
                actor=request.user,
                on_behalf_of=rules.acts_for(request.user, document, at),
                at=at,
            )
        except services.Changed:
            form.goes_on_from(services.mark_of(fetch(request, pk)))
            raise

    done = _("The proposal is kept, and who was named is asked.")
    return perform(request, document, allowed=True, work=work, done=done, form=form, name="propose", show=show)


def propose_page(request: HttpRequest, document: Document) -> Show:
    def show(open_forms: dict[str, forms.DocumentForm]) -> HttpResponse:
        form = open_forms["propose"]
        screen = DocumentScreen(document, request.user, now())
        context = {"document": document, "screen": screen, "form": form}
        return render(request, "documents/propose.html", context, status=422 if form.is_bound else 200)

    return show


@require_POST
def instruct(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    """Whoever is asked, or who stands in for them. The service says who that is."""
    document, at = fetch(request, pk), now()
    step = get_object_or_404(Step.objects.about(document), pk=step_pk)
    mine = Step.objects.about(document).waiting_for(request.user, at).filter(pk=step.pk).exists()
    took_part = request.user.pk in (step.decided_by_id, step.approver_id, step.on_behalf_of_id)
    took_part = took_part or services.stands_in(request.user, step, at)
    form = forms.InstructForm(request.POST, auto_id="say_%s")

    def work() -> None:
        data = form.cleaned_data
        services.instruct(
            step=step,
            decision=StepState(data["decision"]),
            words=data["words"],
            edition=data["edition"],
            actor=request.user,
            at=at,
        )

    done = _("Your instruction is kept, and who goes on was told.")
    return perform(request, document, allowed=mine or took_part, work=work, done=done, form=form, name="instruct")


@require_POST
def ask_also(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.AskForm(request.POST, asker=request.user, auto_id="ask_%s")
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.ask_one_more(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("One more is asked."),
        form=form,
        name="ask_also",
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.ReasonForm(request.POST, auto_id="withdraw_%s")
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.withdraw_question(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("Nobody is asked any more."),
        form=form,
        name="withdraw",
    )
