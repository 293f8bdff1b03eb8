"""The whole chain of documents that hang together, as far as one person may know of it, and its picture."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.documents.enums import LinkKind
from apps.documents.models import Document, Link
from apps.people.models import Person

MOST = 40
WIDE, HIGH, GAP_X, GAP_Y, EDGE = 220, 64, 40, 56, 12
LINE = 15  # characters of a title's line


def back_words(kind: str) -> str:
    """What a link is, seen from its target."""
    return {
        LinkKind.REPLIES_TO: _("is answered by"),
        LinkKind.IMPLEMENTS: _("is implemented by"),
        LinkKind.SUPERSEDES: _("is superseded by"),
        LinkKind.ANNEX_OF: _("has the annex"),
    }[LinkKind(kind)]


@dataclass(frozen=True)
class Chain:
    """`documents` by key (each with `seen`), the links between them; `is_cut`: there are more."""

    start: Document
    documents: dict[int, Document]
    links: list[Link]
    is_cut: bool


def read_chain(start: Document, user: Person) -> Chain:
    """From one document outwards, ring by ring: two queries a ring, at most MOST documents. What the person may not
    even know of is not gone through.
    """
    start.seen = True
    documents, links, ring, is_cut = {start.pk: start}, {}, {start.pk}, False
    while ring and not is_cut:
        found = list(Link.objects.filter(Q(source__in=ring) | Q(target__in=ring)).order_by("pk")[: MOST * 4])
        links |= {row.pk: row for row in found}
        fresh = {pk for row in found for pk in (row.source_id, row.target_id)} - set(documents)
        rows = Document.objects.known_to(user).with_sight(user).filter(pk__in=fresh).select_related("incoming")
        known = list(rows.order_by("created_at", "pk"))
        room = MOST - len(documents)
        is_cut = len(known) > room
        documents |= {row.pk: row for row in known[:room]}
        ring = {row.pk for row in known[:room] if row.seen}
    kept = [row for row in links.values() if row.source_id in documents and row.target_id in documents]
    for row in kept:
        row.from_one, row.to_one = documents[row.source_id], documents[row.target_id]
    return Chain(start, documents, kept, is_cut)


@dataclass(frozen=True)
class Box:
    """One document of the picture."""

    document: Document
    x: int
    y: int
    lines: list[str] = field(default_factory=list)
    is_start: bool = False
    width: int = WIDE
    height: int = HIGH

    @property
    def text_x(self) -> int:
        return self.x + 12

    @property
    def first_y(self) -> int:
        return self.y + 24

    @property
    def second_y(self) -> int:
        return self.y + 46

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True)
class Arrow:
    """From what came later down to what it is about."""

    x1: int
    y1: int
    x2: int
    y2: int
    words: str

    @property
    def label_x(self) -> int:
        return (self.x1 + self.x2) // 2 + 6

    @property
    def label_y(self) -> int:
        return (self.y1 + self.y2) // 2 + 4


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]


def draw(chain: Chain) -> Picture:
    """The oldest on top: a document stands below all that it is about."""
    places = depths(chain)
    rows: dict[int, list[Document]] = defaultdict(list)
    for pk, document in chain.documents.items():
        rows[places[pk]].append(document)
    widest = max(len(row) for row in rows.values())
    width = widest * (WIDE + GAP_X) - GAP_X + 2 * EDGE
    boxes = {}
    for depth, row in rows.items():
        left = EDGE + (width - 2 * EDGE - (len(row) * (WIDE + GAP_X) - GAP_X)) // 2
        for place, document in enumerate(row):
            x, y = left + place * (WIDE + GAP_X), EDGE + depth * (HIGH + GAP_Y)
            boxes[document.pk] = Box(document, x, y, cut(document), document == chain.start)
    arrows = [arrow(boxes[row.source_id], boxes[row.target_id], str(row.get_kind_display())) for row in chain.links]
    height = 2 * EDGE + (max(rows) + 1) * (HIGH + GAP_Y) - GAP_Y
    return Picture(width, height, list(boxes.values()), arrows)


def depths(chain: Chain) -> dict[int, int]:
    """How deep each stands: one below the deepest of what it is about; a ring of links is cut where it closes."""
    about: dict[int, list[int]] = defaultdict(list)
    for row in chain.links:
        about[row.source_id].append(row.target_id)
    found: dict[int, int] = {}

    def depth(pk: int, above: frozenset[int]) -> int:
        if pk not in found:
            below = [depth(other, above | {pk}) for other in about[pk] if other not in above | {pk}]
            found[pk] = 1 + max(below, default=-1)
        return found[pk]

    for pk in chain.documents:
        depth(pk, frozenset())
    return found


def cut(document: Document) -> list[str]:
    if not document.seen:
        return []
    title = document.title
    return [title[:LINE] + ("…" if len(title) > LINE else "")]


def arrow(later: Box, earlier: Box, words: str) -> Arrow:
    if later.y > earlier.y:
        return Arrow(later.middle, later.y, earlier.middle, earlier.bottom, words)
    return Arrow(later.x, later.y + HIGH // 2, earlier.x + WIDE, earlier.y + HIGH // 2, words)
