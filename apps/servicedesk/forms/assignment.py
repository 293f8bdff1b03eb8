"""To whom the requests of a service are given."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person, Unit
from apps.servicedesk.enums import AssignmentKind
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.forms.handling import PersonChoice
from apps.servicedesk.models import Service

SPARE_LINES = 3
MOST_LINES = 60


def handlers() -> object:
    return Person.objects.active().with_role(*HANDLER_ROLES).order_by("name", "pk")


class AssignmentForm(PortalForm):
    """Kind and who knows the service; the lines of units stand in `lines`, one form each."""

    kind = forms.ChoiceField(
        label=gettext_lazy("new requests are given"), choices=AssignmentKind.choices, widget=forms.RadioSelect
    )
    skilled = forms.ModelMultipleChoiceField(
        label=gettext_lazy("who knows this service"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    counts_time = forms.BooleanField(
        label=gettext_lazy("handlers write down the time they spend"),
        required=False,
        help_text=gettext_lazy("The requester never sees it."),
    )

    def __init__(self, *args: object, service: Service, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skilled"].queryset = handlers()
        self.fields["skilled"].label_from_instance = lambda person: person.name
        kept = [{"unit": row.unit_id, "person": row.person_id} for row in service.unit_handlers.order_by("pk")]
        self.lines = LineFormSet(self.data if self.is_bound else None, initial=kept, prefix="line")
        share_choices(self.lines)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.lines.is_valid()])

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("kind") == AssignmentKind.BY_SKILL and not data.get("skilled"):
            self.add_error("skilled", _("Choose at least one person who knows it."))
        if data.get("kind") == AssignmentKind.BY_UNIT and self.lines.is_valid() and not self.by_unit():
            self.add_error("kind", _("Name at least one unit and its handler."))
        return data

    def by_unit(self) -> dict[int, int]:
        """{unit: handler} of the filled lines."""
        filled = [line.cleaned_data for line in self.lines if line.cleaned_data.get("unit")]
        return {data["unit"].pk: data["person"].pk for data in filled}


class LineForm(PortalForm):
    unit = forms.ModelChoiceField(
        label=gettext_lazy("unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("choose a unit"),
    )
    person = PersonChoice(
        label=gettext_lazy("handler"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("choose a handler"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("path")
        self.fields["person"].queryset = handlers()

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if bool(data.get("unit")) != bool(data.get("person")) and not self.errors:
            self.add_error("person", _("Choose both, the unit and its handler."))
        return data


def share_choices(lines: forms.BaseFormSet) -> None:
    """Units and handlers are asked for once, not by each line."""
    fields = lines.empty_form.fields
    for name, choices in [(name, list(field.choices)) for name, field in fields.items()]:
        for line in lines:
            line.fields[name].choices = choices


LineFormSet = forms.formset_factory(LineForm, extra=SPARE_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES)
