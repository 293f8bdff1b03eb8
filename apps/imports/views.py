"""Pages of imports: the list, a new one, one batch with its rows, and the verbs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.pages import keyset_page
from apps.imports import services
from apps.imports.enums import BatchState, Verdict
from apps.imports.export import refused_workbook
from apps.imports.forms import MappingForm, UploadForm
from apps.imports.models import Batch, Row
from apps.imports.results import column_labels, describe, headings, undo_words
from apps.imports.rules import can_import
from apps.journal.files import BytesRefused
from apps.journal.forms import read_token
from apps.journal.services import record, settle_form, take_form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOUBTFUL = "doubtful"
WORKING = (BatchState.CHECKING, BatchState.COMMITTING)


def _batch(request: HttpRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)


def _refuse_strangers(request: HttpRequest) -> None:
    if not can_import(request.user):
        raise PermissionDenied(_("Rosters are brought in by clerks, the director and administrators."))


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    _refuse_strangers(request)
    rows = Batch.objects.visible_to(request.user).select_related("created_by")
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    return render(request, "imports/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Upload a file. The same form sent twice opens one batch."""
    _refuse_strangers(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "imports/create.html", {"form": form}, status=422 if form.errors else 200)
    token, file, role = read_token(request), form.cleaned_data["file"], form.cleaned_data["role"]
    options = {"language": request.user.language} | ({"role": role} if role else {})
    given = {"file_name": file.name, "target": form.cleaned_data["target"], "options": options}
    try:
        with transaction.atomic():
            first, done_url = take_form(token=token, person=request.user)
            if not first:
                return redirect(done_url or "imports:list")
            batch = services.stage(data=file.read(), actor=request.user, **given)
            services.start_check(batch=batch, actor=request.user)
            url = reverse("imports:detail", args=[batch.pk])
            settle_form(token=token, result_url=url)
    except BytesRefused as error:
        form.add_error("file", str(error))
        return render(request, "imports/create.html", {"form": form}, status=422)
    return redirect(url)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    show = request.GET.get("show") or _first_filter(batch)
    page = keyset_page(_filtered(batch, show), by="id", cursor=request.GET.get("cursor", ""), newest_first=False)
    labels, stayed = column_labels(batch), services.stayed_words(batch)
    context = {
        "batch": batch,
        "headings": headings(batch),
        "working": batch.state in WORKING,
        "show": show,
        "page": page,
        "lines": [(describe(row, labels), stayed.get(row.pk, "")) for row in page.rows],
        "filters": _filters(batch, show),
        "mapping_form": MappingForm(batch) if batch.columns and batch.is_open else None,
    }
    return render(request, "imports/detail.html", context)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked for each second while a worker is at it; the page is loaded anew when it is done."""
    batch = _batch(request, pk)
    if batch.state not in WORKING:
        return HttpResponse(headers={"HX-Redirect": reverse("imports:detail", args=[batch.pk])})
    return render(request, "imports/_progress.html", {"batch": batch})


@require_POST
def change_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    form = MappingForm(batch, request.POST)
    if not form.is_valid():
        return render(request, "imports/mapping.html", {"batch": batch, "form": form}, status=422)
    try:
        services.change_mapping(
            batch=batch, mapping=form.mapping(), role=form.cleaned_data.get("role", ""), actor=request.user
        )
    except services.UnableToCheck as error:
        messages.error(request, str(error))
    return redirect("imports:detail", pk)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check again, for example after people were changed in the portal."""
    try:
        services.start_check(batch=_batch(request, pk), actor=request.user)
    except services.UnableToCheck as error:
        messages.error(request, str(error))
    return redirect("imports:detail", pk)


@require_POST
def confirm_rename(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    row = get_object_or_404(Row.objects.filter(batch=_batch(request, pk)), pk=row_pk)
    try:
        services.confirm_rename(row=row, actor=request.user)
    except services.UnableToCheck as error:
        messages.error(request, str(error))
    return redirect("imports:detail", pk)


@require_POST
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    partial = request.POST.get("accept_partial") == "on"
    try:
        services.start_commit(batch=_batch(request, pk), actor=request.user, accept_partial=partial)
    except services.UnableToCommit as error:
        messages.error(request, str(error))
    return redirect("imports:detail", pk)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST does."""
    batch, stayed = _batch(request, pk), 0
    if request.method == "POST":
        try:
            services.undo(batch=batch, actor=request.user, leave_changed=request.POST.get("leave_changed") == "on")
            messages.success(request, _("The import was undone."))
            return redirect("imports:detail", pk)
        except services.UnableToUndo as error:
            messages.error(request, str(error))
            stayed = error.stayed
    context = {"batch": batch, "words": undo_words(batch), "stayed": stayed}
    return render(request, "imports/undo.html", context, status=409 if stayed else 200)


@require_POST
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows as XLSX. Personal data leaves the portal, so it is written down."""
    batch = _batch(request, pk)
    record(actor=request.user, verb="exported", obj=batch, internal=True)
    headers = {"Content-Disposition": f'attachment; filename="refused-{batch.pk}.xlsx"'}
    return HttpResponse(refused_workbook(batch), content_type=XLSX, headers=headers)


def _filtered(batch: Batch, show: str) -> QuerySet[Row]:
    if show == DOUBTFUL:
        return batch.rows.exclude(verdict=Verdict.REFUSED).exclude(problems=[])
    return batch.rows.filter(verdict=show) if show in Verdict.values else batch.rows.all()


def _first_filter(batch: Batch) -> str:
    """What needs eyes first."""
    order = (Verdict.REFUSED, DOUBTFUL, Verdict.UPDATED, Verdict.CREATED)
    return next((show for show in order if batch.counts.get(show)), "all")


def _filters(batch: Batch, show: str) -> list[tuple[str, str, int, bool]]:
    """(key, words, how many, is it the one shown)."""
    names = [(str(verdict), str(verdict.label)) for verdict in (Verdict.REFUSED, Verdict.CREATED, Verdict.UPDATED)]
    names = [names[0], (DOUBTFUL, _("to look at")), *names[1:], (str(Verdict.UNCHANGED), str(Verdict.UNCHANGED.label))]
    return [(key, words, batch.counts.get(key, 0), key == show) for key, words in names]
