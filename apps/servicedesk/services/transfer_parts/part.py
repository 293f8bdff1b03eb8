"""One part of a service's file: how it is written, read, told and saved."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol

from apps.people.models import Person
from apps.servicedesk.models import Service
from apps.servicedesk.services.transfer_parts.names import Names

NOTHING = "—"
Lines = list[tuple[str, str]]


class Save(Protocol):
    def __call__(self, *, service: Service, value: Any, names: Names, actor: Person | None) -> None: ...


@dataclass(frozen=True)
class Part:
    """`usual`: what a service has of which nothing was said. `told`: lines of (place in the file, words)."""

    key: str
    usual: Any
    write: Callable[[Service], Any]
    read: Callable[[Any], Any]
    told: Callable[[Any], Lines]
    save: Save

    def differences(self, before: Any, after: Any) -> list[tuple[str, str, str]]:
        """(place, what stands, what the file says) of all that differs, in words; none: there is nothing to save."""
        stands, says = Counter(self.told(before)), Counter(self.told(after))
        gone, new = list((stands - says).elements()), list((says - stands).elements())
        made = []
        for place in dict.fromkeys(place for place, _words in gone + new):
            pairs = zip_longest(words_at(place, gone), words_at(place, new), fillvalue=NOTHING)
            made += [(place, old, words) for old, words in pairs]
        return made


def words_at(place: str, lines: Lines) -> list[str]:
    return [words for at, words in lines if at == place]
