"""After the signature: number, seal, send, and the end of a paper that does not go out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.dispatch import forms, rules, services
from apps.dispatch.views.acting import fetch, perform
from apps.dispatch.words import read_words
from apps.documents import services as documents


@require_POST
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter it in the register: the number is given here."""
    draft = fetch(request, pk)
    form = forms.NumberForm(request.POST, series=draft.series, auto_id="number_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_register(request.user),
        work=lambda: services.number_paper(draft=draft, actor=request.user, **form.cleaned_data),
        done=_("The paper has its number and is being typeset."),
        form=form,
        name="number",
    )


@require_POST
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """To the keeper of the seal, as the PDF stands."""
    draft, form = fetch(request, pk), forms.SealForm(request.POST, auto_id="seal_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_register(request.user),
        work=lambda: services.pass_to_seal(draft=draft, actor=request.user, **form.cleaned_data),
        done=_("The paper lies with the keeper of the seal."),
        form=form,
        name="seal",
    )


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The units get it and sign for it; of the others is written down how it went."""
    draft = fetch(request, pk)
    outside = read_words(documents.latest(draft.document)).outside
    today = timezone.localtime(now()).date()
    form = forms.SendForm(request.POST, outside=outside, today=today, auto_id="send_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_register(request.user),
        work=lambda: services.send_paper(draft=draft, actor=request.user, outside=form.outside()),
        done=_("The paper is out. Below stands who has signed for it."),
        form=form,
        name="send",
    )


@require_POST
def note_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """One more line of the register of dispatch."""
    draft, form = fetch(request, pk), forms.OutsideForm(request.POST, auto_id="line_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_register(request.user),
        work=lambda: services.note_sent(draft=draft, line=form.line(), actor=request.user),
        done=_("Written down."),
        form=form,
        name="line",
    )


@require_POST
def take_line_back(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """A line that is wrong: it stays, with a counter-entry and its reason."""
    draft, form = fetch(request, pk), forms.ReasonForm(request.POST, auto_id=f"line{line_pk}_%s")
    line = get_object_or_404(draft.document.sent_lines, pk=line_pk)
    return perform(
        request,
        draft,
        allowed=rules.can_register(request.user),
        work=lambda: services.take_line_back(draft=draft, line_id=line.pk, actor=request.user, **form.cleaned_data),
        done=_("The line is taken back; both stand in the register."),
        form=form,
        name=f"line{line_pk}",
    )


@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """The director ends a numbered paper; the ledger keeps number and reason."""
    draft, form = fetch(request, pk), forms.ReasonForm(request.POST, auto_id="void_%s")
    return perform(
        request,
        draft,
        allowed=rules.can_void(request.user),
        work=lambda: services.void(draft=draft, actor=request.user, **form.cleaned_data),
        done=_("Paper and number are out of use; the ledger keeps the reason."),
        form=form,
        name="void",
    )
