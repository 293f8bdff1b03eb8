"""What the page of one assignment shows."""

from dataclasses import dataclass, field
from datetime import datetime

from django.forms import Form
from django.utils.functional import cached_property

from apps.assignments import forms
from apps.assignments.enums import PartState
from apps.assignments.models import Assignment
from apps.assignments.progress import Shown, show
from apps.assignments.rules import Authority, as_giver
from apps.assignments.subjects import why_over
from apps.assignments.tree import tree_of
from apps.journal.models import Attachment, Entry
from apps.people.models import Person

FORMS: dict[str, type[Form]] = {
    "add_part": forms.AddPartForm,
    "change_lead": forms.ChangeLeadForm,
    "close": forms.CloseForm,
    "call_off": forms.ReasonForm,
    "reopen": forms.ReopenForm,
}


def whole_form(act: str, row: Assignment, *args: object, **kwargs: object) -> Form:
    if act == "add_part":
        kwargs["taken"] = [part.unit_id for part in tree_of(row).parts.values() if part.state != PartState.EXCUSED]
    elif act == "change_lead":
        kwargs["lead"] = tree_of(row).lead
    return FORMS[act](*args, auto_id=f"{act}_%s", **kwargs)


@dataclass
class WholeScreen:
    """The page of `assignment` as `user` sees it at `at`. `sent`: forms that came back with mistakes, by act."""

    assignment: Assignment
    user: Person
    at: datetime
    sent: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def shown(self) -> Shown:
        return show([self.assignment], self.user, at=self.at)[0]

    @cached_property
    def giver(self) -> Authority | None:
        return as_giver(self.user, self.assignment)

    @property
    def acting_for(self) -> Person | None:
        return self.giver.on_behalf_of if self.giver else None

    @property
    def may_close(self) -> bool:
        return bool(self.giver) and self.assignment.is_open and not self.shown.tree.open_parts()

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Those that this person may send now, by the name of their address."""
        if not self.giver:
            return {}
        lead, is_open = self.shown.lead, self.assignment.is_open
        offered = {
            "close": self.may_close,
            "add_part": is_open and lead.is_units_turn and not lead.is_reported,
            "change_lead": is_open and lead.is_open,
            "call_off": is_open,
            "reopen": self.assignment.is_closed and not self.why_over,
        }
        acts = [act for act, is_offered in offered.items() if is_offered or act in self.sent]
        return {act: self.sent.get(act) or whole_form(act, self.assignment) for act in acts}

    @cached_property
    def why_over(self) -> str:
        """Why it is not opened again, where the thing itself has ended; for who otherwise might."""
        return why_over(self.assignment) if self.giver and self.assignment.is_closed else ""

    @cached_property
    def subject_url(self) -> str:
        """Where the thing itself is shown, if this person may see it."""
        subject = self.assignment.subject
        if subject is None:
            return ""
        seen = type(subject)._default_manager.visible_to(self.user).filter(pk=subject.pk).exists()
        return subject.get_absolute_url() if seen else ""

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.of(self.assignment))

    @cached_property
    def entries(self) -> list[Entry]:
        found = Entry.objects.about(self.assignment)
        return list(found if self.user.is_office else found.public())
