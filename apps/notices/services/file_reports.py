"""The report of a notice for the file: asked for by a person, made by a worker, kept as bytes under their SHA-256."""

from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.enums import Origin
from apps.journal.files import store_bytes, store_file
from apps.journal.services import record
from apps.notices import file_report
from apps.notices.enums import FileReportState
from apps.notices.export import XLSX
from apps.notices.models import FileReport, Notice
from apps.notices.rules import acts_for
from apps.notices.services.nudges import nudge
from apps.people.models import Person

GIVEN_UP_AFTER = timedelta(minutes=15)  # longer than a job may run: its worker died
TRIES = 3
log = structlog.get_logger(__name__)


@transaction.atomic
def ask_file_report(*, notice: Notice, actor: Person, language: str, at: datetime | None = None) -> FileReport:
    """Let a report be made with the rights of `actor`. While one is waiting or being made, asking again gives it."""
    at = at or now()
    Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    asked = notice.file_reports.unfinished().filter(asked_by=actor, language=language).first()
    if asked:
        return asked
    row = FileReport.objects.create(notice=notice, asked_by=actor, language=language, asked_at=at)
    behalf = acts_for(actor, notice, at=at)
    record(actor=actor, verb="file_report_asked", obj=notice, on_behalf_of=behalf, internal=True, at=at)
    nudge("notices.make_file_report", row.pk, queue="report")
    return row


def make_file_report(report_id: int, at: datetime) -> bool:
    """Draw and keep it; True if this call did. Claimed first, so that two workers do not draw the same."""
    free = Q(state=FileReportState.WAITING) | Q(state=FileReportState.MAKING, started_at__lte=at - GIVEN_UP_AFTER)
    claimed = FileReport.objects.filter(free, pk=report_id, attempts__lt=TRIES)
    if not claimed.update(state=FileReportState.MAKING, started_at=at, attempts=F("attempts") + 1):
        return False
    row = FileReport.objects.select_related("notice__sender", "notice__unit", "asked_by").get(pk=report_id)
    mine = FileReport.objects.filter(pk=row.pk, state=FileReportState.MAKING, started_at=at)
    try:
        with translation.override(row.language), TemporaryFile() as workbook:
            drawn = file_report.draw(row.notice, user=row.asked_by, at=at, workbook=workbook)
            return _keep(mine, drawn, workbook, at)
    except Exception as error:
        log.exception("file_report_failed", report=row.pk)
        mine.update(state=FileReportState.FAILED, reason=type(error).__name__)
        return False


@transaction.atomic
def _keep(mine: QuerySet[FileReport], drawn: file_report.Drawn, workbook: BinaryIO, at: datetime) -> bool:
    """Paper and workbook, if nobody else took the report over meanwhile."""
    values = {
        "blob": store_bytes(drawn.paper, content_type="application/pdf", origin=Origin.PORTAL),
        "workbook": store_file(workbook, content_type=XLSX, origin=Origin.PORTAL),
        "people": drawn.people,
        "listed": drawn.listed,
    }
    return bool(mine.update(state=FileReportState.READY, as_of=at, **values))


def make_waiting_reports(at: datetime) -> int:
    """What no worker heard of, and what a dead one left; gives how many were made."""
    left = FileReport.objects.unfinished().filter(attempts__gte=TRIES, started_at__lte=at - GIVEN_UP_AFTER)
    left.update(state=FileReportState.FAILED, reason=_("the work broke off three times"))
    keys = FileReport.objects.unfinished().order_by("pk").values_list("pk", flat=True)
    return sum(make_file_report(key, at) for key in keys)
