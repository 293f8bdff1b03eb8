"""Forms of this app: they check and convert, services do."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.people.forms import PersonByNumberField
from apps.reports.enums import Rhythm


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=pgettext_lazy("summary", "How often"), choices=Rhythm.choices, initial=Rhythm.MONTHLY
    )


class SubscribeForm(RhythmForm):
    person = PersonByNumberField(label=gettext_lazy("Person (number)"), max_length=40)
    field_order = ["person", "rhythm"]
