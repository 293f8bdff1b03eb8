"""Find the line with the column names, below titles and above the people."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from apps.imports.reading import Cells, Sheet
from apps.imports.targets import Column

SEARCHED_LINES = 40
LEAST_KNOWN = 2
BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
Names = dict[str, str]
NOISE = re.compile(r"[\s*:.、_/\-'’]+")


@dataclass(frozen=True)
class Header:
    """The line of the column names: `titles` as they stand in the file, `keys` what they are known as ("" unknown)."""

    sheet: str
    line: int
    titles: list[str]
    keys: list[str]

    @property
    def known(self) -> int:
        return sum(bool(key) for key in self.keys)


class SecondHeader(Exception):
    """A second line of column names that does not agree with the first: what follows cannot be told apart."""

    def __init__(self, first: int, second: int) -> None:
        self.first, self.second = first, second
        super().__init__(f"{first} {second}")


def fold_heading(text: str) -> str:
    """A heading as it is compared: no width, case, spaces, marks or remarks in brackets."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return NOISE.sub("", BRACKETS.sub("", plain))


def vocabulary(columns: Iterable[Column]) -> Names:
    """Folded heading → key of the column."""
    return {alias: column.key for column in columns for alias in column.aliases}


def read_header(cells: Cells, sheet: str, names: Names) -> Header:
    """What a line would be if it were the header. Of two cells with one meaning the first counts."""
    keys: list[str] = []
    for value in cells.values:
        key = names.get(fold_heading(value), "") if value else ""
        keys.append("" if key in keys else key)
    return Header(sheet, cells.line, [value.strip() for value in cells.values], keys)


def find_header(sheet: Sheet, names: Names) -> Header | None:
    """The first line with two or more known names; None on a sheet of remarks."""
    for cells in sheet.rows[:SEARCHED_LINES]:
        header = read_header(cells, sheet.name, names)
        if header.known >= LEAST_KNOWN:
            return header
    return None


def is_second_header(header: Header, cells: Cells, names: Names) -> bool:
    """Is this line below the header one more line of column names? Raises SecondHeader when it names other columns."""
    other = read_header(cells, header.sheet, names)
    if other.known < LEAST_KNOWN:
        return False
    pairs = [(mine, theirs) for mine, theirs in zip(header.keys, other.keys, strict=False) if theirs]
    if any(mine != theirs for mine, theirs in pairs):
        raise SecondHeader(header.line, cells.line)
    return True
