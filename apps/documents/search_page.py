"""One page of what was found, under the rights of who asks."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, QuerySet

from apps.core.pages import Page, decode_cursor, encode_cursor, rows_of
from apps.documents.enums import RESTRICTED, Why
from apps.documents.managers import open_to, opened_things, whom_it_reaches
from apps.documents.models import Concerned, Document
from apps.documents.search import Asked, conditions, plain_filters
from apps.people.enums import DeputyScope
from apps.people.models import Person

SIZE = 20
Place = tuple[datetime, int]
NAMES = ("incoming", "handler", "created_by", "unit")


def find(user: Person, asked: Asked, *, cursor: str = "", size: int = SIZE) -> Page:
    """What this person may read of what is asked for, newest entered first. What they may not read leaves no trace:
    not as a line, not in a count, not in the length of a page.
    """
    place = place_of(cursor)
    keys = found_keys(user, asked, place, size + 1)
    found = rows_of(Document.objects.visible_to(user).select_related(*NAMES), keys[:size])
    last = found[-1] if found and len(keys) > size else None
    return Page(found, encode_cursor(last.created_at, last.pk) if last else "", not place)


def found_keys(user: Person, asked: Asked, place: Place | None, most: int) -> list[int]:
    """The keys of a page. Where few fit, these are asked who may read them. Where many do, each way in which somebody
    may read is an index of its own that is read in order; of each the first `most`, then of all.
    """
    if not user.is_active:
        return []
    rows = Document.objects.filter(plain_filters(asked), beyond(place))
    listed: frozenset[int] | None = None
    of = None
    for condition in conditions(asked):
        if condition.keys is None:
            rows, of = rows.filter(condition.fits), condition.of or of
        else:
            listed = condition.keys if listed is None else listed & condition.keys
    if listed is not None:
        return first(rows.visible_to(user).filter(pk__in=listed), most)
    one, *others = ways_in(rows, user, place, most, of=of)
    found = one.union(*others) if others else one
    return [pk for _at, pk in found.order_by("-at", "-pk")[:most]] if others else [pk for _at, pk in one]


def ways_in(
    rows: QuerySet, user: Person, place: Place | None, most: int, *, of: Person | None = None
) -> Iterator[QuerySet]:
    """What `user` reads by access level, and what they read because they are concerned; together `visible_to`. Of each
    the moment and the key of the first `most`. All concerns `of`, when given: then theirs are read in order.
    """
    behind = {"concerned__entered_at__lte": place[0]} if place else {}
    by_level = open_to(user)
    if by_level is not None and of is None:
        yield in_order(rows.filter(by_level), "created_at", most)
    elif by_level is not None:
        theirs = rows.filter(by_level, concerned__person=of, concerned__ended_at__isnull=True, **behind)
        yield in_order(theirs, "concerned__entered_at", most)
    opened = rows.filter(pk__in=opened_things(user))
    if user.is_office:  # to whom the level opens all but the restricted
        opened, behind = opened.filter(access__in=RESTRICTED), behind | {"concerned__is_restricted": True}
    yield in_order(opened, "created_at", most)
    if user.is_office and of is not None:  # of two people's restricted papers few are the same
        theirs = Concerned.objects.in_force().filter(person=of, is_restricted=True)
        rows = rows.filter(pk__in=theirs.values("document"))
    for condition in lines_of(user):
        reached = rows.filter(concerned__ended_at__isnull=True, **condition, **behind)
        yield in_order(reached, "concerned__entered_at", most)


def lines_of(user: Person) -> Iterator[dict[str, object]]:
    """Each person and unit in whose name `user` reads, as ConcernedQuerySet.reaching has them; each once."""
    people, units = whom_it_reaches(user, DeputyScope.DOCUMENTS)
    deciders, their_units = whom_it_reaches(user, DeputyScope.APPROVALS)
    asked = {"concerned__why": Why.DECIDES}
    for name, keys, only_asked in (("person", people, deciders), ("unit", units, their_units)):
        yield from ({f"concerned__{name}": key} for key in keys)
        yield from ({f"concerned__{name}": key} | asked for key in only_asked if key not in keys)


def in_order(rows: QuerySet, by: str, most: int) -> QuerySet:
    """Each document once, though somebody may be concerned with it for several reasons."""
    named = rows.annotate(at=F(by)).order_by("-at", "-pk").values_list("at", "pk")
    return (named.distinct() if by != "created_at" else named)[:most]


def first(rows: QuerySet, most: int) -> list[int]:
    return list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[:most])


def place_of(cursor: str) -> Place | None:
    """Moment and key of the last line of the page before; None for none, and for a cursor of another list."""
    place = decode_cursor(cursor) if cursor else None
    return place if place and isinstance(place[0], datetime) else None


def beyond(place: Place | None) -> Q:
    """Behind that line; the first part alone finds the place in the index."""
    if place is None:
        return Q()
    at, pk = place
    return Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=pk))


def pick(user: Person, text: str, *, size: int = SIZE) -> list[Document]:
    """For naming one by its number: the first that fit and have one, none when nothing was typed."""
    asked = Asked(text=text, numbered=True)
    return find(user, asked, size=size).rows if asked.words else []
