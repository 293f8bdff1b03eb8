"""Requests as a spreadsheet. Text stays text: nothing that a person typed can become a formula or a link."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter import Workbook

from apps.servicedesk.models import Request

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


@dataclass(frozen=True)
class Column:
    """A column of the list. `usual`: in the table unless somebody chooses columns."""

    code: str
    title: str | Promise
    value: Callable[[Request], str | int | datetime | None]
    usual: bool = True


COLUMNS = {
    column.code: column
    for column in (
        Column("number", gettext_lazy("number"), lambda item: item.number or ""),
        Column("title", gettext_lazy("title"), lambda item: item.title),
        Column("service", gettext_lazy("service"), lambda item: str(item.service)),
        Column("requester", gettext_lazy("requester"), lambda item: item.requester.name),
        Column("person", gettext_lazy("number of the person"), lambda item: item.requester.number),
        Column("unit", gettext_lazy("unit"), lambda item: str(item.requester_unit or "")),
        Column("handler", gettext_lazy("handler"), lambda item: item.handler.name if item.handler else ""),
        Column("state", gettext_lazy("state"), lambda item: str(item.get_state_display())),
        Column("filed", gettext_lazy("filed"), lambda item: item.submitted_at),
        Column("due", gettext_lazy("due"), lambda item: item.due_at),
        Column("closed", gettext_lazy("closed"), lambda item: item.closed_at),
        Column("area", gettext_lazy("area"), lambda item: str(item.service.area), usual=False),
        Column("handled_by", gettext_lazy("handled by"), lambda item: str(item.unit), usual=False),
        Column("priority", gettext_lazy("priority"), lambda item: str(item.get_priority_display()), usual=False),
        Column("first_answer", gettext_lazy("first answer"), lambda item: item.first_response_at, usual=False),
        Column("last_event", gettext_lazy("last event"), lambda item: item.last_event_at, usual=False),
        Column("used", gettext_lazy("working minutes used"), lambda item: item.used_minutes, usual=False),
        Column("returned", gettext_lazy("times returned"), lambda item: item.return_count, usual=False),
        Column("minutes", gettext_lazy("minutes spent"), lambda item: item.minutes_spent, usual=False),
        Column("rating", gettext_lazy("rating"), lambda item: item.rating, usual=False),
    )
}


def chosen_columns(codes: Iterable[str]) -> list[Column]:
    """The columns of these codes in the order of the table; the usual ones when none is known."""
    wanted = set(codes)
    return [c for c in COLUMNS.values() if c.code in wanted] or [c for c in COLUMNS.values() if c.usual]


def spreadsheet(rows: Iterable[Request], columns: Sequence[Column]) -> tuple[bytes, int]:
    """The file, and how many requests are in it. Times are local, as on the pages."""
    target = io.BytesIO()
    book = Workbook(target, SAFE)
    sheet = book.add_worksheet(_("requests"))
    bold = book.add_format({"bold": True})
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.title), bold)
    count = 0
    for count, item in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = column.value(item)
            if isinstance(value, datetime):
                sheet.write_datetime(count, place, timezone.localtime(value).replace(tzinfo=None), when)
            elif isinstance(value, int):
                sheet.write_number(count, place, value)
            elif value:
                sheet.write_string(count, place, value)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return target.getvalue(), count
