"""What documents put on dashboards: to decide, to read, in hand, late, to register, stuck."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.core.work_item import Action, Section, WorkItem
from apps.documents.enums import State
from apps.documents.managers import DocumentQuerySet
from apps.documents.models import Document, Reader
from apps.documents.rules import REGISTRARS
from apps.documents.services import last_check
from apps.documents.trouble import in_trouble, is_stuck, why_it_stops, with_causes
from apps.people.deputies import principals
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person

NAMES = ("handler", "incoming", "urgency")


@dataclass(frozen=True)
class Desk:
    """Whose list it is. `people`: oneself and those in whose name one handles and reads, by key; `seen`: what one may
    read.
    """

    user: Person
    people: dict[int, Person]
    seen: DocumentQuerySet
    at: datetime
    limit: int

    def first(self, rows: QuerySet, *order: str) -> QuerySet:
        return rows.select_related(*NAMES).order_by(*order)[: self.limit]

    def behalf(self, words: str, person: Person | None) -> str:
        """The words, and in whose place it stands there."""
        if person is None or person == self.user:
            return words
        return _("%(reason)s, for %(name)s") % {"reason": words, "name": person.name}


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries. What is in somebody's hands, or theirs to read, also
    stands on the list of who stands in for them.
    """
    people = {person.pk: person for person in (user, *principals(user, scope=DeputyScope.DOCUMENTS, at=at))}
    handles = user.has_role(*OFFICE_ROLES) or len(people) > 1
    seen = Document.objects.visible_to(user) if user.has_role(*REGISTRARS) else Document.objects.none()
    desk = Desk(user, people, seen, at, limit)
    found = [*to_decide(desk), *to_read(desk)]
    if user.has_role(Role.DIRECTOR):
        found += late(desk)
    if handles:
        found += mine(desk)
    if user.has_role(*REGISTRARS):
        found += to_register(desk)
    if user.has_role(Role.DIRECTOR):
        found += [*stuck(desk), *faults()]
    return once(found)


def once(items: Iterable[WorkItem]) -> list[WorkItem]:
    """The same document in the first list that has it."""
    kept: dict[str, WorkItem] = {}
    for item in items:
        kept.setdefault(item.key, item)
    return list(kept.values())


def item(
    row: Document,
    section: Section,
    at: datetime,
    reason: str,
    label: str = "",
    *,
    since: datetime | None = None,
    due_at: datetime | None = None,
) -> WorkItem:
    """`due_at`: another day than the document's own."""
    incoming = row.incoming if row.is_incoming else None
    return WorkItem(
        key=f"documents.document:{row.pk}",
        section=section,
        number=row.number,
        title=row.title,
        url=row.get_absolute_url(),
        icon="file-text",
        kind=str(row.get_kind_display()),
        who=incoming.sender if incoming else "",
        reason=reason,
        state=str(row.get_state_display()),
        state_colour=row.colour,
        due_at=due_at or row.due_at,
        since=since or row.last_event_at,
        overdue=due_at < at if due_at else row.is_late(at),
        handler=row.handler.name if row.handler else "",
        handler_id=row.handler_id,
        actions=(Action(label=label or _("Look at it"), url=row.get_absolute_url(), key="o", primary=True),),
    )


def of_documents() -> ContentType:
    return ContentType.objects.get_for_model(Document)


def to_decide(desk: Desk) -> list[WorkItem]:
    """Instructions that are asked of the user, or of somebody they stand in for."""
    steps = Step.objects.filter(subject_type=of_documents()).waiting_for(desk.user, desk.at).values("subject_id")
    rows = Document.objects.incoming().filter(state=State.PROPOSED, pk__in=steps)
    words, label = _("for your instruction"), _("Read and instruct")
    return [item(row, Section.DECIDE, desk.at, words, label) for row in desk.first(rows, "due_at", "pk")]


def to_read(desk: Desk) -> list[WorkItem]:
    """What circulates and is with this person now, or with somebody they stand in for; nothing that they may not read
    any more. The own line first: they cannot read for both at once.
    """
    rows = Reader.objects.having_it().still_named().filter(person__in=desk.people)
    names = [f"circulation__document__{name}" for name in NAMES]
    rows = rows.select_related(*names, "circulation__started_by").order_by("given_at", "pk")
    found = sorted(rows[: desk.limit], key=lambda row: row.person_id != desk.user.pk)
    return [reading(desk, row) for row in found]


def reading(desk: Desk, row: Reader) -> WorkItem:
    """Due on the day of the round; without one on that of the document."""
    paper, due_at = row.circulation.document, row.circulation.due_at
    words = desk.behalf(_("for you to read"), desk.people[row.person_id])
    late = due_at < desk.at if due_at else paper.is_late(desk.at)
    section = Section.OVERDUE if late else Section.MINE
    return item(paper, section, desk.at, words, _("Read it"), since=row.given_at, due_at=due_at)


def late(desk: Desk) -> list[WorkItem]:
    """All overdue, for the director."""
    rows = desk.first(desk.seen.incoming().overdue(desk.at), "due_at", "pk")
    return [item(row, Section.OVERDUE, desk.at, _("overdue")) for row in rows]


def mine(desk: Desk) -> list[WorkItem]:
    """In the own hands, or of somebody one stands in for."""
    rows = with_causes(Document.objects.incoming().open().filter(handler__in=desk.people), desk.at)
    return [in_hand(desk, row) for row in desk.first(rows, "due_at", "pk")]


def in_hand(desk: Desk, row: Document) -> WorkItem:
    """What waits for an instruction waits on others, what waits for who has left is stuck."""
    if row.is_late(desk.at):
        section, words = Section.OVERDUE, _("overdue")
    elif why_it_stops(row):
        return in_trouble_item(desk, row)
    elif row.state == State.PROPOSED:
        section, words = Section.WAITING, _("an instruction is asked for")
    else:
        section, words = Section.MINE, _("in your hands")
    return item(row, section, desk.at, desk.behalf(words, row.handler))


def to_register(desk: Desk) -> list[WorkItem]:
    """Signed for, and without a number yet."""
    rows = desk.first(desk.seen.incoming().filter(state=State.RECEIVED), "created_at")
    return [item(row, Section.UNASSIGNED, desk.at, _("to be registered"), _("Register it")) for row in rows]


def stuck(desk: Desk) -> list[WorkItem]:
    """With somebody who is gone: nobody goes on with it; and what readers have beyond the day of their round."""
    rows = desk.first(in_trouble(desk.seen, desk.at), "pk")
    return [in_trouble_item(desk, row) for row in rows]


def in_trouble_item(desk: Desk, row: Document) -> WorkItem:
    """Stuck with who is gone, else late on the day of the round."""
    section, due_at = (Section.STUCK, None) if is_stuck(row) else (Section.OVERDUE, row.read_due)
    person = row.handler if row.handler_id in desk.people else None
    return item(row, section, desk.at, desk.behalf(why_it_stops(row), person), due_at=due_at)


def faults() -> list[WorkItem]:
    """What the last night's check of the ledger found."""
    check = last_check()
    if check is None or not check.faults:
        return []
    url = reverse("documents:ledger")
    return [
        WorkItem(
            key="documents.ledger",
            section=Section.STUCK,
            number="",
            title=_("The ledger of document numbers has faults"),
            url=url,
            icon="triangle-alert",
            kind=_("ledger"),
            who="",
            reason="；".join(check.faults[:3]),
            state=_("to be looked at"),
            state_colour="red",
            due_at=None,
            since=check.at,
            actions=(Action(label=_("Look at it"), url=url, key="o", primary=True),),
        )
    ]
