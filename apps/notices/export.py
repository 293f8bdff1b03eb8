"""The list of people as XLSX, with what each state rests on. Nothing in it is ever a formula."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core.templatetags.portal import moment
from apps.core.text import localized
from apps.notices.basis import basis_text, deciding_evidence, held_causes
from apps.notices.enums import ObligationState
from apps.notices.figures import figures_of, meanings
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import Notice, Obligation
from apps.notices.reasons import reason_texts
from apps.notices.report import by_unit, parts, unit_headings
from apps.people.models import Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 1_000
LIVE = ("=", "+", "-", "@", "\t", "\r")  # what some programs would take for a formula when they read the text
Lines = Iterable[tuple[Obligation, list[str]]]
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
WIDTHS = (14, 14, 24, 22, 48, 18, 18, 18, 30)


def safe(text: str) -> str:
    """Text that could be run as a formula gets an apostrophe in front, also where the reader is not Excel."""
    return f"'{text}" if text.startswith(LIVE) else text


def write_report(target: BinaryIO, notice: Notice, *, lines: Lines, user: Person, at: datetime) -> int:
    """The workbook into a file: figures of all, then the people of `lines`, under the rights of `user`; gives how many.

    A row at a time goes to the disk, so that the memory does not grow with the college.
    """
    count = 0
    book = xlsxwriter.Workbook(target, OPTIONS)
    bold = book.add_format({"bold": True, "bottom": 1})
    _write_figures(book.add_worksheet(_("Figures")), bold, notice, user, at)
    sheet = book.add_worksheet(_("People"))
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, _headings(), bold)
    for count, (_line, row) in enumerate(lines, start=1):
        for column, text in enumerate(row):
            sheet.write_string(count, column, safe(text))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(WIDTHS) - 1)
    book.close()
    return count


def _write_figures(sheet: Worksheet, bold: Format, notice: Notice, user: Person, at: datetime) -> None:
    """The figures with their definitions, by state and by unit, and the moment that they are of."""
    rows: list[tuple[bool, tuple[str | int, ...]]] = [
        (True, (localized(notice.title),)),
        (False, (_("Number"), notice.number or "")),
        (False, (_("As of"), moment(at))),
        (False, ()),
        (True, (_("Figure"), _("People"), _("Definition"))),
        *((False, (each.name, each.value, each.definition)) for each in figures_of(notice, user)),
        (False, ()),
        (True, (_("State"), _("People"), _("What it says"))),
        *((False, (part.label, part.count, meanings()[part.state])) for part in parts(notice, user)),
        (False, ()),
        (True, unit_headings()),
        *((False, (unit.name or _("no unit"), unit.done, unit.open, unit.count)) for unit in by_unit(notice, user)),
    ]
    sheet.set_column(0, 0, 34)
    sheet.set_column(2, 2, 70)
    for place, (is_head, cells) in enumerate(rows):
        for column, cell in enumerate(cells):
            form = bold if is_head else None
            if isinstance(cell, int):
                sheet.write_number(place, column, cell, form)
            else:
                sheet.write_string(place, column, safe(cell), form)


def _headings() -> list[str]:
    return [
        _("Number"),
        _("Name"),
        _("Unit"),
        _("State"),
        _("Rests on"),
        _("State since"),
        _("Opened"),
        _("Acknowledged"),
        _("Receipt / why among them"),
    ]


def lines_of(notice: Notice, people: ObligationQuerySet) -> Iterator[tuple[Obligation, list[str]]]:
    """Each person's line and its columns. A batch at a time, so that the memory does not grow with the college."""
    last = 0
    while batch := list(people.with_unit().select_related("person").filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        evidence = deciding_evidence(notice, batch)
        held = held_causes(notice, batch)
        reasons = reason_texts(line.reason for line in batch)
        for line in batch:
            yield line, _row(line, basis_text(line, evidence.get(line.pk), held.get(line.pk, "")), reasons[line.reason])


def _row(line: Obligation, basis: str, reason: str) -> list[str]:
    moments = (line.state_at, line.opened_at, line.acknowledged_at)
    return [
        line.person.number,
        line.person.name,
        localized(line.unit_name),
        str(ObligationState(line.state).label),  # get_state_display translates all states for each row
        basis,
        *(f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "" for moment in moments),
        line.receipt_number or reason,
    ]
