"""The page of one document."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.forms import Form
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.approvals.enums import COLOURS as STEP_COLOURS
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.assignments.progress import Shown, rows_about
from apps.core.calendar import CalendarYearMissing
from apps.documents import rules
from apps.documents.chain import back_words
from apps.documents.deadlines import DayLine, days_between
from apps.documents.enums import CountsFrom, OpinionKind, ReaderState, State
from apps.documents.extraction.asking import reading_of
from apps.documents.models import Circulation, Document, Edition, Filing, Link, Opinion, Reader
from apps.documents.screens.deeds import Deeds
from apps.documents.services import obstacles, own_due, own_line
from apps.journal.models import Attachment, Entry
from apps.people.models import Person

ENTRIES = 60
LINKS = 20
PLACES = {
    State.RECEIVED: 2,
    State.REGISTERED: 3,
    State.PROPOSED: 4,
    State.HANDLING: 5,
    State.ANSWERED: 5,
    State.CLOSED: 7,
    State.FILED: 8,
}


@dataclass
class DocumentScreen(Deeds):
    """`open_forms`: forms that came back with mistakes, by name. `begins`: from when the date of an outgoing paper was
    counted, as the app above says.
    """

    document: Document
    user: Person
    at: datetime
    open_forms: dict[str, Form] = field(default_factory=dict)
    begins: datetime | None = None

    # how far it is

    @property
    def steps(self) -> list[str]:
        if not self.place:
            return []
        return [
            pgettext("step", "signed for"),
            _("registered"),
            _("proposal"),
            _("instruction"),
            _("handling"),
            _("closing"),
            _("file"),
        ]

    @property
    def place(self) -> int:
        """The present step from 1; 0 for what left the way."""
        return PLACES.get(State(self.document.state), 0) if self.document.is_incoming else 0

    @property
    def is_late(self) -> bool:
        return self.document.is_late(self.at)

    @cached_property
    def next_words(self) -> str:
        """What is next, and with whom it is."""
        row, handler = self.document, self.document.handler.name if self.document.handler else "—"
        if not row.is_incoming or not row.is_open:
            return ""
        if row.state == State.RECEIVED:
            return _("It is to be registered. Nobody acts on a paper without a number.")
        if row.state == State.PROPOSED:
            names = "、".join(step.approver.name for step in self.round if step.state == StepState.ASKED)
            return _("An instruction is asked of %(names)s.") % {"names": names}
        if self.circulation:
            names = "、".join(row.person.name for row in self.readers if row.state == ReaderState.WITH)
            return _("It circulates; it is with %(names)s.") % {"names": names}
        if row.state == State.REGISTERED:
            return _("%(name)s proposes how to handle it.") % {"name": handler}
        if row.state == State.ANSWERED:
            return _("The sender has the answer; %(name)s closes it.") % {"name": handler}
        return _("%(name)s handles it.") % {"name": handler}

    # what was said

    @cached_property
    def opinions(self) -> list[Opinion]:
        """Everything that was said, oldest first, each with its edition (two queries with what proposals name)."""
        rows = Opinion.objects.filter(document=self.document)
        rows = rows.select_related("author", "on_behalf_of", "edition", "proposal__lead")
        found = list(rows.prefetch_related("proposal__helpers", "proposal__readers").order_by("at", "pk"))
        last = self.edition_number
        for row in found:
            row.is_older = row.edition.number != last
            row.is_return = row.decision == StepState.RETURNED
        return found

    @property
    def proposal(self) -> Opinion | None:
        """The latest proposal."""
        said = [row for row in self.opinions if row.kind == OpinionKind.PROPOSAL]
        return said[-1] if said else None

    @property
    def instructions(self) -> list[Opinion]:
        return [row for row in self.opinions if row.kind == OpinionKind.INSTRUCTION]

    @cached_property
    def editions(self) -> list[Edition]:
        return list(Edition.objects.filter(document=self.document).select_related("made_by").order_by("number"))

    @property
    def edition_number(self) -> int:
        return self.editions[-1].number if self.editions else 0

    @cached_property
    def round(self) -> list[Step]:
        """Who is asked in the last round, in order (one query)."""
        steps = list(Step.objects.about(self.document).select_related("approver", "decided_by", "on_behalf_of"))
        last = steps[-1].round if steps else 0
        found = [step for step in steps if step.round == last]
        for step in found:
            step.colour = STEP_COLOURS[StepState(step.state)]
        return found

    @cached_property
    def my_step(self) -> Step | None:
        """What this person may decide now, in the own name or for somebody (three queries at most)."""
        if self.document.state != State.PROPOSED:
            return None
        rows = Step.objects.about(self.document).waiting_for(self.user, self.at).select_related("approver")
        mine = list(rows)
        return next((step for step in mine if step.approver_id == self.user.pk), mine[0] if mine else None)

    @property
    def decides_for(self) -> Person | None:
        step = self.my_step
        return step.approver if step and step.approver_id not in (None, self.user.pk) else None

    # circulation

    @cached_property
    def circulations(self) -> list[Circulation]:
        rows = self.document.circulations.select_related("started_by").prefetch_related("readers__person")
        return list(rows.order_by("-started_at", "-pk"))

    @property
    def circulation(self) -> Circulation | None:
        return next((row for row in self.circulations if row.ended_at is None), None)

    @property
    def readers(self) -> list[Reader]:
        return self.readers_of(self.circulation) if self.circulation else []

    def readers_of(self, circulation: Circulation) -> list[Reader]:
        return sorted(circulation.readers.all(), key=lambda row: row.order)

    @cached_property
    def rounds(self) -> list[tuple[Circulation, list[Reader]]]:
        """Every round with its readers; forms to excuse where that may be done."""
        found = [(row, self.readers_of(row)) for row in self.circulations]
        for circulation, readers in found:
            for row in readers:
                row.is_unread = row.state in (ReaderState.WAITING, ReaderState.WITH)
                row.may_excuse = circulation.ended_at is None and row.is_unread and self.handles
                row.form = self.open_forms.get(f"excuse_{row.pk}")
        return found

    @cached_property
    def own_reading(self) -> tuple[Reader | None, Person | None]:
        return own_line(self.document, self.user, self.at) if self.circulation else (None, None)

    @property
    def my_reading(self) -> Reader | None:
        return self.own_reading[0]

    @property
    def reads_for(self) -> Person | None:
        return self.own_reading[1]

    @property
    def is_unopened(self) -> bool:
        """Does the page have to say that it stands before its reader?"""
        row = self.my_reading
        return row is not None and row.person_id == self.user.pk and row.opened_at is None

    # units

    @cached_property
    def assignments(self) -> list[Shown]:
        return rows_about(self.document, self.user, at=self.at)

    # the rest

    @cached_property
    def files(self) -> list[Attachment]:
        """Each with `reading`: whether its words can be found."""
        found = list(Attachment.objects.of(self.document).order_by("uploaded_at", "pk"))
        readings = reading_of(found)
        for file in found:
            file.reading = readings.get(file.blob_id)
        return found

    @cached_property
    def filing(self) -> Filing | None:
        return Filing.objects.filter(document=self.document).select_related("issued", "filed_by").first()

    @cached_property
    def package(self) -> Attachment | None:
        return Attachment.objects.of(self.filing).first() if self.filing else None

    @cached_property
    def notices(self) -> list[object]:
        return [row.notice for row in self.document.notices.select_related("notice").order_by("made_at", "pk")]

    @cached_property
    def all_links(self) -> list[Link]:
        """Each with `other_id`, also of what this person may not know of: not for the page."""
        mine = Link.objects.filter(Q(source=self.document) | Q(target=self.document))
        rows = list(mine.order_by("made_at", "pk")[:LINKS])
        for row in rows:
            row.other_id = row.target_id if row.source_id == self.document.pk else row.source_id
        return rows

    @cached_property
    def known(self) -> dict[int, Document]:
        """Those of the documents named here that this person may read (`seen`) or know of (one query)."""
        keys = {row.other_id for row in self.all_links}
        if self.document.is_incoming:
            keys.add(self.document.incoming.copy_of_id)
        return Document.objects.known_to(self.user).with_sight(self.user).filter(pk__in=keys - {None}).in_bulk()

    @cached_property
    def links(self) -> list[Link]:
        """Links to documents that this person may read or know of; `other` and `words` for the page (two queries)."""
        for row in self.all_links:
            row.other = self.known.get(row.other_id)
            row.words = row.get_kind_display() if row.source_id == self.document.pk else back_words(row.kind)
        return [row for row in self.all_links if row.other]

    @property
    def copy_of(self) -> Document | None:
        """Of which it is a second copy, as far as this person may know of that."""
        return self.known.get(self.document.incoming.copy_of_id) if self.document.is_incoming else None

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.document).order_by("-at", "-pk")[:ENTRIES])

    @cached_property
    def obstacles(self) -> list[str]:
        return obstacles(self.document)

    # why this date

    @cached_property
    def own_due(self) -> Entry | None:
        """Who set the date that stands, where it was not counted, and why."""
        return own_due(self.document)

    @property
    def counts_minutes(self) -> bool:
        urgency = self.document.urgency
        return urgency is not None and urgency.counts_from == CountsFrom.RECEIPT

    @cached_property
    def days(self) -> list[DayLine]:
        """Every day from receipt (of ours: from when it was put up) to the due date: counted, or free and why (none
        without a calendar).
        """
        row = self.document
        begins = row.incoming.received_at if row.is_incoming else self.begins
        if not (row.due_at and row.calendar_version and begins):
            return []
        try:
            return days_between(begins, row.due_at, row.calendar_version)
        except CalendarYearMissing:
            return []

    # rights

    @cached_property
    def handles(self) -> bool:
        return rules.can_handle(self.user, self.document, self.at)

    @cached_property
    def acts_for(self) -> Person | None:
        return rules.acts_for(self.user, self.document, self.at)
