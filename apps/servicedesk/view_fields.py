"""The one table of what a saved view may ask: fields, operators, and orders. What is not in it cannot be asked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.enums import Category
from apps.core.measure import Period
from apps.core.search import wanted_text
from apps.journal.models import Entry
from apps.people.models import Person, Unit
from apps.servicedesk.catalogue_enums import Delay
from apps.servicedesk.enums import OPEN_STATES, RUNNING_STATES, Priority, RequestState, states_in
from apps.servicedesk.models import Request

MOST_VALUES = 50
MOST_WORDS = 100
BIGGEST_KEY = 2**63 - 1
YEARS = range(1950, 2150)
ME, NOBODY, MINE = "me", "nobody", "mine"


class BadFilter(ValueError):
    """A filter that no form of ours made."""


@dataclass
class Reader:
    """Who looks, and when: "me", "my unit" and "within two working days" mean something else for each."""

    user: Person
    at: datetime

    @cached_property
    def working(self) -> WorkingTime:
        return office_time()

    def day_after(self, count: int) -> date:
        """The `count`-th working day after today (before it when negative); calendar days where no year is loaded."""
        today = self.working.day(self.at)
        try:
            return self.working.next_working_day(today, count) if count else today
        except CalendarYearMissing:
            return today + timedelta(days=count)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.working.zone)


Condition = Callable[[object, Reader], Q]


@dataclass(frozen=True)
class Field:
    """`check` gives the value as it is kept, or raises BadFilter; `operators` turn it into a condition."""

    label: str | Promise
    check: Callable[[object], object]
    operators: Mapping[str, Condition]


@dataclass(frozen=True)
class Sort:
    """An order of the list with an index behind it: `rows` are those that the index holds."""

    label: str | Promise
    by: str
    rows: Q
    newest_first: bool = False
    open_only: bool = False


def one_of(*allowed: str | int) -> Callable[[object], list]:
    """A list of some of `allowed`."""

    def check(value: object) -> list:
        found = some(value)
        if any(isinstance(each, bool) or each not in allowed for each in found):
            raise BadFilter("value")
        return [type(allowed[0])(each) for each in found]

    return check


def keys(*words: str) -> Callable[[object], list]:
    """A list of keys of rows, or of these words."""

    def check(value: object) -> list:
        found = some(value)
        for each in found:
            is_key = isinstance(each, int) and not isinstance(each, bool) and 0 < each <= BIGGEST_KEY
            if not is_key and each not in words:
                raise BadFilter("value")
        return found

    return check


def some(value: object) -> list:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
        raise BadFilter("values")
    if not all(isinstance(each, str | int) for each in value):
        raise BadFilter("value")
    return list(dict.fromkeys(value))


def number(least: int, most: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadFilter("number")
        return value

    return check


def yes(value: object) -> bool:
    if value is not True:
        raise BadFilter("value")
    return True


def days(value: object) -> list[str]:
    """[first, last] as 2026-03-02; one of them may be empty."""
    if not isinstance(value, list) or len(value) != 2 or not any(value):
        raise BadFilter("days")
    try:
        found = [date.fromisoformat(each) if each else None for each in value]
    except (TypeError, ValueError) as error:
        raise BadFilter("day") from error
    if any(each and each.year not in YEARS for each in found):
        raise BadFilter("day")
    return [each.isoformat() if each else "" for each in found]


def words(value: object) -> str:
    if not isinstance(value, str) or not wanted_text(value) or len(value) > MOST_WORDS:
        raise BadFilter("words")
    return wanted_text(value)


def split(values: Collection[str | int]) -> tuple[list[int], set[str]]:
    """Keys and words apart."""
    return [each for each in values if isinstance(each, int)], {each for each in values if isinstance(each, str)}


def handled_by(values: list, reader: Reader) -> Q:
    found, said = split(values)
    condition = Q(handler__in=[*found, reader.user.pk] if ME in said else found)
    return condition | Q(handler__isnull=True) if NOBODY in said else condition


def with_unit(values: list, reader: Reader) -> Q:
    found, said = split(values)
    return Q(unit__in=[*found, *(post.unit_id for post in reader.user.current_posts)] if MINE in said else found)


def from_below(values: list, reader: Reader) -> Q:
    """Of these units and all that stand below them (one query for their paths)."""
    inside = Q(pk__in=[])
    for path in Unit.objects.filter(pk__in=values).values_list("path", flat=True):
        inside |= Q(path__startswith=path)
    return Q(requester_unit__in=list(Unit.objects.filter(inside).values_list("pk", flat=True)))


def filed_between(value: list[str], reader: Reader) -> Q:
    first, last = (date.fromisoformat(each) if each else None for each in value)
    found = Q()
    if first:
        found &= Q(submitted_at__gte=Period(first, first).starts_at)
    if last:
        found &= Q(submitted_at__lt=Period(last, last).ends_at)
    return found


def due_within(count: int, reader: Reader) -> Q:
    """Running, and due before the end of the `count`-th working day from today; what is late is among them."""
    end = reader.midnight(reader.day_after(count) + timedelta(days=1))
    return Q(state__in=RUNNING_STATES, due_at__lt=end)


def idle_since(count: int, reader: Reader) -> Q:
    """Nothing has happened for `count` working days."""
    return Q(last_event_at__lt=reader.midnight(reader.day_after(-count) + timedelta(days=1)))


def urged(value: bool, reader: Reader) -> Q:
    """Open, and somebody asked to hurry."""
    kind = ContentType.objects.get_for_model(Request)
    entries = Entry.objects.filter(subject_type=kind, subject_id=OuterRef("pk"), verb="urge")
    return Q(Exists(entries), state__in=OPEN_STATES)


FILED = tuple(state.value for state in RequestState if state != RequestState.DRAFT)
FIELDS: dict[str, Field] = {
    "state": Field(
        _("state"),
        one_of(*FILED),
        {"in": lambda value, reader: Q(state__in=value), "not_in": lambda value, reader: ~Q(state__in=value)},
    ),
    "category": Field(
        _("how far it is"),
        one_of(Category.RUNNING.value, Category.PAUSED.value, Category.DONE.value, Category.VOID.value),
        {"in": lambda value, reader: Q(state__in=states_in(*[Category(each) for each in value]))},
    ),
    "service": Field(
        _("service"),
        keys(),
        {"in": lambda value, reader: Q(service__in=value), "not_in": lambda value, reader: ~Q(service__in=value)},
    ),
    "area": Field(_("area"), keys(), {"in": lambda value, reader: Q(service__area__in=value)}),
    "unit": Field(_("handled by the unit"), keys(MINE), {"in": with_unit}),
    "handler": Field(
        _("handler"),
        keys(ME, NOBODY),
        {"in": handled_by, "not_in": lambda value, reader: ~handled_by(value, reader)},
    ),
    "requester_unit": Field(
        _("unit of the requester"),
        keys(),
        {"in": lambda value, reader: Q(requester_unit__in=value), "under": from_below},
    ),
    "priority": Field(
        _("priority"),
        one_of(*(each.value for each in Priority)),
        {"in": lambda value, reader: Q(priority__in=value)},
    ),
    "delay": Field(
        _("price of delay"),
        one_of(*(each.value for each in Delay)),
        {"in": lambda value, reader: Q(service__delay__in=value)},
    ),
    "filed": Field(_("filed between"), days, {"between": filed_between}),
    "due": Field(_("due within working days"), number(0, 60), {"within": due_within}),
    "late": Field(_("overdue"), yes, {"is": lambda value, reader: Q(state__in=RUNNING_STATES, due_at__lt=reader.at)}),
    "idle": Field(_("nothing happened for working days"), number(1, 250), {"since": idle_since}),
    "returned": Field(
        _("returned at least so often"),
        number(1, 20),
        {"at_least": lambda value, reader: Q(return_count__gte=value)},
    ),
    "urged": Field(_("somebody urged"), yes, {"is": urged}),
    "words": Field(_("words"), words, {"hold": lambda value, reader: Q()}),  # narrowed by search.py
}
OPEN = Q(state__in=OPEN_STATES)
SORTS: dict[str, Sort] = {
    "due": Sort(_("open ones, most pressing first"), "due_or_never", OPEN, open_only=True),
    "idle": Sort(_("open ones, longest untouched first"), "last_event_at", OPEN, open_only=True),
    "newest": Sort(_("newest first"), "submitted_at", Q(submitted_at__isnull=False), newest_first=True),
    "oldest": Sort(_("oldest first"), "submitted_at", Q(submitted_at__isnull=False)),
    "closed": Sort(_("closed ones, last closed first"), "closed_at", Q(closed_at__isnull=False), newest_first=True),
}
