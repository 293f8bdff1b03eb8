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


@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    notice = reported(request, pk)
    ask_file_report(notice=notice, actor=request.user, language=get_language() or "zh-hant", at=now())
    messages.success(request, _("The report is being made. It stands on this page when it is ready."))
    return redirect("notices:report", pk=notice.pk)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The kept bytes of the report that the form names. By POST, because taking people's data out is written down."""
    notice = reported(request, pk)
    wanted = request.POST.get("report", "")
    rows = FileReport.objects.visible_to(request.user).filter(notice=notice, blob__isnull=False).select_related("blob")
    row = get_object_or_404(rows, pk=int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
    try:
        content = open_blob(row.blob)
    except FileNotFoundError as error:
        raise Http404 from error
    changes = {"people": row.people, "sha256": row.blob.sha256}
    record(
        actor=request.user,
        verb="file_report_taken",
        obj=notice,
        on_behalf_of=acts_for(request.user, notice),
        changes=changes,
        internal=True,
        at=now(),
    )
    name = f"notice-{notice.number}-report-{row.pk}.pdf"
    answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
