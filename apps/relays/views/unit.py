"""One unit: sign, pass on, report; the level above accepts, returns, excuses."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.clock import now
from apps.journal.downloads import as_download
from apps.journal.files import UnableToAttach, UploadRefused, accept_upload
from apps.journal.forms import read_token
from apps.journal.models import Attachment
from apps.journal.services import take_form
from apps.relays import services
from apps.relays.forms import ExcuseForm, PassDownForm, PassOnForm, ReportForm, ReturnForm
from apps.relays.models import RelayLine
from apps.relays.rules import can_act, can_decide, can_excuse
from apps.relays.screens import LineScreen
from apps.relays.services.locking import BESIDE

REFUSALS = (
    services.UnableToSign,
    services.UnableToPassOn,
    services.UnableToReport,
    services.UnableToDecide,
    services.UnableToExtend,
    UnableToAttach,
    UploadRefused,
)


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit was sent, and the one thing that is to be done now."""
    return show(request, fetch_line(request, pk))


@require_safe
def of_notice(request: HttpRequest, notice: int) -> HttpResponse:
    """From a notice to the unit's page, or to all units where there are several that I may see."""
    rows = RelayLine.objects.visible_to(request.user).filter(notice=notice, notice__published_at__isnull=False)
    keys = list(rows.order_by("pk").values_list("pk", "relay_id")[:2])
    if not keys:
        raise Http404
    return redirect("relays:line", keys[0][0]) if len(keys) == 1 else redirect("relays:detail", keys[0][1])


@require_safe
def file(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """A file of the notice, for whoever acts for the unit: a stand-in has no line of the notice's own."""
    row = fetch_line(request, pk)
    return as_download(request, get_object_or_404(Attachment.objects.of(row.notice), key=key))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_mine(request, pk)
    return do(request, row, lambda: services.sign(line=row, actor=request.user, at=now()), _("Signed for."))


@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_mine(request, pk)
    form = PassOnForm(request.POST, auto_id="on_%s")
    if not form.is_valid():
        return show(request, row, {"pass_on": form}, status=422)
    work = lambda: services.pass_on(line=row, actor=request.user, at=now(), **form.cleaned_data)  # noqa: E731
    return do(request, row, work, _("Passed on to the unit's people."), pass_on=form)


@require_POST
def pass_down(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_mine(request, pk)
    form = PassDownForm(request.POST, line=row, auto_id="down_%s")
    if not form.is_valid():
        return show(request, row, {"pass_down": form}, status=422)
    given = {"units": form.chosen(), **{name: form.cleaned_data[name] for name in ("note", "report_by")}}
    work = lambda: services.pass_down(line=row, actor=request.user, at=now(), **given)  # noqa: E731
    return do(request, row, work, _("Passed on to the units below."), pass_down=form)


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Words and files; sent twice it is taken once."""
    row = fetch_mine(request, pk)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return show(request, row, {"report": form}, status=422)

    def work() -> None:
        if take_form(token=read_token(request), person=request.user)[0]:
            at = now()
            files = [accept_upload(each, person=request.user, at=at) for each in request.FILES.getlist("files")]
            text = form.cleaned_data["text"]
            services.report(line=row, actor=request.user, text=text, attachments=files, at=at)

    return do(request, row, work, _("Reported back."), report=form)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_line(request, pk)
    if not can_decide(request.user, row):
        raise PermissionDenied(_("You may not decide on this report."))
    return do(request, row, lambda: services.accept(line=row, actor=request.user, at=now()), _("Report accepted."))


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_line(request, pk)
    if not can_decide(request.user, row):
        raise PermissionDenied(_("You may not decide on this report."))
    form = ReturnForm(request.POST, auto_id="back_%s")
    if not form.is_valid():
        return show(request, row, {"give_back": form}, status=422)
    work = lambda: services.give_back(line=row, actor=request.user, at=now(), **form.cleaned_data)  # noqa: E731
    return do(request, row, work, _("Report returned."), give_back=form)


@require_POST
def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch_line(request, pk)
    if not can_excuse(request.user, row):
        raise PermissionDenied(_("You may not excuse this unit."))
    form = ExcuseForm(request.POST, auto_id="excuse_%s")
    if not form.is_valid():
        return show(request, row, {"excuse": form}, status=422)
    work = lambda: services.excuse(line=row, actor=request.user, at=now(), **form.cleaned_data)  # noqa: E731
    return do(request, row, work, _("Nothing is asked of this unit any more."), excuse=form)


def fetch_line(request: HttpRequest, pk: int) -> RelayLine:
    """A line that is out and that this person may see; else 404."""
    rows = RelayLine.objects.visible_to(request.user).filter(notice__published_at__isnull=False)
    return get_object_or_404(rows.select_related(*BESIDE, "passed_down", "added_by"), pk=pk)


def fetch_mine(request: HttpRequest, pk: int) -> RelayLine:
    row = fetch_line(request, pk)
    if not can_act(request.user, row):
        raise PermissionDenied(_("Only the unit's secretary, or who stands in, can do this."))
    return row


def do(
    request: HttpRequest, row: RelayLine, work: Callable[[], object], words: str, **sent: forms.Form
) -> HttpResponse:
    """All or nothing; what was typed stays when it is refused."""
    try:
        with transaction.atomic():
            work()
    except REFUSALS as error:
        messages.error(request, str(error))
        for form in sent.values():
            form.add_error(None, str(error))  # so that the fold it stands in is open
        return show(request, fetch_line(request, row.pk), sent, status=422)
    messages.success(request, words)
    return redirect(row.get_absolute_url())


def show(
    request: HttpRequest, row: RelayLine, sent: dict[str, forms.Form] | None = None, *, status: int = 200
) -> HttpResponse:
    screen = LineScreen(row, request.user, now(), sent or {})
    context = {"screen": screen, "line": row, "relay": row.relay, "notice": row.notice, "acting_for": screen.acting_for}
    return render(request, "relays/line.html", context, status=status)
