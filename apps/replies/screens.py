"""What the pages show of one person's answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import cached_property

from apps.notices.managers import looked_after
from apps.notices.rules import can_chase
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.display import AnswerLine, lines_of
from apps.questionnaires.forms import AnswersForm, build_form, build_unit_form
from apps.questionnaires.prefill import answers_from
from apps.replies.enums import RETURNABLE, EventKind, ReplyState
from apps.replies.models import Collection, Reply, ReplyEvent
from apps.replies.rules import authority_for, can_confirm, can_return


@dataclass(frozen=True)
class EventRow:
    """One step of the ledger, its remarks with the words of their questions."""

    event: ReplyEvent
    remarks: tuple[tuple[str, str], ...]


@dataclass
class FillScreen:
    """The page on which a person fills in. `reply` is None until the row is made; `sent`: the form as it was sent."""

    collection: Collection
    reply: Reply | None
    user: Person
    at: datetime
    sent: AnswersForm | None = None
    clash: Reply | None = None

    @cached_property
    def earlier(self) -> dict[str, object]:
        """What this person answered in the earlier round, as far as it still fits (one query)."""
        if not self.collection.round_of_id:
            return {}
        rows = Reply.objects.filter(collection=self.collection.round_of_id, obligation__person=self.user)
        found = rows.counted().select_related("answer_set__form_version").first()
        return answers_from(found.answer_set, self.collection.form_version) if found else {}

    @cached_property
    def answers(self) -> dict[str, object]:
        """The answers so far; before the first draft those of the earlier round."""
        answer_set = self.reply.answer_set if self.reply else None
        return answer_set.answers if answer_set else self.earlier

    def build(self, data: QueryDict | None = None, files: Mapping[str, object] | None = None) -> AnswersForm:
        form = build_form(
            self.collection.form_version,
            data=data,
            files=files,
            person=self.user,
            initial=self.answers,
            only=self.reply.changeable_keys if self.reply else None,
        )
        form.earlier = self.earlier
        form.remarks = self.reply.returned if self.reply else {}
        return form

    @cached_property
    def form(self) -> AnswersForm:
        return self.sent or self.build()

    @property
    def may_fill(self) -> bool:
        if self.reply is None:
            return self.collection.takes(self.at)
        if not self.reply.is_with_person or not self.collection.is_open:
            return False
        return self.reply.is_returned or self.collection.takes(self.at)

    @property
    def version(self) -> int:
        current = self.clash or self.reply
        return current.version if current else 1

    @property
    def is_filled_in_advance(self) -> bool:
        return bool(self.earlier) and (self.reply is None or self.reply.answer_set is None)

    @cached_property
    def fixed(self) -> list[AnswerLine]:
        """Answers that are shown but cannot be changed now."""
        asked = set(self.form.fields) if self.may_fill else set()
        fields = [each for each in read_fields(self.collection.form_version) if not each.office_only]
        lines = lines_of(fields, self.answers)
        return [line for line in lines if line.key not in asked and (not line.unit_only or not line.is_empty)]

    @cached_property
    def events(self) -> list[EventRow]:
        return event_rows(self.reply) if self.reply else []

    @property
    def receipt(self) -> ReplyEvent | None:
        """The last handing in, while it stands."""
        if self.reply is None or self.reply.is_with_person:
            return None
        found = [row.event for row in self.events if row.event.kind == EventKind.HANDED_IN]
        return found[-1] if found else None


@dataclass
class CheckScreen:
    """The page on which the unit or the office looks at one person's answers."""

    reply: Reply
    user: Person
    unit_form_sent: AnswersForm | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @cached_property
    def lines(self) -> list[tuple[AnswerLine, str, str]]:
        """(line, what was answered in the earlier round where it was otherwise, remark as typed)."""
        fields = [each for each in read_fields(self.reply.collection.form_version) if not each.office_only]
        answers = self.reply.answer_set.answers if self.reply.answer_set else {}
        before = {line.key: line for line in lines_of(fields, self.earlier)} if self.earlier else {}
        return [
            (line, _otherwise(line, before.get(line.key)), self.remarks.get(line.key, ""))
            for line in lines_of(fields, answers)
            if not (line.unit_only and self.unit_form)
        ]

    @cached_property
    def earlier(self) -> dict[str, object]:
        collection = self.reply.collection
        if not collection.round_of_id:
            return {}
        rows = Reply.objects.filter(
            collection=collection.round_of_id, obligation__person=self.reply.obligation.person_id
        )
        found = rows.counted().select_related("answer_set__form_version").first()
        return answers_from(found.answer_set, collection.form_version) if found else {}

    @cached_property
    def unit_form(self) -> AnswersForm | None:
        """What the unit has to fill in when it confirms; None when the form has no such part, or not now."""
        if not self.may_confirm:
            return None
        if self.unit_form_sent:
            return self.unit_form_sent
        form = build_unit_form(
            self.reply.collection.form_version, person=self.user, initial=self.reply.answer_set.answers
        )
        return form if form.fields else None

    @cached_property
    def paths(self) -> dict[str, Person | None]:
        return looked_after(self.user)

    @cached_property
    def may_confirm(self) -> bool:
        is_time = self.reply.state == ReplyState.HANDED_IN and self.reply.collection.is_open
        return is_time and can_confirm(self.user, self.reply, self.paths)

    @cached_property
    def may_return(self) -> bool:
        is_time = self.reply.state in RETURNABLE and self.reply.collection.is_open
        return is_time and can_return(self.user, self.reply, self.paths)

    @property
    def acting_for(self) -> Person | None:
        if not self.may_confirm:
            return None
        authority = authority_for(self.user, self.reply, self.paths)
        return authority.on_behalf_of if authority else None

    @property
    def may_chase(self) -> bool:
        return can_chase(self.user, self.reply.collection.notice)

    @cached_property
    def events(self) -> list[EventRow]:
        return event_rows(self.reply)


def event_rows(reply: Reply) -> list[EventRow]:
    """The ledger in the order of time (one query)."""
    names = {each.key: str(each) for each in read_fields(reply.collection.form_version)}
    rows = reply.events.select_related("actor", "on_behalf_of").order_by("pk")
    return [
        EventRow(event, tuple((names.get(key, key), text) for key, text in event.remarks.items())) for event in rows
    ]


def _otherwise(line: AnswerLine, before: AnswerLine | None) -> str:
    """What stood there in the earlier round, where it is not the same now."""
    if before is None or before.is_empty or line.table or before.value == line.value:
        return ""
    return before.value
