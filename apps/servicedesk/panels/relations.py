"""How a request stands to others: merged, linked, blocked. Only what the reader may see is named."""

from dataclasses import dataclass

from django.utils.functional import Promise, cached_property

from apps.people.models import Person
from apps.servicedesk.enums import LINK_BACK, LinkKind, RequestState
from apps.servicedesk.models import Link, Merge, Request
from apps.servicedesk.services.linking import open_links
from apps.servicedesk.services.merged import merged_into, open_merge


@dataclass(frozen=True)
class Line:
    """One link, told from this request's side."""

    link: Link
    words: str | Promise
    other: Request


@dataclass
class Relations:
    item: Request
    user: Person

    @cached_property
    def merge(self) -> Merge | None:
        """By what this request stands in another."""
        return open_merge(self.item) if self.item.state == RequestState.MERGED else None

    @cached_property
    def merged(self) -> list[Request]:
        """What was merged into this one; the requester of this one does not see the others' requests."""
        return self.visible(merged_into(self.item))

    @cached_property
    def lines(self) -> list[Line]:
        links = open_links(self.item)
        seen = {row.pk for row in self.visible([self.other(link) for link in links])}
        return [self.line(link) for link in links if self.other(link).pk in seen]

    @property
    def blockers(self) -> list[Request]:
        """Open requests that block this one."""
        found = [each for each in self.lines if each.link.kind == LinkKind.BLOCKS and each.link.target == self.item]
        return [each.other for each in found if each.other.is_open]

    def line(self, link: Link) -> Line:
        kind = LinkKind(link.kind)
        forward = link.source_id == self.item.pk
        return Line(link, kind.label if forward else LINK_BACK[kind], self.other(link))

    def other(self, link: Link) -> Request:
        return link.target if link.source_id == self.item.pk else link.source

    def visible(self, rows: list[Request]) -> list[Request]:
        """Those that the reader may see (what the rule costs, and nothing when there are none)."""
        keys = {row.pk for row in rows}
        seen = (
            set(Request.objects.visible_to(self.user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else ()
        )
        return [row for row in rows if row.pk in seen]
