"""How every deed is posted: right first, then form, then one service call; what was typed is never lost."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from apps.core.clock import now
from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.dispatch.screens import PaperScreen
from apps.documents import services as documents
from apps.journal.files import UnableToAttach, UploadRefused
from apps.journal.forms import read_token
from apps.journal.services import settle_form, take_form

REFUSALS = (
    services.UnableToDecide,
    services.UnableToDraft,
    services.UnableToIssue,
    services.UnableToRoute,
    services.UnableToTakeBack,
    documents.Changed,
    documents.UnableToLink,
    documents.UnableToMove,
    UploadRefused,
    UnableToAttach,
)
BESIDE = (
    "document__urgency",
    "document__unit",
    "document__handler",
    "drafter",
    "signer",
    "series__numbers",
    "series__unit",
    "no_seal_by",
    "notice",
    "sent_by",
    "answers",
)


def fetch(request: HttpRequest, pk: int) -> Draft:
    """The paper, if this person may see it; else 404."""
    return get_object_or_404(Draft.objects.visible_to(request.user).select_related(*BESIDE), pk=pk)


def show_paper(
    request: HttpRequest,
    pk: int,
    open_forms: dict[str, Form] | None = None,
    *,
    deed_forms: dict[str, Form] | None = None,
) -> HttpResponse:
    """The page of the paper, with a form that was not in order; `deed_forms`: of what any document has."""
    draft = fetch(request, pk)
    screen = PaperScreen(draft, request.user, now(), open_forms or {}, deed_forms or {})
    context = {"draft": draft, "document": draft.document, "screen": screen}
    return render(request, "dispatch/detail.html", context, status=422 if open_forms or deed_forms else 200)


def show_deeds(request: HttpRequest, pk: int, deed_forms: dict[str, Form]) -> HttpResponse:
    """Its page for the app below: a form that any document has came back with mistakes."""
    return show_paper(request, pk, deed_forms=deed_forms)


def perform(
    request: HttpRequest,
    draft: Draft,
    *,
    allowed: bool,
    work: Callable[[], object],
    done: str,
    form: Form | None = None,
    name: str = "",
) -> HttpResponse:
    """Do it once for the person who posted it, and go to the page of the paper. Who may see but not do it gets 403."""
    if not allowed:
        raise PermissionDenied
    if form is not None and not form.is_valid():
        return show_paper(request, draft.pk, {name: form})
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or draft)
            work()
            settle_form(token=token, result_url=draft.get_absolute_url())
    except REFUSALS as error:
        if form is None:
            messages.error(request, str(error))
            return redirect(draft)
        form.add_error(None, str(error))
        return show_paper(request, draft.pk, {name: form})
    messages.success(request, done)
    return redirect(draft)
