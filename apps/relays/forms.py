"""Forms of this app: they check and convert, services do."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notices.audience_line import unit_choices
from apps.notices.enums import CallOutcome
from apps.notices.forms import MomentField
from apps.people.enums import Role, UnitKind
from apps.people.models import Person, Unit
from apps.relays.enums import Asked
from apps.relays.models import RelayLine
from apps.relays.services.extending import MAX_REASON as MAX_WISH
from apps.relays.services.reporting import MAX_EXCUSE, MAX_REASON, MAX_REPORT

AREA, CHECK, TEXT = {"class": "form-control", "rows": 3}, {"class": "form-check-input"}, {"class": "form-control"}
VAIN = [code for code in CallOutcome if code not in (CallOutcome.TOLD, CallOutcome.WRONG_NUMBER)]


class RelayForm(forms.Form):
    """Which units, what they are to do, and until when."""

    all_departments = forms.BooleanField(
        label=gettext_lazy("All departments"), required=False, widget=forms.CheckboxInput(attrs=CHECK)
    )
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple(attrs=CHECK)
    )
    asked = forms.ChoiceField(
        label=gettext_lazy("What the units do"), choices=Asked, widget=forms.RadioSelect(attrs=CHECK)
    )
    asks = forms.CharField(
        label=gettext_lazy("What to report"), required=False, max_length=2000, widget=forms.Textarea(attrs=AREA)
    )
    sign_by = MomentField(label=gettext_lazy("Sign by"), required=False)
    report_by = MomentField(label=gettext_lazy("Done by"), required=False)

    def __init__(self, *args: object, user: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = unit_choices(user)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not data.get("units") and not data.get("all_departments"):
            self.add_error("units", _("Choose at least one unit."))
        return data

    def chosen(self) -> list[Unit]:
        """The units, in the order of the tree; all departments are those that this person may write to."""
        allowed = [key for key, _name in self.fields["units"].choices]
        units = Unit.objects.filter(pk__in=allowed).order_by("path")
        wanted = set(self.cleaned_data["units"])
        with_all = self.cleaned_data["all_departments"]
        return [unit for unit in units if unit.pk in wanted or (with_all and unit.kind == UnitKind.DEPARTMENT)]


class PassOnForm(forms.Form):
    """The unit's own words above the notice, and to whom."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Only to"),
        choices=[(Role.STAFF, Role.STAFF.label), (Role.STUDENT, Role.STUDENT.label)],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )
    note = forms.CharField(
        label=gettext_lazy("Own words above it"), required=False, max_length=2000, widget=forms.Textarea(attrs=AREA)
    )


class PassDownForm(forms.Form):
    """The units below."""

    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units below"), coerce=int, widget=forms.CheckboxSelectMultiple(attrs=CHECK)
    )
    report_by = MomentField(label=gettext_lazy("Done by"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Own words above it"), required=False, max_length=2000, widget=forms.Textarea(attrs=AREA)
    )

    def __init__(self, *args: object, line: RelayLine, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        below = Unit.objects.under(line.unit).filter(is_active=True).exclude(pk=line.unit_id)
        self.below = {unit.pk: unit for unit in below.order_by("path")}
        self.fields["units"].choices = [(key, str(unit)) for key, unit in self.below.items()]

    def chosen(self) -> list[Unit]:
        return [self.below[key] for key in self.cleaned_data["units"]]


class ReportForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Report"), max_length=MAX_REPORT, widget=forms.Textarea(attrs=AREA | {"rows": 5})
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is missing"), max_length=MAX_REASON, widget=forms.Textarea(attrs=AREA | {"rows": 2})
    )


class ExcuseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=MAX_EXCUSE, widget=forms.TextInput(attrs=TEXT))


class AskExtensionForm(forms.Form):
    until = MomentField(label=gettext_lazy("More time until"))
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=MAX_WISH, widget=forms.Textarea(attrs=AREA | {"rows": 2})
    )


class GrantExtensionForm(forms.Form):
    """The day is filled in with the one that was asked for."""

    until = MomentField(label=gettext_lazy("New day"))
    note = forms.CharField(
        label=gettext_lazy("Note (optional)"), required=False, max_length=MAX_WISH, widget=forms.TextInput(attrs=TEXT)
    )


class RefuseExtensionForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why there is no more time"), max_length=MAX_WISH, widget=forms.TextInput(attrs=TEXT)
    )


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
