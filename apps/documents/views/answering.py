"""The answer to the sender, the end, opening again, the file."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.enums import Retention
from apps.documents.jobs import pack_later
from apps.documents.views.acting import fetch, perform


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.AnswerForm(request.POST, asker=request.user, auto_id="answer_%s")
    return perform(
        request,
        document,
        allowed=document.is_incoming and rules.can_handle(request.user, document, at),
        work=lambda: services.answer(
            document=document,
            given=form.given(),
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        ),
        done=_("The answer is noted."),
        form=form,
        name="answer",
    )


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.CloseForm(request.POST, document=document, auto_id="close_%s")
    return perform(
        request,
        document,
        allowed=document.is_incoming and rules.can_handle(request.user, document, at),
        work=lambda: services.close(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("Closed."),
        form=form,
        name="close",
    )


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.ReasonForm(request.POST, auto_id="reopen_%s")
    return perform(
        request,
        document,
        allowed=document.is_incoming and rules.can_handle(request.user, document, at),
        work=lambda: services.reopen(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("It is open again."),
        form=form,
        name="reopen",
    )


@require_POST
def file_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the file; its package is made by a worker."""
    document, at = fetch(request, pk), now()
    form = forms.FileForm(request.POST, auto_id="file_%s")

    def work() -> None:
        filing = services.file_document(
            document=document,
            retention=Retention(form.cleaned_data["retention"]),
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        )
        pack_later(filing.pk)

    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=work,
        done=_("It is in the file; its package is being made."),
        form=form,
        name="file",
    )
