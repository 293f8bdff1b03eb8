"""What people send about assignments. Forms check and convert; services do."""

from collections.abc import Iterable

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assignments.causes import UnableToFindCause, find_cause
from apps.assignments.enums import PartRole, Urgency, Wants
from apps.assignments.models import Part
from apps.assignments.services.giving import PartWanted
from apps.core.text import localized
from apps.notices.enums import CallOutcome
from apps.notices.forms import MomentField
from apps.people.enums import Role
from apps.people.models import Person, Post, Unit

LONGEST_REPORT, LONGEST_NOTE, LONGEST_REASON, MOST_FILES = 4000, 1000, 300, 10
MOST_PEOPLE = 300
AREA, CHECK, TEXT = {"class": "form-control", "rows": 3}, {"class": "form-check-input"}, {"class": "form-control"}
CHOICE = {"class": "form-select"}
VAIN = [code for code in CallOutcome if code not in (CallOutcome.TOLD, CallOutcome.WRONG_NUMBER)]


def units_in_use() -> list[Unit]:
    """In the order of the tree (one query)."""
    return list(Unit.objects.filter(is_active=True).order_by("path"))


def unit_choices(units: Iterable[Unit]) -> list[tuple[int, str]]:
    return [(unit.pk, "\u2003" * (unit.path.count("/") - 1) + localized(unit.name)) for unit in units]


def reason_field(label: object, longest: int = LONGEST_REASON, **kwargs: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs=AREA | {"rows": 2}), **kwargs)


class AsksFields(forms.Form):
    """What is asked of a unit."""

    asks = reason_field(gettext_lazy("What is asked"), 2000, required=False)
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("The report must hold"),
        choices=Wants,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )
    due_at = MomentField(label=gettext_lazy("Due"), required=False)

    def wanted(self, unit: Unit, role: str = PartRole.HELPER) -> PartWanted:
        data = self.cleaned_data
        return PartWanted(unit, role, data["asks"], data["due_at"], tuple(data["wants"]))


