"""Links between documents, and the whole chain on one page."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.documents import forms, rules, services
from apps.documents.chain import draw, read_chain
from apps.documents.enums import LinkKind
from apps.documents.models import Link
from apps.documents.views.acting import fetch, perform

BACK = "back-"


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    form = forms.LinkForm(request.POST, asker=request.user, auto_id="link_%s")

    def work() -> None:
        kind, other = form.cleaned_data["kind"], form.cleaned_data["other"]
        source, target = (other, document) if kind.startswith(BACK) else (document, other)
        services.link(
            source=source,
            target=target,
            kind=LinkKind(kind.removeprefix(BACK)),
            actor=request.user,
            on_behalf_of=rules.acts_for(request.user, document, at),
            at=at,
        )

    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=work,
        done=_("The two are linked."),
        form=form,
        name="link",
    )


@require_POST
def unlink(request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
    document, at = fetch(request, pk), now()
    rows = Link.objects.filter(Q(source=document) | Q(target=document)).select_related("source", "target")
    found = get_object_or_404(rows, pk=link_pk)
    return perform(
        request,
        document,
        allowed=rules.can_handle(request.user, document, at),
        work=lambda: services.unlink(
            found=found, actor=request.user, on_behalf_of=rules.acts_for(request.user, document, at)
        ),
        done=_("The link is gone; the histories keep it."),
    )


@require_safe
def show_chain(request: HttpRequest, pk: int) -> HttpResponse:
    document = fetch(request, pk)
    found = read_chain(document, request.user)
    return render(request, "documents/chain.html", {"document": document, "chain": found, "picture": draw(found)})
