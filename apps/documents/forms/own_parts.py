"""What single units are asked for, where it is not the same for all."""

from collections.abc import Iterable, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assignments.enums import Wants
from apps.documents.forms.base import DATE, DocumentForm
from apps.documents.services import UnitAsk
from apps.people.models import Unit

LINES, MOST = 12, 60


class OwnPartForm(DocumentForm):
    """One unit. `units`: all that can be named, asked for once for all lines. A line that says nothing of its own, or
    names no unit and says nothing, is passed over.
    """

    unit = forms.TypedChoiceField(label=gettext_lazy("unit"), coerce=int, empty_value=None, required=False)
    asks = forms.CharField(
        label=gettext_lazy("what is asked of it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("to be done by"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("its report must hold"),
        choices=Wants.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, units: Iterable[Unit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "—"), *((unit.pk, str(unit)) for unit in units)]

    @property
    def says(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("asks", "due_on", "wants"))

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if self.says and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Say for which unit this is."))
        return data

    def ask(self) -> UnitAsk:
        data = self.cleaned_data
        return UnitAsk(data["asks"], data["due_on"], tuple(data["wants"]))


class OwnParts(forms.BaseFormSet):
    """A line for each unit that there is, as far as they fit on a page."""

    def __init__(self, *args: object, units: Sequence[Unit], **kwargs: object) -> None:
        super().__init__(*args, form_kwargs={"units": units}, **kwargs)
        self.extra = min(len(units), LINES)

    def check_units(self, named: Iterable[int]) -> bool:
        """Each line is for a unit of the form, and no unit has two."""
        known, seen = set(named), set()
        for line in self.saying:
            unit = line.cleaned_data["unit"]
            if unit not in known:
                line.add_error("unit", _("This unit is neither the lead nor a helper."))
            elif unit in seen:
                line.add_error("unit", _("This unit stands here twice."))
            seen.add(unit)
        return not any(line.errors for line in self.saying)

    @property
    def saying(self) -> list[OwnPartForm]:
        return [line for line in self if line.says]

    @property
    def is_used(self) -> bool:
        """Something was typed: the lines are shown open."""
        return self.is_bound and any(line.errors or line.says for line in self)

    def asks(self) -> dict[int, UnitAsk]:
        """By the key of the unit."""
        return {line.cleaned_data["unit"]: line.ask() for line in self.saying}


OwnPartSet = forms.formset_factory(OwnPartForm, formset=OwnParts, extra=LINES, max_num=MOST, absolute_max=MOST)
