"""A list of people from a file: the column of numbers, read by the readers of imports. The file is not kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.imports.headers import fold_heading
from apps.imports.reading import Cells, Sheet, Unreadable, read_sheets
from apps.imports.roster.columns import BY_KEY
from apps.notices.audience import fold_number

SEARCHED_LINES = 40
MOST_NUMBERS = 20_000
HEADINGS = frozenset((*BY_KEY["number"].aliases, "編號", "编号", "號碼", "号码", "no"))


@dataclass(frozen=True)
class NumberList:
    """`numbers`: (line, folded number) as they stand, each once; `doubled`: the same for those that came before."""

    sha256: str
    numbers: list[tuple[int, str]]
    doubled: list[tuple[int, str]]


def read_numbers(data: bytes) -> NumberList:
    """The numbers of the first sheet that has any. Raises Unreadable, in words for who gave the file."""
    sheets = [sheet for sheet in read_sheets(data) if sheet.rows]
    if not sheets:
        raise Unreadable(_("The table is empty."))
    kept: dict[str, int] = {}
    doubled = []
    for line, number in _cells(sheets[0]):
        if number in kept:
            doubled.append((line, number))
        kept.setdefault(number, line)
    if len(kept) > MOST_NUMBERS:
        raise Unreadable(_("The list has more than %(most)s numbers. Use units or a group.") % {"most": MOST_NUMBERS})
    return NumberList(hashlib.sha256(data).hexdigest(), [(line, number) for number, line in kept.items()], doubled)


def _cells(sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Below the heading in its column; without one the first column from the top."""
    top, column = _heading(sheet.rows)
    for cells in sheet.rows:
        if cells.line <= top or column >= len(cells.values):
            continue
        if column in cells.faults:
            raise Unreadable(_("Line %(line)s: the number cannot be read. Paste it as text.") % {"line": cells.line})
        if number := fold_number(cells.values[column]):
            yield cells.line, number


def _heading(rows: list[Cells]) -> tuple[int, int]:
    for cells in rows[:SEARCHED_LINES]:
        for column, value in enumerate(cells.values):
            if fold_heading(value) in HEADINGS:
                return cells.line, column
    return 0, 0
