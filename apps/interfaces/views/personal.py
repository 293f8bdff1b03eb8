"""One's own data: ask for a copy, take it; administrators for somebody, with the reason on record."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now
from apps.interfaces.forms import CopyForm
from apps.interfaces.models import PersonalExport
from apps.interfaces.personal.making import UnableToAsk, ask_copy
from apps.interfaces.personal.reading import PARTS
from apps.interfaces.rules import can_copy_data_of_others
from apps.journal.enums import ExportState
from apps.journal.files import open_blob
from apps.journal.services import record


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return show(request, CopyForm())


def show(request: HttpRequest, form: CopyForm, status: int = 200) -> HttpResponse:
    """What a copy holds, and the copies that this person asked for."""
    rows = PersonalExport.objects.visible_to(request.user).select_related("person").order_by("-asked_at", "-pk")
    context = {
        "copies": rows[:20],
        "parts": [label for _code, label, _read, _sources in PARTS],
        "form": form,
        "may_ask_for_others": can_copy_data_of_others(request.user),
    }
    return render(request, "interfaces/my_data.html", context, status=status)


@require_POST
@reauthentication_required
def ask_my_data(request: HttpRequest) -> HttpResponse:
    return asked(request, CopyForm(), person=request.user, reason="")


@require_http_methods(["POST"])
@reauthentication_required
def ask_data_of(request: HttpRequest) -> HttpResponse:
    """For somebody, for example who cannot sign in any more."""
    if not can_copy_data_of_others(request.user):
        raise PermissionDenied
    form = CopyForm(request.POST)
    if not form.is_valid():
        return show(request, form, status=422)
    return asked(request, form, person=form.cleaned_data["number"], reason=form.cleaned_data["reason"])


def asked(request: HttpRequest, form: CopyForm, *, person: object, reason: str) -> HttpResponse:
    try:
        ask_copy(person=person, actor=request.user, reason=reason)
        messages.success(request, _("The copy is being made. You are told when it is ready."))
    except UnableToAsk as error:
        messages.error(request, str(error))
    return redirect("interfaces:my_data")


@require_POST
@reauthentication_required
def take_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes, by POST: that they were taken is written down."""
    rows = PersonalExport.objects.visible_to(request.user).filter(state=ExportState.READY, expires_at__gt=now())
    row = get_object_or_404(rows.select_related("blob", "person"), pk=pk)
    with transaction.atomic():
        record(actor=request.user, verb="copy_taken", obj=row.person, note=row.reason, internal=bool(row.reason))
    name = f"data-{row.person.number}-{timezone.localtime(row.made_at):%Y-%m-%d}.zip"
    response = FileResponse(open_blob(row.blob), as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
