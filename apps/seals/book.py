"""The book of a seal's year (用印登記簿): as PDF/A for the file, and as a workbook. Nothing in it is a formula."""

import io
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from apps.core.pdf import render_pdf
from apps.core.templatetags.portal import moment
from apps.core.text import localized
from apps.journal.sheets import safe
from apps.people.models import Person
from apps.seals.figures import FIGURES, lines_of_year, value_of
from apps.seals.models import Impression, Keeping, Outing, Seal, SealUse

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def lines_of_book(seal: Seal, year: int) -> list[SealUse]:
    """All lines of the year in their order, with names (one query)."""
    rows = lines_of_year(seal, year).select_related("requested_by", "approved_by", "finished_by", "photo")
    return list(rows.order_by("asked_at", "pk"))


def figures_of_book(seal: Seal, year: int, at: datetime) -> list[tuple[str, int, str]]:
    rows = lines_of_year(seal, year)
    return [(str(figure.name), value_of(figure, rows, at), str(figure.docs)) for figure in FIGURES.values()]


def heads() -> list[str]:
    return [
        _("No."),
        _("Passed on"),
        _("Request"),
        _("Paper"),
        _("Asked for by"),
        _("Approved by"),
        _("Pages"),
        _("Allowed"),
        _("Made"),
        _("Spoiled"),
        _("Left"),
        _("Closed by"),
        _("Closed"),
        _("Explanation"),
        _("SHA-256 of the paper"),
    ]


def cells(number: int, row: SealUse) -> list[str | int]:
    return [
        number,
        plain_moment(row.asked_at),
        row.reference,
        row.title,
        row.requested_by.name,
        row.approved_by.name if row.approved_by else "",
        row.pages or "",
        row.allowed,
        row.made,
        row.spoiled,
        row.left,
        row.finished_by.name if row.finished_by else "",
        plain_moment(row.finished_at),
        " · ".join(part for part in (row.explanation, row.no_photo_reason) if part),
        row.paper_sha256,
    ]


def plain_moment(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def write_workbook(seal: Seal, year: int, at: datetime) -> bytes:
    """Lines, entries and outings of the year, a sheet each, after the figures."""
    target = io.BytesIO()
    book = Workbook(target, SAFE)
    rows = lines_of_book(seal, year)
    numbers = {row.pk: number for number, row in enumerate(rows, start=1)}
    _sheet(book, _("Figures"), [_("Figure"), _("Value"), _("Definition")], figures_of_book(seal, year, at))
    _sheet(book, _("Lines"), heads(), [cells(numbers[row.pk], row) for row in rows])
    entries = Impression.objects.filter(use__in=numbers).select_related("by", "on_behalf_of", "witness")
    _sheet(
        book,
        _("Entries"),
        [_("No."), _("At"), _("Made"), _("Spoiled"), _("By"), _("Stands in for"), _("Witness"), _("Note")],
        [
            [
                numbers[e.use_id],
                plain_moment(e.at),
                e.made,
                e.spoiled,
                e.by.name,
                name(e.on_behalf_of),
                name(e.witness),
                e.note,
            ]
            for e in entries.order_by("use__asked_at", "use_id", "at", "pk")
        ],
    )
    _sheet(
        book,
        _("Taken out"),
        [_("No."), _("Taken by"), _("With"), _("Where to"), _("From"), _("Back by"), _("Back at"), _("Note")],
        [[numbers[o.use_id], *outing_cells(o)] for o in outings_of(rows)],
    )
    book.close()
    return target.getvalue()


def _sheet(book: Workbook, title: str, head: list[str], rows: list) -> None:
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, text in enumerate(head):
        sheet.write_string(0, place, safe(text), bold)
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, place, value)
            else:
                sheet.write_string(line, place, safe(str(value)))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(head) - 1, 0), 16)


def name(person: Person | None) -> str:
    return person.name if person else ""


def outings_of(rows: list[SealUse]) -> list[Outing]:
    found = Outing.objects.filter(use__in=[row.pk for row in rows]).select_related("taker", "companion")
    return list(found.order_by("from_at", "pk"))


def outing_cells(row: Outing) -> list[str]:
    moments = [plain_moment(each) for each in (row.from_at, row.due_at, row.returned_at)]
    return [row.taker.name, row.companion.name, row.place, *moments, row.return_note]


def draw_book(seal: Seal, year: int, *, user: Person, at: datetime) -> bytes:
    """The book as PDF/A-2b, in the active language."""
    rows = lines_of_book(seal, year)
    numbers = {row.pk: number for number, row in enumerate(rows, start=1)}
    data = {
        "language": translation.get_language() or "zh-hant",
        "college": settings.MAIL_FROM_NAME,
        "title": _("%(seal)s: ledger of %(year)s") % {"seal": localized(seal.name), "year": year},
        "head": [
            [_("Kind"), str(seal.get_kind_display())],
            [_("Unit"), str(seal.unit)],
            [_("Kept by"), ", ".join(keepers_of_year(seal, year))],
            [_("As of"), moment(at)],
            [_("Made by"), user.name],
        ],
        "figures": [[label, str(value), docs] for label, value, docs in figures_of_book(seal, year, at)],
        "lines": [[str(cell) for cell in cells(numbers[row.pk], row)] for row in rows],
        "outings": [[str(numbers[row.use_id]), *outing_cells(row)] for row in outings_of(rows)],
        "words": {
            "as_of": moment(at),
            "figures": _("Figures"),
            "figure_head": [_("Figure"), _("Value"), _("Definition")],
            "lines": _("Lines"),
            "line_head": heads(),
            "none": _("The seal was not used in this year."),
            "outings": _("Taken out"),
            "outing_head": [
                _("No."),
                _("Taken by"),
                _("With"),
                _("Where to"),
                _("From"),
                _("Back by"),
                _("Back at"),
                _("Note"),
            ],
        },
    }
    return render_pdf("seals/book.typ", data)


def keepers_of_year(seal: Seal, year: int) -> list[str]:
    """Everybody who kept it or stood in within the year, in the order of their time."""
    zone = timezone.get_current_timezone()
    first, after = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    rows = Keeping.objects.filter(seal=seal, starts_at__lt=after).exclude(ends_at__lt=first).select_related("person")
    return list(dict.fromkeys(row.person.name for row in rows.order_by("starts_at", "pk")))
