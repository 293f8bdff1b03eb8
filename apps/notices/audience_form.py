"""A saved audience: give a rule a name, change it, say for whom it is kept."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.notices.audience_fields import AudienceFields, initial_of_rule
from apps.notices.models import SavedAudience
from apps.notices.rules import can_address_all
from apps.people.models import Person, Unit


class SaveAudienceForm(forms.Form):
    name = forms.CharField(max_length=80)


class AudienceForm(AudienceFields):
    """Name, rule and for whom; the lines of the rule are LineFormSets."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=pgettext_lazy("audience", "Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Kept for"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(
        self, *args: object, user: Person, units: list[tuple[int, str]], at: datetime, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        whole = [("", _("the whole office"))] if can_address_all(user) else []
        self.fields["unit"].choices = [*whole, *units]
        self.fields["unit"].required = not whole
        self.offer_audience(user, at)

    def kept_for(self) -> Unit | None:
        """For whom it is kept; None: the whole office."""
        key = self.cleaned_data["unit"]
        return Unit.objects.get(pk=key) if key else None


def initial_of(audience: SavedAudience) -> dict[str, object]:
    """How a saved audience stands in AudienceForm."""
    words = {"name": audience.name, "unit": audience.unit_id or "", "version": audience.version}
    return words | initial_of_rule(audience.as_rule)
