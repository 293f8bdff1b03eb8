"""Who is asked what somebody owes. One entry for each app that has work for people."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from apps.assignments import work_items as assignments
from apps.core.work_item import WorkItem
from apps.dispatch import work_items as dispatch
from apps.documents import work_items as documents
from apps.knowledge import work_items as knowledge
from apps.notices import work_items as notices
from apps.people.models import Person
from apps.relays import work_items as relays
from apps.replies import work_items as replies
from apps.seals import work_items as seals
from apps.servicedesk import mail_work_items as mails
from apps.servicedesk import objection_items
from apps.servicedesk import work_items as servicedesk
from apps.tasks import work_items as tasks

Counted = dict[str, tuple[int, bool]]
Read = Callable[..., tuple[list[WorkItem], Counted]]
ASK_LIMIT = 100


def counted_by_rows(items: Callable[..., list[WorkItem]]) -> Read:
    """A source of short lists: all rows are asked for, up to ASK_LIMIT, and counted."""

    def read(user: Person, *, at: datetime, limit: int) -> tuple[list[WorkItem], Counted]:
        rows = items(user, at=at, limit=ASK_LIMIT)
        counts = Counter(item.section for item in rows)
        return rows, {section: (count, count >= ASK_LIMIT) for section, count in counts.items()}

    return read


# Each gives at most `limit` rows a section, and how many there are (True: counting stopped there).
# Answers and relays stand before notices: they say more than the notice's own line, which has the same key.
SOURCES: list[Read] = [
    servicedesk.read_sections,
    counted_by_rows(mails.for_user),
    counted_by_rows(replies.for_user),
    counted_by_rows(relays.for_user),
    counted_by_rows(notices.for_user),
    counted_by_rows(assignments.for_user),
    counted_by_rows(documents.for_user),
    counted_by_rows(seals.for_user),
    counted_by_rows(dispatch.for_user),
    counted_by_rows(knowledge.for_user),
    counted_by_rows(objection_items.for_user),
    counted_by_rows(tasks.for_user),
]
