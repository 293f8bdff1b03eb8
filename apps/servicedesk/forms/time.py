"""Minutes spent, and what for."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models.time import MOST_MINUTES


class TimeForm(PortalForm):
    minutes = forms.IntegerField(
        label=gettext_lazy("minutes"),
        min_value=-MOST_MINUTES,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy("A mistake is taken back with a minus."),
    )
    word = forms.CharField(label=gettext_lazy("what for"), max_length=200)

    def clean_minutes(self) -> int:
        minutes = self.cleaned_data["minutes"]
        if minutes == 0:
            raise forms.ValidationError(gettext_lazy("Write at least one minute."))
        return minutes