class AddPartForm(AsksFields):
    """One more helping unit."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, widget=forms.Select(attrs=CHOICE))
    field_order = ("unit", "asks", "wants", "due_at")

    def __init__(self, *args: object, taken: Iterable[int] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        units = [unit for unit in units_in_use() if unit.pk not in set(taken)]
        self.units = {unit.pk: unit for unit in units}
        self.fields["unit"].choices = unit_choices(units)

    def part(self) -> PartWanted:
        return self.wanted(self.units[self.cleaned_data["unit"]])


class PassDownForm(AsksFields):
    """Units below, all asked the same."""

    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units below"), coerce=int, widget=forms.CheckboxSelectMultiple(attrs=CHECK)
    )
    field_order = ("units", "asks", "wants", "due_at")

    def __init__(self, *args: object, part: Part, taken: Iterable[int] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        below = Unit.objects.under(part.unit).filter(is_active=True).exclude(pk=part.unit_id).order_by("path")
        self.below = {unit.pk: unit for unit in below if unit.pk not in set(taken)}
        self.fields["units"].choices = [(key, str(unit)) for key, unit in self.below.items()]

    def parts(self) -> list[PartWanted]:
        return [self.wanted(self.below[key]) for key in self.cleaned_data["units"]]


class GiveForm(AsksFields):
    """A whole assignment, for the page of the thing that it is about (an app above shows it): one lead, helpers."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160, widget=forms.TextInput(attrs=TEXT))
    words = forms.CharField(
        label=gettext_lazy("Words of the instruction"),
        required=False,
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs=AREA),
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency, widget=forms.Select(attrs=CHOICE))
    lead = forms.TypedChoiceField(label=gettext_lazy("Lead"), coerce=int, widget=forms.Select(attrs=CHOICE))
    helpers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Helping units"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs=CHOICE | {"size": 8}),
    )
    shows_subject = forms.BooleanField(
        label=gettext_lazy("The units may open the paper itself"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
    )
    field_order = ("title", "words", "lead", "helpers", "asks", "wants", "urgency", "due_at", "shows_subject")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        units = units_in_use()
        self.units = {unit.pk: unit for unit in units}
        for name in ("lead", "helpers"):
            self.fields[name].choices = unit_choices(units)

    def values(self) -> dict[str, object]:
        """As `services.give` takes them, but for subject and actor."""
        data = self.cleaned_data
        parts = [PartWanted(self.units[data["lead"]], PartRole.LEAD, data["asks"], wants=tuple(data["wants"]))]
        for key in data["helpers"]:
            if key != data["lead"]:
                parts.append(PartWanted(self.units[key], PartRole.HELPER, data["asks"], wants=tuple(data["wants"])))
        kept = {name: data[name] for name in ("title", "words", "urgency", "due_at", "shows_subject")}
        return kept | {"parts": parts}


class ChangeLeadForm(forms.Form):
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Leads from now on"), coerce=int, widget=forms.Select(attrs=CHOICE)
    )
    reason = reason_field(gettext_lazy("Why"))
    excuses = forms.BooleanField(
        label=gettext_lazy("nothing is asked of the former lead any more"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
    )

    def __init__(self, *args: object, lead: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        units = [unit for unit in units_in_use() if unit.pk != lead]
        self.units = {unit.pk: unit for unit in units}
        self.fields["unit"].choices = unit_choices(units)

    @property
    def chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


class NameForm(forms.Form):
    """Somebody of the unit or below it, not its students."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who does it"), coerce=int, widget=forms.Select(attrs=CHOICE))
    note = reason_field(gettext_lazy("Words to it (optional)"), required=False)

    def __init__(self, *args: object, part: Part, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.current().filter(unit__path__startswith=part.unit.path, person__is_active=True)
        posts = posts.exclude(role=Role.STUDENT).select_related("person").order_by("person__name", "person__number")
        self.people = {post.person_id: post.person for post in posts[:MOST_PEOPLE]}
        rows = [(key, str(person)) for key, person in self.people.items()]
        self.fields["person"].choices = [("", "—"), *rows]

    @property
    def chosen(self) -> Person:
        return self.people[self.cleaned_data["person"]]


class HandOverForm(NameForm):
    note = reason_field(gettext_lazy("Why"))


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to MOST_FILES; cleans to a list."""

    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> list[UploadedFile]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if self.required and not files:
            raise forms.ValidationError(_("A file is asked: attach it."))
        return [super(FilesField, self).clean(file, initial) for file in files[:MOST_FILES]]


class ReportForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Report"), max_length=LONGEST_REPORT, widget=forms.Textarea(attrs=AREA | {"rows": 5})
    )
    count = forms.IntegerField(
        label=gettext_lazy("Count"),
        min_value=0,
        max_value=2_000_000_000,
        widget=forms.NumberInput(attrs=TEXT | {"inputmode": "numeric"}),
    )
    files = FilesField(label=gettext_lazy("Attachments"), required=False, widget=FilesInput(attrs=TEXT))

    def __init__(self, *args: object, part: Part, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].required = part.wants_file
        if not part.wants_count:
            del self.fields["count"]


class ConfirmForm(forms.Form):
    note = reason_field(gettext_lazy("Words to it (optional)"), LONGEST_NOTE, required=False)


class ReturnForm(forms.Form):
    note = reason_field(gettext_lazy("What is missing"), LONGEST_NOTE)


class ReasonForm(forms.Form):
    reason = reason_field(gettext_lazy("Why"))


class CloseForm(forms.Form):
    note = reason_field(gettext_lazy("What came of it (optional)"), 500, required=False)


class ReopenForm(forms.Form):
    reason = reason_field(gettext_lazy("What is missing"), 500)


class UrgeForm(forms.Form):
    note = reason_field(gettext_lazy("Words to it (optional)"), required=False)


class AskExtensionForm(forms.Form):
    until = MomentField(label=gettext_lazy("More time until"))
    reason = reason_field(gettext_lazy("Why"))


class GrantExtensionForm(forms.Form):
    """The day is filled in with the one that was asked for."""

    until = MomentField(label=gettext_lazy("New day"))
    note = reason_field(gettext_lazy("Words to it (optional)"), required=False)


class RefuseExtensionForm(forms.Form):
    note = reason_field(gettext_lazy("Why there is no more time"))


class PauseForm(forms.Form):
    """Until an answer from outside is there: the number of the paper that went out, and what is waited for."""

    number = forms.CharField(
        label=gettext_lazy("Number of the paper that is waited for"),
        max_length=60,
        widget=forms.TextInput(attrs=TEXT | {"autocomplete": "off"}),
    )
    words = reason_field(gettext_lazy("What is waited for"))

    def __init__(self, *args: object, user: Person, part: Part, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.part = user, part

    def clean_number(self) -> str:
        try:
            subject = self.part.assignment.subject
            self.cause = find_cause(self.cleaned_data["number"], self.user, subject=subject)
        except UnableToFindCause as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["number"]


class CallForm(forms.Form):
    """Whom one spoke to or tried to reach, and what was said. `outcome` is said by the button where it was in vain."""

    person = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    note = forms.CharField(required=False, max_length=200)
    outcome = forms.ChoiceField(choices=[(code.value, code.label) for code in VAIN], required=False)

    def __init__(self, *args: object, people: list[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        self.fields["person"].choices = [(key, person.name) for key, person in self.people.items()]

    @property
    def chosen(self) -> Person | None:
        return self.people.get(self.cleaned_data.get("person"))
