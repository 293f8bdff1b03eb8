"""Which people the paper names, and how: few in a table, many in lines, very many not all, and then it says so."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.notices.enums import NOT_REACHED
from apps.notices.models import Obligation

IN_TABLE = 1_000  # a row of a table takes typst 70 KB of memory, a line of text 5 to 10
IN_LINES = 30_000
Line = tuple[Obligation, list[str]]


class Named:
    """Takes note of the rows as they go by on their way to the workbook; `as_data` is for report.typ.

    People still open come first, each with what is known, by unit; of the others the number, name and day, by state.
    """

    def __init__(self) -> None:
        self.table: list[tuple[str, list[str]]] = []
        self.open: list[tuple[str, str]] = []
        self.done: list[tuple[str, str]] = []
        self.open_count = self.done_count = 0

    def watch(self, lines: Iterator[Line]) -> Iterator[Line]:
        for line, row in lines:
            self._note(line, row)
            yield line, row

    def _note(self, line: Obligation, row: list[str]) -> None:
        if len(self.table) <= IN_TABLE:
            self.table.append((line.state, row))
        number, name, unit, state, basis, since = row[:6]
        if line.is_open:
            self.open_count += 1
            if len(self.open) < IN_LINES:
                self.open.append((unit, " · ".join(filter(None, (f"{name} {number}", state, basis, since)))))
        else:
            self.done_count += 1
            if len(self.done) < IN_LINES:
                self.done.append((state, f"{number} {name} {since[:10]}".rstrip()))

    @property
    def count(self) -> int:
        return self.open_count + self.done_count

    @property
    def is_short(self) -> bool:
        return self.count <= IN_TABLE

    @property
    def listed(self) -> int:
        return min(self.count, IN_LINES)

    def as_data(self) -> dict[str, object]:
        """Either the tables or the lines are filled; the other is empty."""
        if self.is_short:
            missing = sorted([row[3], row[2], row[1], row[4]] for state, row in self.table if state in NOT_REACHED)
            people = [[row[1], row[2], row[3], row[4], row[5]] for _state, row in self.table]
            return {"missing": missing, "people": people, "open": [], "done": []}
        room = IN_LINES - len(self.open)
        return {"missing": [], "people": [], "open": _grouped(self.open), "done": _grouped(self.done[:room])}

    def words(self) -> str:
        """What of the people stands on the paper."""
        values = {"count": self.count, "open": self.open_count, "done": self.done_count, "listed": self.listed}
        if self.is_short:
            words = ngettext("%(count)s person.", "All %(count)s people, each on a line.", self.count)
        elif self.listed == self.count:
            words = _(
                "All %(count)s people: %(open)s still open, by unit, with what is known of each;"
                " %(done)s others by state, with number, name and day."
            )
        else:
            words = _(
                "This paper names %(listed)s of %(count)s people: first those still open (%(open)s), by unit, then the"
                " others (%(done)s), by state, as far as there is room. The workbook names them all."
            )
        return words % values


def _grouped(lines: list[tuple[str, str]]) -> list[list[object]]:
    """[heading, how many, lines] for each unit or state, in the order of the headings."""
    groups = groupby(sorted(lines), key=lambda line: line[0])
    found = [(heading, [text for _heading, text in rows]) for heading, rows in groups]
    return [[heading or _("no unit"), len(texts), texts] for heading, texts in found]
