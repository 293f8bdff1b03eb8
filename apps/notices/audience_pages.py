"""What a rule means on a day, for pages: how many by line, unit and first channel, and who, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.http import QueryDict

from apps.notices import ladder_pages, preview, reasons
from apps.notices.audience import Rule
from apps.notices.audience_counts import counts_of
from apps.notices.filters import ALL, UNREACHED
from apps.notices.ladder import Rung


class Way(NamedTuple):
    """A row of the check page: by what, and how many people that is the first to reach (`names` empty: by nothing)."""

    names: str
    count: int


@dataclass(frozen=True)
class PeoplePage:
    """Which page of the people is asked for: after which key, and all or only whom no channel reaches."""

    after: int = 0
    show: str = ALL

    @classmethod
    def read(cls, query: QueryDict) -> "PeoplePage":
        """From an address; what is not understood counts as not said."""
        after = query.get("after", "")
        wanted = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
        return cls(wanted, UNREACHED if query.get("show") == UNREACHED else ALL)


def whom(rule: Rule, rungs: Sequence[Rung], on: date, *, page: PeoplePage, at: datetime) -> dict[str, object]:
    """The context of audience_people.html, audience_parts.html and audience_units.html (ten queries at most)."""
    found = preview.names(rule, on, show=page.show, rungs=rungs, after=page.after, at=at)
    words = reasons.reason_texts(person.reason for person in found)
    ways = preview.first_ways(rule, rungs, on, at=at)
    return {
        "counts": counts_of(rule, on),
        "units": preview.by_unit(rule, on),
        "ways": [Way(ladder_pages.sure_names_of(way.channels), way.count) for way in ways],
        "without_way": sum(way.count for way in ways if not way.channels),
        "people": [(person, words[person.reason], _channels(person, rungs)) for person in found],
        "next_after": found[-1].person_id if len(found) == preview.PAGE else 0,
        "show": page.show,
        "is_first": not page.after,
    }


def _channels(person: preview.Named, rungs: Sequence[Rung]) -> str:
    return "" if person.way is None else ladder_pages.sure_names_of(rungs[person.way])
