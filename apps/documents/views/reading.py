"""Circulation: begin it, read, add and excuse readers, remind them; and a notice where there are many."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.deadlines import end_of
from apps.documents.enums import CirculationMode
from apps.documents.models import Reader
from apps.documents.views.acting import fetch, perform
from apps.notices.rules import can_compose


@require_POST
def circulate(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.CirculateForm(request.POST, asker=request.user, auto_id="round_%s")

    def work() -> None:
        data = form.cleaned_data
        services.circulate(
            document=document,
            people=data["people"],
            mode=CirculationMode(data["mode"]),
            words=data["words"],
            due_at=end_of(data["due_on"]) if data["due_on"] else None,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        )

    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=work,
        done=_("It circulates; who has it now was told."),
        form=form,
        name="circulate",
    )


@require_POST
def add_readers(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.ReadersForm(request.POST, asker=request.user, auto_id="more_%s")
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.add_readers(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("The readers are added."),
        form=form,
        name="add_readers",
    )


@require_POST
def urge_readers(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.urge_readers(
            document=document, actor=request.user, on_behalf_of=rules.acts_for(request.user, document, at)
        ),
        done=_("Who has it was reminded."),
    )


@require_POST
def excuse(request: HttpRequest, pk: int, reader_pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    rows = Reader.objects.filter(circulation__document=document).select_related("person", "circulation__document")
    reader = get_object_or_404(rows, pk=reader_pk)
    form = forms.ReasonForm(request.POST, auto_id=f"excuse_{reader_pk}_%s")
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.excuse_reader(
            reader=reader,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("Taken out of the circulation; the reason is kept."),
        form=form,
        name=f"excuse_{reader_pk}",
    )


@require_POST
def open_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Said by the page once it stands before the person. Nothing comes back."""
    services.open_paper(document=fetch(request, pk), actor=request.user)
    return HttpResponse(status=204)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.WordsForm(request.POST, auto_id="read_%s")
    has_it = services.own_line(document, request.user, at)[0] is not None
    has_read = Reader.objects.filter(circulation__document=document, read_by=request.user).exists()
    return perform(
        request,
        document,
        allowed=has_it or has_read,
        work=lambda: services.read_paper(document=document, actor=request.user, **form.cleaned_data),
        done=_("Noted that you have read it."),
        form=form,
        name="read",
    )


@require_POST
def begin_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of a notice made of this document; its sender says whom it is for, and sends it."""
    document, at = fetch(request, pk), now()
    if not (rules.can_handle(request.user, document, at) and can_compose(request.user)):
        raise PermissionDenied
    try:
        notice = services.begin_notice(document=document, actor=request.user, at=at)
    except services.UnableToMove as error:
        messages.error(request, str(error))
        return redirect(document)
    return redirect("notices:edit", notice.pk)
