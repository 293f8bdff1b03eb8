"""Certificates: issue anew, revoke."""

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.servicedesk import services
from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.views.acting import perform


def paper_of(request: HttpRequest, pk: int) -> Certificate:
    return get_object_or_404(Certificate.objects.visible_to(request.user).select_related("request"), pk=pk)


@require_POST
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """A new certificate in place of this one."""
    paper = paper_of(request, pk)

    def work(item: Request, form: BaseForm) -> None:
        services.reissue_certificate(certificate=paper, actor=request.user, reason=form.cleaned_data["note"])

    return perform(request, paper.request_id, "reissue", work, done=_("A new certificate is issued."))


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it back: whoever checks it is told so."""
    paper = paper_of(request, pk)

    def work(item: Request, form: BaseForm) -> None:
        services.revoke_certificate(certificate=paper, actor=request.user, reason=form.cleaned_data["reason"])

    return perform(request, paper.request_id, "revoke", work, done=_("The certificate is revoked."))
