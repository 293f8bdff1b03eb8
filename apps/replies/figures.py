"""What the answers add up to: by unit and in all. Reckoned with decimals; only answers that are handed in count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.text import localized
from apps.people.models import Unit
from apps.questionnaires.amounts import amount, amount_text, plain
from apps.questionnaires.conditions import shown_answers
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.enums import FieldKind
from apps.questionnaires.sums import value_of
from apps.replies.managers import ReplyQuerySet
from apps.replies.models import Collection, Reply

BATCH = 500
DEPTH = 2  # the college is level 1, its departments and offices level 2: people are counted there
ROWS = "#rows"


@dataclass(frozen=True)
class Figure:
    """One thing that is added up: a number, the total of a table's column, or the rows of a table without totals."""

    key: str
    label: str

    def value(self, answers: dict[str, object]) -> Decimal:
        if self.key.endswith(ROWS):
            rows = answers.get(self.key.removesuffix(ROWS))
            return Decimal(len(rows) if isinstance(rows, list) else 0)
        return value_of(self.key, answers)


@dataclass(frozen=True)
class UnitTotals:
    """The sums of one unit (`unit` None: people without one), in the order of the figures."""

    unit: int | None
    name: str
    people: int
    sums: tuple[Decimal, ...]

    @property
    def shown(self) -> list[str]:
        return [amount_text(value) for value in self.sums]

    def as_json(self) -> dict[str, object]:
        return {"unit": self.unit, "people": self.people, "sums": [amount_text(value) for value in self.sums]}


@dataclass(frozen=True)
class Totals:
    figures: tuple[Figure, ...]
    units: tuple[UnitTotals, ...]
    whole: UnitTotals

    def as_json(self) -> dict[str, object]:
        """As it is signed: exact numbers as text."""
        return {
            "figures": [figure.key for figure in self.figures],
            "units": [unit.as_json() for unit in self.units],
            "whole": self.whole.as_json(),
        }


def figures_of(fields: Iterable[FieldDefinition]) -> tuple[Figure, ...]:
    """What can be added up of a form, in its order."""
    return tuple(figure for field in fields for figure in _figures(field))


def _figures(field: FieldDefinition) -> Iterator[Figure]:
    if field.kind == FieldKind.NUMBER:
        yield Figure(field.key, str(field))
    if field.kind == FieldKind.TABLE:
        totals = [column for column in field.columns if column.total]
        if not totals:
            yield Figure(f"{field.key}{ROWS}", _("%(table)s: rows") % {"table": field})
        for column in totals:
            yield Figure(f"{field.key}.{column.key}", f"{field} · {column}")


def totals_of(collection: Collection, replies: ReplyQuerySet) -> Totals:
    """Sums by unit and in all of the handed-in answers among `replies`, a batch of them at a time."""
    fields = read_fields(collection.form_version)
    figures = figures_of(fields)
    people: dict[int | None, int] = {}
    sums: dict[int | None, list[Decimal]] = {}
    for reply in counted_in_batches(replies):
        unit = unit_key(reply)
        answers = shown_answers(fields, reply.answer_set.answers)
        line = sums.setdefault(unit, [Decimal(0)] * len(figures))
        people[unit] = people.get(unit, 0) + 1
        for place, figure in enumerate(figures):
            line[place] += figure.value(answers)
    names = unit_names(people)
    units = [UnitTotals(key, names[key], people[key], tuple(sums[key])) for key in people]
    units.sort(key=lambda line: (line.unit is None, line.name, line.unit or 0))
    whole = tuple(sum((line.sums[place] for line in units), Decimal(0)) for place in range(len(figures)))
    return Totals(figures, tuple(units), UnitTotals(None, "", sum(people.values()), whole))


def counted_in_batches(replies: ReplyQuerySet) -> Iterator[Reply]:
    """The handed-in answers in the order of their keys, a batch in memory at a time."""
    rows = replies.counted().select_related("answer_set", "unit", "obligation__person").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def unit_key(reply: Reply) -> int | None:
    return level_of(reply.unit.path) if reply.unit else None


def level_of(path: str | None) -> int | None:
    """The unit on the level at which people are counted, from a path of keys."""
    keys = [key for key in (path or "").split("/") if key][:DEPTH]
    return int(keys[-1]) if keys else None


def unit_names(keys: Iterable[int | None]) -> dict[int | None, str]:
    """The names of units; people without a unit are named so (one query)."""
    units = Unit.objects.in_bulk([key for key in keys if key])
    names: dict[int | None, str] = {key: localized(unit.name) or unit.code for key, unit in units.items()}
    return names | {None: _("without a unit")}


def number(value: Decimal) -> int | float:
    """For a spreadsheet's cell."""
    return plain(amount(value))
