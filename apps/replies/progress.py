"""How far a collection is: parts of the bar, lines by unit. Each is one query, whatever the number of people."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.search import matches
from apps.people.models import Person, Unit
from apps.replies.enums import BAR_ORDER, COLOURS, COUNTED, EXCUSED, EXCUSED_LABEL, WITH_PERSON, ReplyState
from apps.replies.figures import level_of, unit_names
from apps.replies.managers import ALL, DONE, OWED, SHOWS, TO_CONFIRM, ReplyQuerySet
from apps.replies.models import Collection, Reply

NO_UNIT = 0


@dataclass(frozen=True)
class RowsFilter:
    """Which rows of a collection: one filter for the list, its figures and the export, so that they agree."""

    collection: int
    show: str = ALL
    unit: int | None = None
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict, collection: int) -> "RowsFilter":
        """From an address; what is not understood counts as not said."""
        unit = query.get("unit", "")
        return cls(
            collection,
            show=query["show"] if query.get("show") in SHOWS else ALL,
            unit=int(unit[:9]) if unit.isascii() and unit.isdigit() else None,
            q=query.get("q", "").strip()[:80],
        )

    def url(self, **changes: object) -> str:
        wanted = replace(self, **changes)
        values = {"show": wanted.show, "unit": wanted.unit, "q": wanted.q}
        said = {name: value for name, value in values.items() if value not in ("", None, ALL)}
        address = reverse("replies:progress", args=[self.collection])
        return f"{address}?{urlencode(said)}" if said else address

    def rows(self, user: Person) -> ReplyQuerySet:
        """The rows, under the rights of `user`; whoever answers does not see oneself among them."""
        found = Reply.objects.visible_to(user).filter(collection_id=self.collection).shown(self.show)
        if self.unit == NO_UNIT:
            found = found.filter(unit__isnull=True)
        elif self.unit:
            path = Unit.objects.filter(pk=self.unit).values_list("path", flat=True).first()
            found = found.in_unit(path) if path else found.none()
        if self.q:
            found = found.filter(
                matches("obligation__person__name", self.q) | Q(obligation__person__number__iexact=self.q)
            )
        return found


@dataclass(frozen=True)
class UnitLine:
    """One unit: how many have handed in of how many, and how many wait for the unit."""

    key: int | None
    name: str
    done: int
    whole: int
    to_confirm: int
    parts: tuple[tuple[str, str, int, str], ...]
    url: str
    owed_url: str

    @property
    def owed(self) -> int:
        return self.whole - self.done


@dataclass(frozen=True)
class Progress:
    done: int
    whole: int
    owed: int
    to_confirm: int
    parts: list[tuple[str, str, int, str]]
    units: list[UnitLine]


def progress_of(collection: Collection, user: Person) -> Progress:
    """Everything the page counts, from one grouped query (and one for the names of units)."""
    wanted = RowsFilter(collection.pk)
    rows = wanted.rows(user).order_by().values_list("unit__path", "state", "obligation__is_open")
    counts: dict[int | None, dict[str, int]] = {}
    for path, state, is_open, count in rows.annotate(count=Count("pk")):
        group = EXCUSED if state in WITH_PERSON and not is_open else state
        line = counts.setdefault(level_of(path), {})
        line[group] = line.get(group, 0) + count
    names = unit_names(counts)
    lines = [_line(key, names[key], counted, wanted, collection) for key, counted in counts.items()]
    whole: dict[str, int] = {}
    for counted in counts.values():
        for group, count in counted.items():
            whole[group] = whole.get(group, 0) + count
    everything = _line(None, "", whole, wanted, collection)
    return Progress(
        done=everything.done,
        whole=everything.whole,
        owed=sum(whole.get(state, 0) for state in WITH_PERSON),
        to_confirm=everything.to_confirm,
        parts=list(everything.parts),
        units=sorted(lines, key=lambda line: (line.key is None, -line.owed, line.name)),
    )


def _line(key: int | None, name: str, counted: dict[str, int], wanted: RowsFilter, collection: Collection) -> UnitLine:
    """`whole` leaves out who is excused: nothing is owed there."""
    unit = (key or NO_UNIT) if name else None
    parts = tuple(
        (label, colour, counted[group], wanted.url(show=group, unit=unit))
        for group, label, colour in _groups()
        if counted.get(group)
    )
    done = sum(counted.get(state, 0) for state in COUNTED)
    waiting = counted.get(ReplyState.HANDED_IN, 0) if collection.confirmed_by_units and collection.is_open else 0
    whole = sum(counted.values()) - counted.get(EXCUSED, 0)
    return UnitLine(key, name, done, whole, waiting, parts, wanted.url(unit=unit), wanted.url(show=OWED, unit=unit))


def _groups() -> list[tuple[str, str, str]]:
    labels = dict(ReplyState.choices)
    states = [(state.value, str(labels[state]), COLOURS[state]) for state in BAR_ORDER]
    return [*states, (EXCUSED, str(EXCUSED_LABEL), "teal")]


def show_choices() -> list[tuple[str, str]]:
    groups = [
        (ALL, _("everybody")),
        (OWED, _("who still has to hand in")),
        (TO_CONFIRM, _("waiting for confirmation")),
        (DONE, _("handed in, confirmed or signed off")),
    ]
    return [*groups, *((code, str(label)) for code, label in ReplyState.choices), (EXCUSED, str(EXCUSED_LABEL))]
