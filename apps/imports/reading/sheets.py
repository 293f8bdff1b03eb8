"""What a file is after reading, and the one exception of this package."""

from dataclasses import dataclass, field


class Unreadable(Exception):
    """The file cannot be taken. The text is for the person who gave it: what is wrong and what to do."""


@dataclass(frozen=True)
class Cells:
    """One line of a sheet as text, counted from 1 as people see it. `faults`: place in it → why it cannot be used."""

    line: int
    values: list[str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A sheet without its blank lines. A text file is one sheet without a name."""

    name: str
    rows: list[Cells]
    encoding: str = ""
