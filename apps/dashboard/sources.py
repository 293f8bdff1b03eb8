"""Who is asked what somebody owes. One entry for each app that has work for people."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.work_item import WorkItem
from apps.notices import work_items as notices
from apps.servicedesk import work_items as servicedesk


@dataclass(frozen=True)
class Source:
    """`items(user, at=, limit=)` gives at most `limit` rows a section; `counts(user, at=)` how many there are of each.

    An app whose lists are short leaves `counts` out: its rows are counted.
    """

    items: Callable[..., list[WorkItem]]
    counts: Callable[..., dict[str, tuple[int, bool]]] | None = None


SOURCES = [
    Source(servicedesk.for_user, servicedesk.section_counts),
    Source(notices.for_user),
]
