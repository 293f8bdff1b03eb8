"""Certificates: the list, one of them, issue anew, revoke, print once more, ask for a new one."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import settle_form, take_form
from apps.servicedesk import forms, services
from apps.servicedesk.actions import FORMS
from apps.servicedesk.enums import CertificateState, RequestState
from apps.servicedesk.models import Certificate, Request, Service
from apps.servicedesk.papers.certificates import shown_fields
from apps.servicedesk.papers.content import read_content
from apps.servicedesk.papers.listing import chosen_papers, figures_of, with_names
from apps.servicedesk.rules import can_issue_batches, can_manage_paper, can_revoke_paper
from apps.servicedesk.screens import CERTIFICATE_COLOURS
from apps.servicedesk.services.renewals import renew as renew_certificate
from apps.servicedesk.services.renewals import service_of, standing_renewal
from apps.servicedesk.views.acting import REFUSALS, perform

ENTRIES = 30


def paper_of(request: HttpRequest, pk: int) -> Certificate:
    rows = Certificate.objects.visible_to(request.user)
    rows = rows.select_related("request", "batch", "person", "replaced_by", "renewal", "issued_by")
    return get_object_or_404(rows.select_related("template_version__template", "request__service"), pk=pk)


@require_GET
def list_papers(request: HttpRequest) -> HttpResponse:
    """For the office all certificates with search and figures, for others the own ones."""
    at = now()
    narrowed = forms.PaperFilter(request.GET)
    asked = narrowed.chosen()
    rows = with_names(chosen_papers(request.user, asked, at))
    page = keyset_page(rows, by="issued_at", cursor=request.GET.get("cursor", ""))
    for row in page.rows:
        row.now_state = row.state_at(at)
        row.now_colour = CERTIFICATE_COLOURS[row.now_state]
    context = {
        "page": page,
        "filter": narrowed,
        "asked": asked,
        "figures": figures_of(request.user, at) if request.user.is_office else [],
        "may_batch": can_issue_batches(request.user),
    }
    return render(request, "servicedesk/papers.html", context)


@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: what it says, whether it holds, what can be done with it."""
    return show(request, paper_of(request, pk))


def show(request: HttpRequest, row: Certificate, form: BaseForm | None = None, verb: str = "") -> HttpResponse:
    at = now()
    state = row.state_at(at)
    entries = Entry.objects.about(row).order_by("-at", "-pk")[:ENTRIES]
    own = row.person_id == request.user.pk
    context = {
        "paper": row,
        "title": read_content(row.template_version.content).text("title", row.language),
        "fields": shown_fields(row),
        "table": row.extra.get("table"),
        "state": state,
        "colour": CERTIFICATE_COLOURS[state],
        "entries": [entry for entry in entries if request.user.is_office or not entry.internal],
        "may_manage": state == CertificateState.VALID and can_manage_paper(request.user, row, at),
        "may_revoke": state == CertificateState.VALID and can_revoke_paper(request.user, row, at),
        "renewal": standing_renewal(row),
        "may_renew": own and may_renew(request, row, state),
        "reissue_form": form if verb == "reissue" else forms.ReissueForm(auto_id="reissue_%s"),
        "revoke_form": form if verb == "revoke" else forms.RevokeForm(auto_id="revoke_%s"),
    }
    return render(request, "servicedesk/paper.html", context, status=422 if form else 200)


def may_renew(request: HttpRequest, row: Certificate, state: CertificateState) -> bool:
    """A paper with an end, which nothing took the place of, of a service that this person may ask for."""
    over = state in (CertificateState.REPLACED, CertificateState.REVOKED)
    if over or row.expires_at is None or standing_renewal(row):
        return False
    return Service.objects.visible_to(request.user).filter(pk=service_of(row).pk).exists()


@require_POST
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """A new certificate in place of this one."""
    row = paper_of(request, pk)
    done = _("A new certificate is issued.")
    if row.request_id is None:
        form = forms.ReissueForm(request.POST, auto_id="reissue_%s")
        return of_batch(request, row, "reissue", form, services.reissue_certificate, done)

    def work(item: Request, form: BaseForm) -> None:
        services.reissue_certificate(certificate=row, actor=request.user, reason=form.cleaned_data["note"])

    return perform(request, row.request_id, "reissue", work, done=done, form=of_paper(request, row, "reissue"))


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it back: whoever checks it is told so."""
    row = paper_of(request, pk)
    done = _("The certificate is revoked.")
    if row.request_id is None:
        form = forms.RevokeForm(request.POST, auto_id="revoke_%s")
        return of_batch(request, row, "revoke", form, services.revoke_certificate, done)

    def work(item: Request, form: BaseForm) -> None:
        services.revoke_certificate(certificate=row, actor=request.user, reason=form.cleaned_data["reason"])

    return perform(request, row.request_id, "revoke", work, done=done, form=of_paper(request, row, "revoke"))


def of_paper(request: HttpRequest, row: Certificate, verb: str) -> Callable[[Request], BaseForm]:
    """The form as it was sent, which comes back to this certificate."""
    return lambda item: FORMS[verb](request.POST, auto_id=f"{verb}_%s", paper=row.pk)


def of_batch(
    request: HttpRequest, row: Certificate, verb: str, form: BaseForm, work: Callable[..., Certificate], done: str
) -> HttpResponse:
    """A deed on a certificate that no request belongs to; what was typed is kept when it is not possible."""
    may = can_revoke_paper if verb == "revoke" else can_manage_paper
    if not may(request.user, row, now()):
        raise PermissionDenied
    if not form.is_valid():
        return show(request, row, form, verb)
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or row)
            reason = form.cleaned_data.get("note") or form.cleaned_data.get("reason", "")
            result = work(certificate=row, actor=request.user, reason=reason)
            settle_form(token=token, result_url=result.get_absolute_url())
    except REFUSALS as error:
        form.add_error(None, str(error))
        return show(request, row, form, verb)
    messages.success(request, done)
    return redirect(result)


@require_POST
def reprint(request: HttpRequest, pk: int) -> HttpResponse:
    """The same sheet was printed once more: counted and written down."""
    row = paper_of(request, pk)
    token = read_token(request)
    try:
        with transaction.atomic():
            first, _url = take_form(token=token, person=request.user)
            if first:
                services.note_reprint(certificate=row, actor=request.user)
                messages.success(request, _("Noted: printed once more."))
    except REFUSALS as error:
        messages.error(request, str(error))
    return redirect(row)


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder asks for a new one: the same service with the old answers."""
    row = paper_of(request, pk)
    try:
        made = renew_certificate(certificate=row, actor=request.user)
    except REFUSALS as error:
        messages.error(request, str(error))
        return redirect(row)
    if made.state == RequestState.DRAFT:
        messages.info(request, _("Some answers have to be given anew. Complete them and send it."))
    else:
        messages.success(request, _("Asked for: the office has your request."))
    return redirect(made)
