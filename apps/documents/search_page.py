"""One page of what was found, under the rights of who asks."""

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from apps.core.pages import Page, decode_cursor, encode_cursor, rows_of
from apps.documents.enums import RESTRICTED
from apps.documents.managers import open_to, own_to
from apps.documents.models import Document
from apps.documents.search import Asked, conditions, plain_filters
from apps.people.models import Person

SIZE = 20
NAMES = ("incoming", "handler", "created_by", "unit")


def find(user: Person, asked: Asked, *, cursor: str = "", size: int = SIZE) -> Page:
    """What this person may read of what is asked for, newest entered first. What they may not read leaves no trace:
    not as a line, not in a count, not in the length of a page.
    """
    place = decode_cursor(cursor) if cursor else None
    keys = found_keys(user, asked, place, size + 1)
    found = rows_of(Document.objects.visible_to(user).select_related(*NAMES), keys[:size])
    last = found[-1] if found and len(keys) > size else None
    return Page(found, encode_cursor(last.created_at, last.pk) if last else "", not place)


def found_keys(user: Person, asked: Asked, place: tuple[object, int] | None, most: int) -> list[int]:
    """The keys of a page. Where few fit, these are asked who may read them. Where many do, each way in which somebody
    may read is an index of its own that is read in order; of each the first `most`, then of all.
    """
    if not user.is_active:
        return []
    rows = Document.objects.filter(plain_filters(asked), beyond(place))
    listed: frozenset[int] | None = None
    for condition in conditions(asked):
        if condition.keys is None:
            rows = rows.filter(condition.fits)
        else:
            listed = condition.keys if listed is None else listed & condition.keys
    if listed is not None:
        return first(rows.visible_to(user).filter(pk__in=listed), most)
    ways = list(ways_in(rows, user))
    if len(ways) == 1:
        return first(ways[0], most)
    one, *others = (each.order_by("-created_at", "-pk").values("created_at", "pk")[:most] for each in ways)
    return [row["pk"] for row in one.union(*others).order_by("-created_at", "-pk")[:most]]


def ways_in(rows: QuerySet, user: Person) -> Iterator[QuerySet]:
    """What `user` reads by access level, and what they read because they are concerned; together `visible_to`."""
    by_level = open_to(user)
    concerned = rows.filter(own_to(user))
    if by_level is not None:
        yield rows.filter(by_level)
    # To the office the level opens all but these, so only of these it matters who is concerned.
    yield concerned.filter(access__in=RESTRICTED) if user.is_office else concerned


def first(rows: QuerySet, most: int) -> list[int]:
    return list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[:most])


def beyond(place: tuple[object, int] | None) -> Q:
    """Behind the last line of the page before; the first part alone finds the place in the index."""
    if place is None or isinstance(place[0], str | int):
        return Q()
    at, pk = place
    return Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=pk))


def pick(user: Person, text: str, *, size: int = SIZE, without: Sequence[int] = ()) -> list[Document]:
    """For choosing one of few: the first that fit, none when nothing was typed."""
    asked = Asked(text=text)
    if not asked.words:
        return []
    found = find(user, asked, size=size + len(without)).rows
    return [row for row in found if row.pk not in without][:size]
