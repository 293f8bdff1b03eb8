"""Handle it, hand it over, urge, another due date."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.deadlines import end_of
from apps.documents.views.acting import fetch, perform
from apps.journal.files import accept_upload


@require_POST
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Routine: nobody is asked for an instruction."""
    document, at = fetch(request, pk), now()
    return perform(
        request,
        document,
        allowed=document.is_incoming and rules.can_handle(request.user, document, at),
        work=lambda: services.handle(
            document=document, actor=request.user, on_behalf_of=rules.acts_for(request.user, document, at)
        ),
        done=_("It is being handled."),
    )


@require_POST
def hand_down(request: HttpRequest, pk: int) -> HttpResponse:
    """To units: one leads, the others answer to it."""
    document, at = fetch(request, pk), now()
    form = forms.HandDownForm(request.POST, request.FILES, asker=request.user, auto_id="down_%s")

    def work() -> None:
        files = [accept_upload(file, person=request.user, at=at) for file in form.cleaned_data["files"]]
        services.hand_to_units(
            document=document,
            given=form.given(files),
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        )

    return perform(
        request,
        document,
        allowed=document.is_incoming and rules.can_handle(request.user, document, at),
        work=work,
        done=_("The units were told; each signs for its part."),
        form=form,
        name="hand_down",
    )


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.HandOverForm(request.POST, asker=request.user, auto_id="over_%s")
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.hand_over(
            document=document,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("Handed over and told."),
        form=form,
        name="hand_over",
    )


@require_POST
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    document = fetch(request, pk)
    form = forms.WordsForm(request.POST, auto_id="urge_%s")
    return perform(
        request,
        document,
        allowed=rules.can_urge(request.user, document),
        work=lambda: services.urge(document=document, actor=request.user, **form.cleaned_data),
        done=_("Its handler was urged."),
        form=form,
        name="urge",
    )


@require_POST
def set_due(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.DueForm(request.POST, auto_id="due_%s")

    def work() -> None:
        services.set_due(
            document=document,
            due_at=end_of(form.cleaned_data["due_on"]),
            reason=form.cleaned_data["reason"],
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            may_extend=rules.can_extend(request.user),
            at=at,
        )

    allowed = rules.can_set_due(request.user, document, at)
    done = _("The due date is set; the old one stays in the history.")
    return perform(request, document, allowed=allowed, work=work, done=done, form=form, name="set_due")
