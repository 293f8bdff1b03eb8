"""Status reports of text messages that belong to none of ours, or say what nobody knows: a person deals with them."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.core.pages import count_label, keyset_page
from apps.delivery import reports
from apps.delivery.forms import AssignForm, SettleForm
from apps.delivery.models import StatusReport
from apps.delivery.rules import can_run_post_room
from apps.delivery.views.raw import raw_response
from apps.journal.files import open_blob

SHOWN = 2_000  # letters of a body on the page; the whole is a download


@dataclass(frozen=True)
class Line:
    """`body`: as it came, as far as it is text; the template escapes it."""

    report: StatusReport
    told: dict[str, object]
    body: str

    @property
    def status(self) -> str:
        return printable(str(self.told.get("status") or ""))[:60]

    @property
    def name(self) -> str:
        """Our reference, else what the gateway calls the message."""
        return printable(str(self.told.get("reference") or self.told.get("id") or ""))[:80]

    @property
    def may_be_given(self) -> bool:
        return reports.status_in(self.told) in reports.MEANING


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    if not can_run_post_room(request.user):
        raise PermissionDenied
    rows = StatusReport.objects.visible_to(request.user).waiting(now()).select_related("blob", "delivery__person")
    page = keyset_page(rows, by="received_at", cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "lines": [Line(row, reports.told_by(row), _body(row)) for row in page.rows],
        "count": count_label(rows),
        "assign": AssignForm(),
        "settle": SettleForm(),
    }
    return render(request, "delivery/reports.html", context)


@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(StatusReport.objects.visible_to(request.user).select_related("blob"), pk=pk)
    return raw_response(row.blob, suffix="txt")


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a report to a text message: what it says becomes evidence."""
    row = get_object_or_404(StatusReport.objects.visible_to(request.user), pk=pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    number = form.cleaned_data["delivery"]
    try:
        reports.assign(report_id=row.pk, delivery_id=number, actor=request.user, at=now())
    except reports.UnableToSettle as error:
        messages.error(request, str(error))
        return redirect("delivery:reports")
    messages.success(request, _("The report belongs to the delivery now; what it says stands in its timeline."))
    return redirect("delivery:detail", pk=number)


@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(StatusReport.objects.visible_to(request.user), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    try:
        reports.put_away(report_id=row.pk, note=form.cleaned_data["note"], actor=request.user, at=now())
    except reports.UnableToSettle as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Put away with your note."))
    return redirect("delivery:reports")


def _body(row: StatusReport) -> str:
    try:
        with open_blob(row.blob) as content:
            text = content.read(SHOWN * 4).decode("utf-8", "replace")[:SHOWN]
    except OSError:
        return ""
    return printable(text)


def printable(text: str) -> str:
    """Without signs that steer a terminal or turn the direction of writing."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)


def _refused(request: HttpRequest, form: forms.Form) -> HttpResponse:
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    return redirect("delivery:reports")
