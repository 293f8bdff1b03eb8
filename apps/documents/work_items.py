"""What documents put on dashboards: to decide, to read, in hand, late, to register, stuck."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.core.work_item import Action, Section, WorkItem
from apps.documents.enums import ReaderState, State
from apps.documents.models import Circulation, Document, Reader
from apps.documents.rules import REGISTRARS
from apps.documents.services import last_check
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Person

NAMES = ("handler", "incoming", "urgency")


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """At most `limit` of each kind, in a fixed number of queries."""
    found = [*to_decide(user, at, limit), *to_read(user, at, limit)]
    if user.has_role(*OFFICE_ROLES):
        found += [*late(user, at, limit), *mine(user, at, limit)]
    if user.has_role(*REGISTRARS):
        found += to_register(user, at, limit)
    if user.has_role(Role.DIRECTOR):
        found += [*of_nobody(user, at, limit), *faults()]
    return once([*found, *to_file(user, at, limit)])


def once(items: Iterable[WorkItem]) -> list[WorkItem]:
    """The same document in the first list that has it."""
    kept: dict[str, WorkItem] = {}
    for item in items:
        kept.setdefault(item.key, item)
    return list(kept.values())


def item(
    row: Document, section: Section, at: datetime, reason: str, label: str = "", since: datetime | None = None
) -> WorkItem:
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
        due_at=row.due_at,
        since=since or row.last_event_at,
        overdue=row.is_late(at),
        handler=row.handler.name if row.handler else "",
        handler_id=row.handler_id,
        actions=(Action(label=label or _("Look at it"), url=row.get_absolute_url(), key="o", primary=True),),
    )


def of_documents() -> ContentType:
    return ContentType.objects.get_for_model(Document)


def to_decide(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Instructions that are asked of the user, or of somebody they stand in for."""
    steps = Step.objects.filter(subject_type=of_documents()).waiting_for(user, at).values("subject_id")
    rows = Document.objects.incoming().filter(state=State.PROPOSED, pk__in=steps).select_related(*NAMES)
    words, label = _("for your instruction"), _("Read and instruct")
    return [item(row, Section.DECIDE, at, words, label) for row in rows.order_by("due_at", "pk")[:limit]]


def to_read(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """What circulates and is with this person now."""
    rows = Reader.objects.filter(person=user, state=ReaderState.WITH, circulation__ended_at__isnull=True)
    names = [f"circulation__document__{name}" for name in NAMES]
    rows = rows.select_related(*names, "circulation__started_by").order_by("given_at", "pk")[:limit]
    words, label = _("for you to read"), _("Read it")
    return [item(row.circulation.document, Section.MINE, at, words, label, since=row.given_at) for row in rows]


def late(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """All overdue for the director, the own ones for the others."""
    rows = Document.objects.visible_to(user).incoming().overdue(at).select_related(*NAMES)
    if not user.has_role(Role.DIRECTOR):
        rows = rows.filter(handler=user)
    return [item(row, Section.OVERDUE, at, _("overdue")) for row in rows.order_by("due_at", "pk")[:limit]]


def mine(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """In the user's hands; what waits for an instruction waits on others."""
    rows = Document.objects.incoming().open().filter(handler=user).select_related(*NAMES)
    found = []
    for row in rows.order_by("due_at", "pk")[:limit]:
        waits = row.state == State.PROPOSED
        words = _("an instruction is asked for") if waits else _("in your hands")
        found.append(item(row, Section.WAITING if waits else Section.MINE, at, words))
    return found


def to_file(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Closed or sent out, read by everybody who had to, and not in the file yet: whoever had it in hand files it."""
    rounds = Circulation.objects.filter(document=OuterRef("pk"), ended_at__isnull=True)
    rows = Document.objects.to_file().filter(~Exists(rounds), handler=user).select_related(*NAMES)
    words, label = _("to be filed"), _("File it")
    return [
        item(row, Section.MINE, at, words, label, since=row.closed_at)
        for row in rows.order_by("closed_at", "pk")[:limit]
    ]


def to_register(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Signed for, and without a number yet."""
    rows = Document.objects.visible_to(user).incoming().filter(state=State.RECEIVED).select_related(*NAMES)
    words = _("to be registered")
    return [item(row, Section.UNASSIGNED, at, words, _("Register it")) for row in rows.order_by("created_at")[:limit]]


def of_nobody(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """Asked of somebody who has left: nobody can decide."""
    steps = Step.objects.asked_of_nobody().filter(subject_type=of_documents()).values("subject_id")
    rows = Document.objects.visible_to(user).incoming().filter(state=State.PROPOSED, pk__in=steps)
    words = _("who is asked has left")
    return [item(row, Section.STUCK, at, words) for row in rows.select_related(*NAMES).order_by("pk")[:limit]]


def faults() -> list[WorkItem]:
    """What the last night's check of the ledger found."""
    check = last_check()
    if check is None or not check.faults:
        return []
    url = reverse("dispatch:ledger")
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
