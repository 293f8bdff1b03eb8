"""How far a relay is: its units as a tree, and the rows behind every figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.people.models import Person
from apps.relays.enums import COLOURS, WORST_FIRST, LineState
from apps.relays.figures import Coverage, coverage
from apps.relays.managers import ALL, LATE, MORE_TIME, NOT_DONE, SHOWS, TO_ACCEPT
from apps.relays.models import Relay, RelayLine
from apps.relays.services.locking import BESIDE


@dataclass(frozen=True)
class Row:
    """A unit on the page. `is_open`: it or a unit below has not done what is asked. `worst`: the worst state among the
    units below, "" where there are none.
    """

    line: RelayLine
    is_late: bool
    is_open: bool
    coverage: Coverage | None
    worst: str

    @property
    def indent(self) -> int:
        return self.line.depth - 1

    @property
    def worst_label(self) -> str:
        return str(LineState(self.worst).label) if self.worst else ""

    @property
    def worst_colour(self) -> str:
        return COLOURS[self.worst] if self.worst else ""


@dataclass(frozen=True)
class Figures:
    """What the head of the page counts; each is one of SHOWS."""

    whole: int
    done: int
    late: int
    to_accept: int
    more_time: int
    parts: tuple[tuple[str, str, int, str], ...]


def read_show(query: QueryDict) -> str:
    return query["show"] if query.get("show") in SHOWS else ALL


def lines_of(relay: Relay, user: Person) -> list[RelayLine]:
    """All that this person may see, with their neighbours (one query)."""
    rows = (
        RelayLine.objects.visible_to(user)
        .filter(relay=relay)
        .with_asks()
        .select_related(*BESIDE, "added_by", "passed_down")
    )
    return list(rows.order_by("unit__path", "pk"))


def rows_of(lines: list[RelayLine], show: str, at: datetime) -> list[Row]:
    """Whole: as a tree, late units first; a part: flat, late units first (one query for the people's figures)."""
    counted = coverage(line.passed_on_id for line in lines)
    worst, unfinished = worst_below(lines), still_open(lines)
    rows = {
        line.pk: Row(
            line, line.is_late(at), line.pk in unfinished, counted.get(line.passed_on_id), worst.get(line.pk, "")
        )
        for line in lines
    }
    if show != ALL:
        shown = [row for row in rows.values() if _is_shown(row.line, show, unfinished, at)]
        return sorted(shown, key=_order)
    below: dict[int | None, list[Row]] = {}
    for row in rows.values():
        below.setdefault(row.line.parent_id if row.line.parent_id in rows else None, []).append(row)
    return list(_tree(below, None))


def worst_below(lines: list[RelayLine]) -> dict[int, str]:
    """For each line that was passed down: the worst state below it, however deep."""
    found: dict[int, str] = {}
    parents = {line.pk: line.parent_id for line in lines}
    for line in lines:
        above = line.parent_id
        while above:
            found[above] = min(found.get(above, line.state), line.state, key=WORST_FIRST.index)
            above = parents.get(above)
    return found


def still_open(lines: Iterable[RelayLine]) -> set[int]:
    """The keys of those that have not done what is asked, or have a unit below that has not."""
    parents = {line.pk: line.parent_id for line in lines}
    found: set[int] = set()
    for line in lines:
        key = line.pk if line.is_open else None
        while key in parents and key not in found:
            found.add(key)
            key = parents[key]
    return found


def figures_of_lines(relay: Relay, lines: list[RelayLine], at: datetime) -> Figures:
    page = reverse("relays:detail", args=[relay.pk])
    states = [line.state for line in lines]
    parts = tuple(
        (str(state.label), COLOURS[state], states.count(state), f"{page}?{urlencode({'show': state.value})}")
        for state in reversed(WORST_FIRST)
        if state in states
    )
    unfinished = still_open(lines)
    late, to_accept, more_time = (
        sum(_is_shown(line, show, unfinished, at) for line in lines) for show in (LATE, TO_ACCEPT, MORE_TIME)
    )
    return Figures(len(lines), len(lines) - len(unfinished), late, to_accept, more_time, parts)


def show_choices() -> list[tuple[str, str]]:
    groups = [
        (ALL, _("all units")),
        (LATE, _("late")),
        (NOT_DONE, _("not done yet")),
        (TO_ACCEPT, _("to accept")),
        (MORE_TIME, _("ask for more time")),
    ]
    return [*groups, *((code, str(label)) for code, label in LineState.choices)]


def _is_shown(line: RelayLine, show: str, unfinished: set[int], at: datetime) -> bool:
    """Does the figure count this row, and the list behind it show it?"""
    if show == LATE:
        return line.is_late(at)
    if show == NOT_DONE:
        return line.pk in unfinished
    if show == MORE_TIME:
        return line.asks_more_time
    return line.state == (LineState.REPORTED if show == TO_ACCEPT else show)


def _order(row: Row) -> tuple[bool, int, str]:
    return (not row.is_late, WORST_FIRST.index(row.line.state), row.line.unit.path)


def _tree(below: dict[int | None, list[Row]], key: int | None) -> Iterable[Row]:
    for row in sorted(below.get(key, ()), key=_order):
        yield row
        yield from _tree(below, row.line.pk)
