"""The collected answers as a spreadsheet: the totals first, then a sheet for each unit. Nothing in it is a formula.

A unit's sheet has a line for each person, then each table of the form with a line for each of its rows. Numbers are
numbers, dates are dates, everything else is text.
"""

import io
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core.text import localized
from apps.questionnaires.amounts import amount, is_amount, plain
from apps.questionnaires.columns import Column
from apps.questionnaires.conditions import shown_answers
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.display import cell_words, lines_of
from apps.questionnaires.enums import ColumnKind, FieldKind
from apps.replies.figures import Totals, counted_in_batches, number, totals_of, unit_key, unit_names
from apps.replies.managers import ReplyQuerySet
from apps.replies.models import Collection, Reply, SignOff

LIVE = ("=", "+", "-", "@", "\t", "\r")  # what some programs would take for a formula when they read the text
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
SHEET_NAME = 31  # characters
WIDE, NARROW = 28, 13


@dataclass(frozen=True)
class Look:
    """The formats of a workbook."""

    title: Format
    head: Format
    day: Format
    total: Format
    wrap: Format


def safe(text: str) -> str:
    """Text that could be run as a formula gets an apostrophe in front, also where the reader is not Excel."""
    return f"'{text}" if text.startswith(LIVE) else text


def write_workbook(collection: Collection, replies: ReplyQuerySet, *, sign_off: SignOff | None = None) -> bytes:
    """The file with the handed-in answers among `replies`. `sign_off`: the signatures that it says it has."""
    totals = totals_of(collection, replies)
    target = io.BytesIO()
    book = Workbook(target, SAFE)
    look = Look(
        title=book.add_format({"bold": True, "font_size": 14}),
        head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        total=book.add_format({"bold": True, "top": 1}),
        wrap=book.add_format({"text_wrap": True, "valign": "top"}),
    )
    _write_totals(book.add_worksheet(_sheet_name(_("Totals"), set())), collection, totals, look, sign_off)
    taken = {_sheet_name(_("Totals"), set()).lower()}
    for key, people in _by_unit(replies).items():
        name = _sheet_name(unit_names([key])[key], taken)
        taken.add(name.lower())
        _UnitSheet(book.add_worksheet(name), collection, look).write(people)
    book.close()
    return target.getvalue()


