"""The figures of the sender's page. Each is one query, whatever the number of people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.text import localized
from apps.notices.enums import BAR_ORDER, COLOURS, ObligationState
from apps.notices.filters import PeopleFilter
from apps.notices.models import Notice
from apps.people.models import Person, Post, Unit

DEPTH = 2  # the college itself is level 1, its departments and offices level 2: people are counted there


@dataclass(frozen=True)
class Part:
    """One state in the bar: word, colour, count, and the address of exactly these rows."""

    state: str
    label: str
    colour: str
    count: int
    url: str


@dataclass(frozen=True)
class UnitLine:
    """`done` as in the head; who is excused, or had the notice taken back, is neither done nor open."""

    name: str
    done: int
    open: int
    count: int
    url: str  # of the open ones
    all_url: str


@dataclass(frozen=True)
class Head:
    """The line above the bar: how many have done what was asked, of how many."""

    done: int
    count: int
    open: int


def parts(notice: Notice, user: Person) -> list[Part]:
    """The states that occur, in the fixed order; their counts add up to all people this user may see (one query)."""
    base = PeopleFilter(notice=notice.pk)
    counts = dict(base.rows(user).order_by().values_list("state").annotate(count=Count("*")))
    page = reverse("notices:report", args=[notice.pk])
    labels = dict(ObligationState.choices)
    return [
        Part(
            state.value,
            str(labels[state]),
            COLOURS[state],
            counts[state],
            f"{page}?{base.querystring(show=state.value)}",
        )
        for state in BAR_ORDER
        if counts.get(state)
    ]


def head(notice: Notice, user: Person) -> Head:
    """One query."""
    done = _done(notice)
    counts = (
        PeopleFilter(notice=notice.pk)
        .rows(user)
        .aggregate(count=Count("pk"), done=Count("pk", filter=done), open=Count("pk", filter=Q(is_open=True)))
    )
    return Head(counts["done"], counts["count"], counts["open"])


def _done(notice: Notice) -> Q:
    """What was asked: a form handed in (and not returned), an acknowledgement, or reading."""
    if notice.needs_answer:
        return Q(state=ObligationState.ANSWERED)
    return Q(acknowledged_at__isnull=False) if notice.needs_acknowledgement else Q(opened_at__isnull=False)


def unit_headings() -> list[str]:
    """What the columns of `by_unit` are called, on paper and in the workbook."""
    return [_("Unit"), pgettext("people of a notice", "done"), pgettext("people of a notice", "open"), _("all")]


def by_unit(notice: Notice, user: Person) -> list[UnitLine]:
    """Departments and offices (by the main post), those with most open people first (two queries)."""
    base = PeopleFilter(notice=notice.pk)
    main = Post.objects.current().filter(person=OuterRef("person")).order_by("-is_main", "pk")
    rows = (
        base.rows(user)
        .annotate(path=Subquery(main.values("unit__path")[:1]))
        .order_by()
        .values_list("path")
        .annotate(count=Count("pk"), done=Count("pk", filter=_done(notice)), open=Count("pk", filter=Q(is_open=True)))
    )
    counts: dict[int | None, list[int]] = {}
    for path, *figures in rows:
        line = counts.setdefault(_level(path), [0, 0, 0])
        line[:] = map(sum, zip(line, figures, strict=True))
    units = Unit.objects.in_bulk([key for key in counts if key])
    page = reverse("notices:report", args=[notice.pk])
    lines = [
        UnitLine(
            localized(units[key].name) if key else "",
            done,
            still_open,
            count,
            f"{page}?{base.querystring(show='owed', unit=key, here=_is_top(units[key]))}" if key else "",
            f"{page}?{base.querystring(show='all', unit=key, here=_is_top(units[key]))}" if key else "",
        )
        for key, (count, done, still_open) in counts.items()
    ]
    return sorted(lines, key=lambda line: (-line.open, line.name))


def _level(path: str | None) -> int | None:
    """The unit on the level at which people are counted, from a path of keys."""
    keys = (path or "").strip("/").split("/")[:DEPTH]
    return int(keys[-1]) if keys[-1] else None


def _is_top(unit: Unit) -> bool:
    """People of the college itself are counted there without those of its departments, so its link means only them."""
    return unit.path.strip("/").count("/") + 1 < DEPTH


def waits_since(notice: Notice, at: datetime) -> bool:
    """Is it time to chase: is the day of acknowledging over, or was none set and people are still open?"""
    return notice.is_late(at) if notice.acknowledge_by else notice.is_out
