"""How every deed is posted: right first, then form, then one service call; what was typed is never lost."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from apps.core.calendar import CalendarYearMissing
from apps.core.clock import now
from apps.documents import services
from apps.documents.models import Document
from apps.documents.pages import draw_outgoing
from apps.documents.screens import DocumentScreen
from apps.journal.files import UnableToAttach, UploadRefused, accept_upload
from apps.journal.forms import read_token
from apps.journal.models import Attachment
from apps.journal.services import settle_form, take_form

REFUSALS = (
    CalendarYearMissing,
    services.Changed,
    services.UnableToCirculate,
    services.UnableToLink,
    services.UnableToMove,
    services.UnableToNumber,
    services.UnableToRegister,
    UploadRefused,
    UnableToAttach,
)
BESIDE = ("unit", "handler", "created_by", "urgency", "calendar_version", "incoming__received_by", "incoming__copy_of")
MOST_FILES = 10
Show = Callable[[dict[str, Form]], HttpResponse]


def fetch(request: HttpRequest, pk: int) -> Document:
    """The document, if this person may read it; else 404."""
    return get_object_or_404(Document.objects.visible_to(request.user).select_related(*BESIDE), pk=pk)


def show_document(request: HttpRequest, document: Document) -> Show:
    """Draws the page of the document, which for an outgoing paper is another, with a form that was not in order."""

    def show(open_forms: dict[str, Form]) -> HttpResponse:
        if not document.is_incoming:
            return draw_outgoing(request, document.pk, open_forms)
        fresh = fetch(request, document.pk)
        context = {"document": fresh, "screen": DocumentScreen(fresh, request.user, now(), open_forms)}
        return render(request, "documents/detail.html", context, status=422 if open_forms else 200)

    return show


def perform(
    request: HttpRequest,
    document: Document,
    *,
    allowed: bool,
    work: Callable[[], object],
    done: str,
    form: Form | None = None,
    name: str = "",
    show: Show | None = None,
) -> HttpResponse:
    """Do it once for the person who posted it, and go to the page of `document`.

    A form that is not in order comes back on that page under its `name`. Who may see but not do it gets 403.
    """
    if not allowed:
        raise PermissionDenied
    show = show or show_document(request, document)
    if form is not None and not form.is_valid():
        return show({name: form})
    token = read_token(request)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or document)
            work()
            settle_form(token=token, result_url=document.get_absolute_url())
    except REFUSALS as error:
        if form is None or not form.fields:
            messages.error(request, str(error))
            return redirect(document)
        form.add_error(None, str(error))
        return show({name: form})
    messages.success(request, done)
    return redirect(document)


def sent_files(request: HttpRequest, field: str = "files") -> list[Attachment]:
    """Files that were taken at once and are ticked, and those that came with the form (where there is no script).

    Raises UploadRefused.
    """
    keys = [key for key in request.POST.getlist(field) if len(key) < 40 and key.replace("-", "").isalnum()]
    ticked = list(ticked_files(request, keys))
    return ticked + [
        accept_upload(file, person=request.user, at=now()) for file in request.FILES.getlist(field)[:MOST_FILES]
    ]


def ticked_files(request: HttpRequest, keys: list[str]) -> list[Attachment]:
    waiting = {str(row.key): row for row in Attachment.objects.waiting(request.user)[:100]} if keys else {}
    return [waiting[key] for key in keys if key in waiting]