def _by_unit(replies: ReplyQuerySet) -> dict[int | None, list[Reply]]:
    """The answers of each unit, units by name, people by number."""
    found: dict[int | None, list[Reply]] = {}
    for reply in counted_in_batches(replies):
        found.setdefault(unit_key(reply), []).append(reply)
    names = unit_names(found)
    for people in found.values():
        people.sort(key=lambda reply: reply.obligation.person.number)
    return {key: found[key] for key in sorted(found, key=lambda key: (key is None, names[key], key or 0))}


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes, and that no other sheet has."""
    plain_name = name.translate(FORBIDDEN).strip()[:SHEET_NAME] or "-"
    found, place = plain_name, 2
    while found.lower() in taken:
        mark = f" ({place})"
        found, place = plain_name[: SHEET_NAME - len(mark)] + mark, place + 1
    return found


def _write_totals(
    sheet: Worksheet, collection: Collection, totals: Totals, look: Look, sign_off: SignOff | None
) -> None:
    notice = collection.notice
    sheet.write_string(0, 0, safe(f"{notice.number or ''} {localized(notice.title)}".strip()), look.title)
    sheet.write_string(1, 0, safe(f"{collection.form_version.form} · {_('version')} {collection.form_version.number}"))
    row = 2
    for line in _signatures(sign_off):
        sheet.write_string(row, 0, safe(line))
        row += 1
    row += 1
    heads = [_("Unit"), _("Handed in"), *(figure.label for figure in totals.figures)]
    for column, text in enumerate(heads):
        sheet.write_string(row, column, safe(text), look.head)
    for unit in totals.units:
        row += 1
        sheet.write_string(row, 0, safe(unit.name))
        for column, value in enumerate((unit.people, *map(number, unit.sums)), start=1):
            sheet.write_number(row, column, value)
    row += 1
    sheet.write_string(row, 0, _("All"), look.total)
    for column, value in enumerate((totals.whole.people, *map(number, totals.whole.sums)), start=1):
        sheet.write_number(row, column, value, look.total)
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, len(heads), NARROW)


def _signatures(sign_off: SignOff | None) -> list[str]:
    if sign_off is None:
        return [_("Not signed off: figures as of %(time)s") % {"time": f"{timezone.localtime():%Y-%m-%d %H:%M}"}]
    lines = [(_("First signature"), sign_off.first_signer, sign_off.first_signed_at)]
    lines.append((_("Second signature"), sign_off.second_signer, sign_off.second_signed_at))
    said = [
        f"{label}: {who.name} {who.number}, {timezone.localtime(at):%Y-%m-%d %H:%M}" for label, who, at in lines if who
    ]
    return [*said, f"SHA-256 ({_('answers and figures')}): {sign_off.digest}"]


class _UnitSheet:
    """One sheet: a block with a line for each person, then a block for each table of the form."""

    def __init__(self, sheet: Worksheet, collection: Collection, look: Look) -> None:
        self.sheet, self.look, self.row = sheet, look, 0
        self.fields = read_fields(collection.form_version)
        self.tables = [field for field in self.fields if field.kind == FieldKind.TABLE]
        self.simple = [field for field in self.fields if field.kind != FieldKind.TABLE]

    def write(self, replies: list[Reply]) -> None:
        answers = {reply.pk: shown_answers(self.fields, reply.answer_set.answers) for reply in replies}
        self._people(replies, answers)
        for field in self.tables:
            self._table(field, replies, answers)
        self.sheet.freeze_panes(1, 2)
        self.sheet.set_column(0, 0, NARROW)
        self.sheet.set_column(1, 1, NARROW)
        self.sheet.set_column(2, max(len(self.simple) + 4, 12), 18)

    def _people(self, replies: list[Reply], answers: dict[int, dict[str, object]]) -> None:
        totals = [(field, column) for field in self.tables for column in field.columns if column.total]
        heads = [_("Number"), _("Name"), _("State"), _("Handed in"), _("Confirmed")]
        heads += [str(field) for field in self.simple] + [f"{field} · {column}" for field, column in totals]
        self._heads(heads)
        for reply in replies:
            given, person = answers[reply.pk], reply.obligation.person
            self._texts([person.number, person.name, reply.label, _day(reply.handed_in_at), _day(reply.confirmed_at)])
            words = {line.key: line for line in lines_of(self.simple, given)} if self._needs_words() else {}
            place = 5
            for field in self.simple:
                self._answer(place, field, given.get(field.key), words)
                place += 1
            for field, column in totals:
                rows = given.get(field.key)
                value = sum((amount(row.get(column.key)) for row in rows or ()), amount(0))
                self.sheet.write_number(self.row, place, plain(value))
                place += 1
            self.row += 1

    def _needs_words(self) -> bool:
        return any(field.kind not in (FieldKind.NUMBER, FieldKind.TEXT, FieldKind.LONG_TEXT) for field in self.simple)

    def _answer(self, place: int, field: FieldDefinition, value: object, words: dict) -> None:
        if value is None:
            return
        if field.kind == FieldKind.NUMBER and is_amount(value):
            self.sheet.write_number(self.row, place, value)
        elif field.kind == FieldKind.DATE and (day := _read_day(value)):
            self.sheet.write_datetime(self.row, place, day, self.look.day)
        elif field.kind == FieldKind.FILE:
            names = "; ".join(file.name for file in words[field.key].attachments)
            self.sheet.write_string(self.row, place, safe(names))
        elif field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
            self.sheet.write_string(self.row, place, safe(str(value)), self.look.wrap)
        else:
            self.sheet.write_string(self.row, place, safe(words[field.key].value))

    def _table(self, field: FieldDefinition, replies: list[Reply], answers: dict[int, dict[str, object]]) -> None:
        lines = [(reply, line) for reply in replies for line in answers[reply.pk].get(field.key) or ()]
        self.row += 1
        self.sheet.write_string(self.row, 0, safe(str(field)), self.look.title)
        self.row += 1
        self._heads([_("Number"), _("Name"), *(str(column) for column in field.columns)])
        for reply, line in lines:
            self._texts([reply.obligation.person.number, reply.obligation.person.name])
            for place, column in enumerate(field.columns, start=2):
                self._cell(place, column, line.get(column.key))
            self.row += 1
        self._table_totals(field, [line for _reply, line in lines])

    def _table_totals(self, field: FieldDefinition, lines: list[dict[str, object]]) -> None:
        if not any(column.total for column in field.columns):
            return
        self.sheet.write_string(self.row, 0, _("Total"), self.look.total)
        for place, column in enumerate(field.columns, start=2):
            if column.total:
                value = sum((amount(line.get(column.key)) for line in lines), amount(0))
                self.sheet.write_number(self.row, place, plain(value), self.look.total)
        self.row += 1

    def _cell(self, place: int, column: Column, value: object) -> None:
        if value is None:
            return
        day = _read_day(value) if column.kind == ColumnKind.DATE else None
        if column.is_numeric and is_amount(value):
            self.sheet.write_number(self.row, place, value)
        elif day:
            self.sheet.write_datetime(self.row, place, day, self.look.day)
        else:
            self.sheet.write_string(self.row, place, safe(cell_words(column, value)))

    def _heads(self, texts: list[str]) -> None:
        for place, text in enumerate(texts):
            self.sheet.write_string(self.row, place, safe(text), self.look.head)
        self.row += 1

    def _texts(self, texts: list[str]) -> None:
        for place, text in enumerate(texts):
            self.sheet.write_string(self.row, place, safe(text))


def _day(moment: object) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _read_day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
