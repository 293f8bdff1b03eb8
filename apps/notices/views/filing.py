"""The report for the file: let it be made, and take it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.journal.files import open_blob
from apps.journal.services import record
from apps.notices.models import FileReport
from apps.notices.rules import acts_for
from apps.notices.services import ask_file_report
from apps.notices.views.reporting import reported

WORKBOOK = "workbook"


@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    notice = reported(request, pk)
    ask_file_report(notice=notice, actor=request.user, language=get_language() or "zh-hant", at=now())
    messages.success(request, _("The report is being made. It stands on this page when it is ready."))
    return redirect("notices:report", pk=notice.pk)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The kept paper of the report that the form names, or its workbook. By POST: taking it is written down."""
    notice = reported(request, pk)
    wanted = request.POST.get("report", "")
    rows = FileReport.objects.visible_to(request.user).filter(notice=notice, blob__isnull=False)
    rows = rows.select_related("blob", "workbook")
    row = get_object_or_404(rows, pk=int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
    is_workbook = request.POST.get("part") == WORKBOOK and row.workbook is not None
    blob, end = (row.workbook, "xlsx") if is_workbook else (row.blob, "pdf")
    try:
        content = open_blob(blob)
    except FileNotFoundError as error:
        raise Http404 from error
    record(
        actor=request.user,
        verb="file_report_taken",
        obj=notice,
        on_behalf_of=acts_for(request.user, notice),
        changes={"people": row.people, "sha256": blob.sha256},
        internal=True,
        at=now(),
    )
    name = f"notice-{notice.number}-report-{row.pk}.{end}"
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=blob.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
