"""The views of the register, and what its filters narrow: the page and the sheet ask the same functions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from apps.core.pages import count_label
from apps.documents.enums import State
from apps.documents.folding import key_of
from apps.documents.forms import ListFilter
from apps.documents.models import Circulation, Document
from apps.documents.search import Asked, conditions
from apps.people.models import Person

CAP = 99


@dataclass(frozen=True)
class Chip:
    """One view. `counted` ones show how many they hold."""

    code: str
    label: str | Promise
    narrow: Callable[[QuerySet, Person, datetime], QuerySet]
    by: str = "last_event_at"
    newest_first: bool = True
    counted: bool = True


def in_state(*states: str) -> Callable[[QuerySet, Person, datetime], QuerySet]:
    return lambda rows, user, at: rows.filter(state__in=states)


def circulating(rows: QuerySet, user: Person, at: datetime) -> QuerySet:
    return rows.filter(Exists(Circulation.objects.filter(document=OuterRef("pk"), ended_at__isnull=True)))


CHIPS = {
    chip.code: chip
    for chip in (
        Chip("all", pgettext_lazy("view of the register", "all"), lambda rows, user, at: rows, counted=False),
        Chip("to_register", pgettext_lazy("view of the register", "to be registered"), in_state(State.RECEIVED)),
        Chip("to_propose", pgettext_lazy("view of the register", "to be proposed"), in_state(State.REGISTERED)),
        Chip("to_instruct", pgettext_lazy("view of the register", "for instruction"), in_state(State.PROPOSED)),
        Chip(
            "handling",
            pgettext_lazy("view of the register", "being handled"),
            in_state(State.HANDLING, State.ANSWERED),
        ),
        Chip("to_file", pgettext_lazy("view of the register", "to be filed"), in_state(State.CLOSED)),
        Chip("circulating", pgettext_lazy("view of the register", "circulating"), circulating),
        Chip(
            "late",
            pgettext_lazy("view of the register", "overdue"),
            lambda rows, user, at: rows.overdue(at),
            by="due_at",
            newest_first=False,
        ),
        Chip(
            "mine",
            pgettext_lazy("view of the register", "in my hands"),
            lambda rows, user, at: rows.open().filter(handler=user),
        ),
    )
}


def chip_of(query: QueryDict) -> Chip:
    return CHIPS.get(query.get("chip", ""), CHIPS["all"])


def chosen(user: Person, query: QueryDict, at: datetime) -> tuple[QuerySet, ListFilter]:
    """The rows that chip and filters ask for (with `seen`), and the filter form.

    What may only be known to exist stands in the whole register alone: a filter would tell what it is about. A filter
    that is not understood shows nothing rather than everything; the form says why.
    """
    chip, form = chip_of(query), ListFilter(query, asker=user)
    if not form.is_valid():
        return Document.objects.none().with_sight(user), form
    asked = form.chosen()
    whole = chip.code == "all" and not asked
    rows = Document.objects.incoming()
    rows = rows.known_to(user) if whole else rows.visible_to(user)
    return chip.narrow(rows, user, at).filter(narrowing(asked)).with_sight(user), form


def narrowing(asked: dict[str, object]) -> Q:
    """What the filters ask for. Words and numbers go through the index of the search."""
    wanted = Q(**{name: asked[name] for name in ("state", "kind", "urgency", "handler") if name in asked})
    if sender := key_of(str(asked.get("sender", ""))):
        wanted &= Q(incoming__sender_key__contains=sender)
    if since := asked.get("since"):
        wanted &= Q(registered_at__gte=midnight(since))
    if until := asked.get("until"):
        wanted &= Q(registered_at__lt=midnight(until) + timedelta(days=1))
    for condition in conditions(Asked(text=str(asked.get("q", "")))):
        wanted &= condition.fits if condition.keys is None else Q(pk__in=condition.keys)
    return wanted


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def chips_with_counts(user: Person, query: QueryDict, form: ListFilter, at: datetime) -> list[tuple[Chip, str, str]]:
    """Every chip with its address, which keeps the filters and drops the place in the list, and how many rows that
    address opens.
    """
    kept = {name: value for name, value in query.items() if name not in ("chip", "cursor") and value}
    rows = Document.objects.none()
    if form.is_valid():
        rows = Document.objects.incoming().visible_to(user).filter(narrowing(form.chosen()))
    return [
        (
            chip,
            count_label(chip.narrow(rows, user, at).order_by(chip.by), CAP) if chip.counted else "",
            f"?{urlencode({'chip': chip.code} | kept)}",
        )
        for chip in CHIPS.values()
    ]
