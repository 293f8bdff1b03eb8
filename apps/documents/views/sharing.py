"""Who may read a document and why."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.enums import Access
from apps.documents.models import Concerned, Document
from apps.documents.screens import AccessScreen
from apps.documents.views.acting import Show, fetch, perform


@require_safe
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who reads it knows who else may."""
    return show_access(request, fetch(request, pk))({})


def show_access(request: HttpRequest, document: Document) -> Show:
    def show(open_forms: dict[str, Form]) -> HttpResponse:
        screen = AccessScreen(fetch(request, document.pk), request.user, now(), open_forms)
        context = {"document": screen.document, "screen": screen}
        return render(request, "documents/access.html", context, status=422 if open_forms else 200)

    return show


@require_POST
def set_access(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.AccessForm(request.POST, auto_id="level_%s")

    def work() -> None:
        services.set_access(
            document=document,
            access=Access(form.cleaned_data["access"]),
            reason=form.cleaned_data["reason"],
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        )

    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=work,
        done=_("Who may read it is changed."),
        form=form,
        name="set_access",
        show=show_access(request, document),
    )


@require_POST
def let_in(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.LetInForm(request.POST, asker=request.user, auto_id="in_%s")
    return perform(
        request,
        document,
        allowed=rules.can_let_in(request.user, document, at),
        work=lambda: services.let_in(
            document=document,
            who=form.who(),
            words=form.cleaned_data["words"],
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        ),
        done=_("They may read it now."),
        form=form,
        name="let_in",
        show=show_access(request, document),
    )


@require_POST
def take_back(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    line = get_object_or_404(Concerned.objects.filter(document=document).select_related("document"), pk=line_pk)
    form = forms.ReasonForm(request.POST, auto_id=f"out_{line_pk}_%s")
    return perform(
        request,
        document,
        allowed=rules.can_let_in(request.user, document, at),
        work=lambda: services.take_back(
            line=line,
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            **form.cleaned_data,
        ),
        done=_("They are no longer let in by name."),
        form=form,
        name=f"take_back_{line_pk}",
        show=show_access(request, document),
    )
