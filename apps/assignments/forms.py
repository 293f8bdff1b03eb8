"""What people send about assignments. Forms check and convert; services do."""

from collections.abc import Iterable

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assignments.causes import UnableToFindCause, find_cause
from apps.assignments.enums import PartRole, Wants
from apps.assignments.models import Part
from apps.assignments.services.giving import PartWanted
from apps.core.clock import now
from apps.core.text import localized
from apps.notices.enums import CallOutcome
from apps.notices.forms import MomentField
from apps.people.enums import Role
from apps.people.models import Person, Post, Unit
from apps.questionnaires.models import FormVersion
from apps.questionnaires.services import newest_versions

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


class FormChoice(forms.ModelChoiceField):
    """The newest version of a form that may be sent out."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(newest_versions(), widget=forms.Select(attrs=CHOICE), **kwargs)

    def label_from_instance(self, obj: FormVersion) -> str:
        return str(obj.form)


class AsksFields(forms.Form):
    """What is asked of a unit."""

    asks = reason_field(gettext_lazy("What is asked"), 2000, required=False)
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("The report must hold"),
        choices=Wants,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )
    form = FormChoice(label=gettext_lazy("Form to fill in (optional)"), required=False)
    due_at = MomentField(label=gettext_lazy("Due"), required=False)

    def wanted(self, unit: Unit, role: str = PartRole.HELPER) -> PartWanted:
        data = self.cleaned_data
        return PartWanted(unit, role, data["asks"], data["due_at"], tuple(data["wants"]), data["form"])


class AddPartForm(AsksFields):
    """One more helping unit."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, widget=forms.Select(attrs=CHOICE))
    field_order = ("unit", "asks", "wants", "form", "due_at")

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
    field_order = ("units", "asks", "wants", "form", "due_at")

    def __init__(self, *args: object, part: Part, taken: Iterable[int] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        below = Unit.objects.under(part.unit).filter(is_active=True).exclude(pk=part.unit_id).order_by("path")
        self.below = {unit.pk: unit for unit in below if unit.pk not in set(taken)}
        self.fields["units"].choices = [(key, str(unit)) for key, unit in self.below.items()]
        self.fields["due_at"].required = part.due_at <= now()  # else it is the unit's own day

    def parts(self) -> list[PartWanted]:
        return [self.wanted(self.below[key]) for key in self.cleaned_data["units"]]


class ChangeLeadForm(forms.Form):
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Leads from now on"), coerce=int, widget=forms.Select(attrs=CHOICE)
    )
    due_at = MomentField(label=gettext_lazy("New day (optional)"), required=False)
    reason = reason_field(gettext_lazy("Why"))
    excuses = forms.BooleanField(
        label=gettext_lazy("nothing is asked of the former lead any more"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
    )

    def __init__(self, *args: object, lead: Part, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        units = [unit for unit in units_in_use() if unit.pk != lead.unit_id]
        if lead.due_at <= now():
            self.fields["due_at"].required, self.fields["due_at"].label = True, gettext_lazy("New day")
        self.units = {unit.pk: unit for unit in units}
        self.fields["unit"].choices = unit_choices(units)

    @property
    def chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


class ColleagueField(forms.CharField):
    """One of `people`, by number or whole name: of a unit too large for a list to choose from."""

    def __init__(self, *, people: QuerySet, **kwargs: object) -> None:
        widget = forms.TextInput(attrs=TEXT | {"autocomplete": "off"})
        hint = gettext_lazy("Number, or the whole name.")
        super().__init__(max_length=140, widget=widget, help_text=hint, **kwargs)
        self.people = people

    def clean(self, value: object) -> Person:
        text = super().clean(value)
        found = list(self.people.filter(Q(number__iexact=text) | Q(name=text))[:2])
        if len(found) > 1:
            raise forms.ValidationError(_("Several people of the unit have this name: type the number."))
        if not found:
            raise forms.ValidationError(_("Nobody of the unit has this number or name."))
        return found[0]


class NameForm(forms.Form):
    """Somebody of the unit or below it, not its students."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who does it"), coerce=int, widget=forms.Select(attrs=CHOICE))
    note = reason_field(gettext_lazy("Words to it (optional)"), required=False)

    def __init__(self, *args: object, part: Part, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.current().filter(unit__path__startswith=part.unit.path).exclude(role=Role.STUDENT)
        people = Person.objects.active().filter(pk__in=posts.values("person")).order_by("name", "number")
        found = list(people[: MOST_PEOPLE + 1])
        if len(found) > MOST_PEOPLE:
            self.fields["person"] = ColleagueField(label=self.fields["person"].label, people=people)
            return
        self.people = {person.pk: person for person in found}
        rows = [(key, str(person)) for key, person in self.people.items()]
        self.fields["person"].choices = [("", "—"), *rows]

    @property
    def chosen(self) -> Person:
        person = self.cleaned_data["person"]
        return person if isinstance(person, Person) else self.people[person]


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
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(count)s files at once.") % {"count": MOST_FILES})
        return [super(FilesField, self).clean(file, initial) for file in files]


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
    due_at = MomentField(label=gettext_lazy("New day (optional)"), required=False)


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


class SetDayForm(forms.Form):
    due_at = MomentField(label=gettext_lazy("New day"))
    reason = reason_field(gettext_lazy("Why"))


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
