"""What rows of a file become: a target knows its columns, and how rows are checked, brought in and undone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from apps.imports.models import Batch, Row
    from apps.people.models import Person

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Column:
    """One thing a file may say. `aliases` are the usual headings, folded (`headers.fold_heading`).

    `fill_down`: a blank cell under a block's first line means "as above". `compact`: no spaces inside.
    `digits`: what a spreadsheet may have made a number.
    """

    key: str
    label: str
    aliases: tuple[str, ...]
    required: bool = False
    fill_down: bool = False
    compact: bool = False
    digits: bool = False


@dataclass(frozen=True)
class Problem:
    """Why a row is refused, or what a person should look at (`refuses` False). `code` is a key of `words.PROBLEMS`."""

    column: str
    code: str
    params: dict[str, str | int]
    refuses: bool = True

    def as_json(self) -> dict[str, object]:
        return {"column": self.column, "code": self.code, "params": self.params, "refuses": self.refuses}


class Target(Protocol):
    """A kind of thing that files can bring. The same `plan` judges the dry run and the commit."""

    code: str
    label: str
    columns: tuple[Column, ...]
    shown: tuple[str, str, str]  # keys of the columns that a list of rows shows
    asks_role: bool  # does the page ask who is in the file?
    undo_words: str  # what undoing does, for the page that asks; figures of the batch may stand in it
    words: Mapping[str, str]  # codes of its own problems to sentences

    def guess_options(self, titles: list[str]) -> dict[str, object]:
        """What the folded headings say about the whole file."""

    def validate(self, values: dict[str, str]) -> list[Problem]:
        """What is wrong with one row by itself. Pure."""

    def plan(self, rows: Sequence["Row"], *, options: dict[str, object], at: datetime) -> dict[str, object]:
        """Compare good rows with each other and with what is there: sets verdict, problems, before and after of each.

        Gives figures for people (what else would be made). Reads only.
        """

    def commit(
        self, batch: "Batch", rows: Sequence["Row"], *, actor: "Person | None", at: datetime, progress: Progress
    ) -> None:
        """Write what `plan` found, in the caller's transaction; notes in the rows what undo needs."""

    def undo(
        self, batch: "Batch", rows: Sequence["Row"], *, actor: "Person | None", at: datetime, progress: Progress
    ) -> dict[int, str]:
        """Put back what `commit` wrote, in the caller's transaction; gives rows that stay: {row id: reason code}."""
