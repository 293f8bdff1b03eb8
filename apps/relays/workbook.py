"""The units of a relay as a spreadsheet, each with what its state rests on. Nothing in it is a formula."""

import io
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from apps.core.text import localized
from apps.relays.models import Relay, RelayLine
from apps.relays.progress import Row

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
LIVE = ("=", "+", "-", "@", "\t", "\r")  # what some programs would take for a formula when they read the text


def write_workbook(relay: Relay, rows: Sequence[Row], at: datetime) -> bytes:
    target = io.BytesIO()
    book = Workbook(target, SAFE)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    notice = relay.notice
    sheet.write_string(0, 0, _safe(f"{notice.number} {localized(notice.title)} · {_moment(at)}"), bold)
    for column, head in enumerate(_heads()):
        sheet.write_string(2, column, head, bold)
    for place, row in enumerate(rows, start=3):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, int):
                sheet.write_number(place, column, value)
            else:
                sheet.write_string(place, column, _safe(value))
    sheet.set_column(0, len(_heads()) - 1, 18)
    sheet.freeze_panes(3, 1)
    book.close()
    return target.getvalue()


def rests_on(line: RelayLine) -> str:
    """In words: by whose act the unit stands where it does."""
    if not line.is_signed:
        return line.excuse or str(line.get_rung_display())
    names = line.signed_by.name
    if line.signed_for:
        names = _("%(name)s for %(other)s") % {"name": names, "other": line.signed_for.name}
    signed, reported = _("Signed for"), _("Reported")
    parts = [f"{signed}: {names} {line.get_signed_how_display()} {line.receipt_number}".strip()]
    if line.reported_by:
        parts.append(f"{reported}: {line.reported_by.name} ({line.rounds})")
    if line.decided_by:
        parts.append(f"{line.get_state_display()}: {line.decided_by.name} {line.excuse or line.return_reason}".strip())
    return "; ".join(parts)


def _heads() -> list[str]:
    return [
        _("Unit"),
        _("Level"),
        _("State"),
        _("Late"),
        _("Done by"),
        _("Sign by"),
        _("Signed for"),
        _("Passed on"),
        _("People done"),
        _("People"),
        _("Reported"),
        _("Report"),
        _("What it rests on"),
    ]


def _cells(row: Row) -> list[str | int]:
    line, count = row.line, row.coverage
    return [
        str(line.unit),
        line.depth,
        str(line.get_state_display()),
        _("late") if row.is_late else "",
        _moment(line.report_by),
        _moment(line.sign_due_at),
        _moment(line.signed_at),
        line.passed_on.number if line.passed_on else "",
        count.done if count else "",
        count.count if count else "",
        _moment(line.reported_at),
        line.report,
        rests_on(line),
    ]


def _moment(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(LIVE) else text
