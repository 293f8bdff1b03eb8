"""Requests as a spreadsheet. Text stays text: nothing that a person typed can become a formula or a link."""

import io
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from apps.servicedesk.models import Request

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def spreadsheet(rows: Iterable[Request]) -> tuple[bytes, int]:
    """The file, and how many requests are in it. Times are local, as on the pages."""
    target = io.BytesIO()
    book = Workbook(target, SAFE)
    sheet = book.add_worksheet(_("requests"))
    bold = book.add_format({"bold": True})
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, title in enumerate(titles()):
        sheet.write_string(0, column, title, bold)
    count = 0
    for count, item in enumerate(rows, start=1):
        for column, value in enumerate(texts(item)):
            sheet.write_string(count, column, value)
        for column, moment in enumerate((item.submitted_at, item.due_at, item.closed_at), start=len(texts(item))):
            if moment:
                sheet.write_datetime(count, column, timezone.localtime(moment).replace(tzinfo=None), when)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return target.getvalue(), count


def titles() -> list[str]:
    return [
        _("number"),
        _("title"),
        _("service"),
        _("requester"),
        _("number of the person"),
        _("unit"),
        _("handler"),
        _("state"),
        _("filed"),
        _("due"),
        _("closed"),
    ]


def texts(item: Request) -> list[str]:
    return [
        item.number or "",
        item.title,
        str(item.service),
        item.requester.name,
        item.requester.number,
        str(item.requester_unit or ""),
        item.handler.name if item.handler else "",
        str(item.get_state_display()),
    ]
