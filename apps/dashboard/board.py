"""The one list of what waits for a person: every source asked once, each thing shown once, fixed sections."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from apps.core.calendar import office_time
from apps.core.read_once import reading_once
from apps.core.work_item import Section, WorkItem
from apps.dashboard.due_words import due_words
from apps.dashboard.sources import ASK_LIMIT, SOURCES, Counted
from apps.people.models import Person

PER_SECTION = 10
COLOURS = {
    Section.DECIDE: "blue",
    Section.OVERDUE: "red",
    Section.SOON: "orange",
    Section.UNASSIGNED: "azure",
    Section.STUCK: "yellow",
    Section.WAITING: "green",
    Section.MINE: "secondary",
}


@dataclass(frozen=True)
class BoardSection:
    """One section: its rows to show, and how many there are (`more` says that counting stopped)."""

    section: Section
    items: list[WorkItem]
    total: int
    more: bool

    @property
    def colour(self) -> str:
        return COLOURS[self.section]

    @property
    def hidden(self) -> int:
        return self.total - len(self.items)

    @property
    def label(self) -> str:
        return f"{self.total}+" if self.more else str(self.total)


@dataclass(frozen=True)
class Board:
    sections: list[BoardSection]

    @property
    def total(self) -> int:
        return sum(part.total for part in self.sections)

    @property
    def signature(self) -> str:
        """Changes when a row comes, goes or changes its state; the page asks for it to learn that it is old."""
        keys = "|".join(f"{item.key}:{item.state}:{item.section}" for part in self.sections for item in part.items)
        return hashlib.sha256(f"{self.total}|{keys}".encode()).hexdigest()[:16]


def build_board(user: Person, *, at: datetime, only: str = "", per_section: int = PER_SECTION) -> Board:
    """Ask every source. `only` names one section to show whole (up to ASK_LIMIT rows)."""
    size = ASK_LIMIT if only else per_section
    items: list[WorkItem] = []
    counted: list[Counted] = []
    with reading_once():
        for source in SOURCES:
            rows, counts = source(user, at=at, limit=size)
            items += rows
            counted.append(counts)
        working = office_time()
    by_section = sort_items(items)
    totals = count_once(add_counts(counted), items, by_section)
    sections = []
    for section, rows in by_section.items():
        shown = rows[:size] if only in ("", section) else []
        worded = [replace(item, due_label=due_words(item, working=working, at=at)) for item in shown]
        sections.append(BoardSection(section, worded, *totals.get(section, (0, False))))
    return Board(sections)


def add_counts(counted: Iterable[Counted]) -> Counted:
    totals: Counted = {}
    for counts in counted:
        for section, (count, more) in counts.items():
            before, had_more = totals.get(section, (0, False))
            totals[section] = (before + count, had_more or more)
    return totals


def count_once(totals: Counted, items: Iterable[WorkItem], shown: dict[Section, list[WorkItem]]) -> Counted:
    """Each source counted its own rows; what two of them gave is one thing, in the section where it stands."""
    twice = Counter(item.section for item in items)
    twice.subtract({section: len(rows) for section, rows in shown.items()})
    return {section: (count - twice[section], more) for section, (count, more) in totals.items()}


def sort_items(items: Iterable[WorkItem]) -> dict[Section, list[WorkItem]]:
    """Items by section, each once in the first section that fits, the most pressing first."""
    order = list(Section)
    first: dict[str, WorkItem] = {}
    for item in items:
        known = first.get(item.key)
        if known is None or order.index(item.section) < order.index(known.section):
            first[item.key] = item
    by_section: dict[Section, list[WorkItem]] = {section: [] for section in order}
    for item in first.values():
        by_section[item.section].append(item)
    for rows in by_section.values():
        rows.sort(key=lambda item: (item.due_at is None, item.due_at or item.since, item.since))
    return by_section
