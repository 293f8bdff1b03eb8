"""Forms of what is done with a registered document."""

from collections.abc import Sequence

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.approvals.enums import StepState
from apps.assignments.enums import Wants
from apps.assignments.forms import FilesField, FilesInput, FormChoice
from apps.documents.enums import CirculationMode, Purpose, Received, Retention
from apps.documents.forms.base import DATE, DocumentForm, OtherField, PeopleField, PersonField, reason_field, units
from apps.documents.forms.own_parts import OwnPartSet
from apps.documents.models import Document
from apps.documents.rules import DECIDERS, REGISTRARS
from apps.documents.services import Answer, HandedDown, Plan
from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.people.models import Person, Post


class WordsForm(DocumentForm):
    words = reason_field(gettext_lazy("remark"), required=False)


class ReasonForm(DocumentForm):
    reason = reason_field()


def deciders(asker: Person | None) -> QuerySet:
    """Whom to ask for an instruction, the director first: papers go up."""
    directs = Exists(Post.objects.current().filter(person=OuterRef("pk"), role=Role.DIRECTOR))
    rows = Person.objects.active().with_role(*DECIDERS).annotate(directs=directs).order_by("-directs", "name", "pk")
    return rows.exclude(pk=asker.pk) if asker else rows


class PersonChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.name


class ProposeForm(DocumentForm):
    """The proposal and, in the same go, whom to ask. `plan()` and `asked()` are what was typed."""

    words = forms.CharField(
        label=gettext_lazy("proposed handling"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    purpose = forms.ChoiceField(label=gettext_lazy("for reading or for action"), choices=Purpose.choices)
    lead = forms.ModelChoiceField(label=gettext_lazy("lead unit"), queryset=None, required=False)
    helpers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("helping units"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They answer to the lead unit."),
    )
    asks = forms.CharField(
        label=gettext_lazy("what is asked of them"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("to be done by"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    readers = PeopleField(label=gettext_lazy("readers"), required=False)
    deciders = PersonChoices(
        label=gettext_lazy("ask for an instruction"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nobody ticked: the proposal is only kept."),
    )
    in_turn = forms.TypedChoiceField(
        label=gettext_lazy("in which order"),
        choices=[("1", gettext_lazy("one after the other, from top to bottom")), ("", gettext_lazy("all at once"))],
        coerce=bool,
        empty_value=False,
        required=False,
        initial="1",
    )
    text = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = self.fields["helpers"].queryset = units()
        self.fields["deciders"].queryset = deciders(self.asker)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        helpers = data.get("helpers") or []
        if helpers and not data.get("lead"):
            self.add_error("lead", _("Helpers answer to a lead unit: name one."))
        if data.get("lead") in helpers:
            self.add_error("helpers", _("The lead unit is not its own helper."))
        return data

    def plan(self) -> Plan:
        data = self.cleaned_data
        names = ("words", "purpose", "lead", "asks", "due_on")
        return Plan(**{name: data[name] for name in names}, helpers=tuple(data["helpers"]), readers=data["readers"])


class HandDownForm(DocumentForm):
    """To units; what the proposal said stands in it already. `given()` is what was typed."""

    lead = forms.ModelChoiceField(label=gettext_lazy("lead unit"), queryset=None)
    helpers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("helping units"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They answer to the lead unit."),
    )
    asks = forms.CharField(
        label=gettext_lazy("what is asked of them"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = forms.DateField(
        label=gettext_lazy("to be done by"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("their report must hold"),
        choices=Wants.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    form = FormChoice(label=gettext_lazy("form to fill in"), required=False)
    opens = forms.BooleanField(
        label=gettext_lazy("the units may read the document itself"),
        required=False,
        help_text=gettext_lazy("Else they see its number, what is asked and these files."),
    )
    files = FilesField(
        label=gettext_lazy("files that go along"), required=False, widget=FilesInput(attrs={"class": "form-control"})
    )

    def __init__(self, data: object = None, files: object = None, **kwargs: object) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["lead"].queryset = self.fields["helpers"].queryset = units()
        self.own = OwnPartSet(data, prefix="own", auto_id="own_%s", units=list(units()))

    def is_valid(self) -> bool:
        own, whole = self.own.is_valid(), super().is_valid()
        if not own or not whole:
            return False
        return self.own.check_units(unit.pk for unit in (self.cleaned_data["lead"], *self.cleaned_data["helpers"]))

    def given(self, files: Sequence[Attachment]) -> HandedDown:
        """`files`: those that were sent, taken in."""
        data = self.cleaned_data | {"helpers": tuple(self.cleaned_data["helpers"]), "files": files}
        return HandedDown(**data, own=self.own.asks())


class InstructForm(DocumentForm):
    """One page, two buttons; the words are what is handed on."""

    words = forms.CharField(
        label=gettext_lazy("instruction"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(
        choices=[(StepState.APPROVED, ""), (StepState.RETURNED, "")], widget=forms.HiddenInput, required=True
    )

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("decision") == StepState.RETURNED and not data.get("words"):
            self.add_error("words", _("Write down why: the other side reads it."))
        return data


class AskForm(DocumentForm):
    person = forms.ModelChoiceField(label=gettext_lazy("who else is asked"), queryset=None)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = deciders(self.asker)
        self.fields["person"].label_from_instance = lambda person: person.name


class CirculateForm(DocumentForm):
    people = PeopleField(label=gettext_lazy("readers"))
    mode = forms.ChoiceField(label=gettext_lazy("in which order"), choices=CirculationMode.choices)
    words = reason_field(gettext_lazy("words to the readers"), required=False)
    due_on = forms.DateField(
        label=gettext_lazy("to be read by"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )


class ReadersForm(DocumentForm):
    people = PeopleField(label=gettext_lazy("more readers"))


class HandOverForm(DocumentForm):
    to = PersonField(label=gettext_lazy("to whom"))
    reason = reason_field()

    def clean_to(self) -> Person:
        person = self.cleaned_data["to"]
        if person and not person.has_role(*REGISTRARS):
            raise forms.ValidationError(_("Documents are handled by clerks and the director."))
        return person


class DueForm(DocumentForm):
    due_on = forms.DateField(label=gettext_lazy("to be done by"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    reason = reason_field()


class AnswerForm(DocumentForm):
    by = OtherField(label=gettext_lazy("by our document"), required=False)
    words = reason_field(gettext_lazy("or in words"), required=False)
    on = forms.DateField(label=gettext_lazy("on"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    how = forms.ChoiceField(label=gettext_lazy("how"), choices=Received.choices, initial=Received.MAIL)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not data.get("words") and not data.get("by") and "by" not in self.errors:
            self.add_error("words", _("Say what was answered, or by which document."))
        return data

    def given(self) -> Answer:
        return Answer(**self.cleaned_data)


class CloseForm(DocumentForm):
    """What came of a classified paper is no field here."""

    words = reason_field(gettext_lazy("what came of it"))

    def __init__(self, *args: object, document: Document, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if document.is_incoming and document.incoming.is_classified:
            del self.fields["words"]


class FileForm(DocumentForm):
    retention = forms.ChoiceField(
        label=gettext_lazy("how long it is kept"), choices=Retention.choices, initial=Retention.TEN
    )
