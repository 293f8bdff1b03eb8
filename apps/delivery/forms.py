"""What people type in the post room."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.delivery.enums import Cause, DeliveryState, Queue


class AssignForm(forms.Form):
    delivery = forms.IntegerField(
        label=_("Number of the delivery"),
        min_value=1,
        max_value=2**63 - 1,
        error_messages={"required": _("Give a number.")},
    )


class SettleForm(forms.Form):
    note = forms.CharField(
        label=_("Why nothing is to be done"), max_length=200, error_messages={"required": _("Say why, in a few words.")}
    )


class FilterForm(forms.Form):
    state = forms.ChoiceField(required=False, choices=[("", _("All states")), *DeliveryState.choices])
    queue = forms.ChoiceField(required=False, choices=[("", _("All queues")), *Queue.choices])
    q = forms.CharField(required=False, max_length=100, strip=True)


class RestFilterForm(forms.Form):
    cause = forms.ChoiceField(required=False, choices=[("", _("All causes")), *Cause.choices])
    q = forms.CharField(required=False, max_length=254, strip=True)


class SuppressForm(forms.Form):
    address = forms.EmailField(label=_("Mail address"), max_length=254)
    cause = forms.ChoiceField(label=_("Cause"), choices=Cause.choices, initial=Cause.OTHER)
    days = forms.IntegerField(
        label=_("For how many days"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Empty: until somebody lifts it."),
    )
    note = forms.CharField(label=_("Why, in a few words"), max_length=200)

    def until(self, at: datetime) -> datetime | None:
        """When the rest ends; None for one without end."""
        days = self.cleaned_data["days"]
        return at + timedelta(days=days) if days else None


class LiftForm(forms.Form):
    note = forms.CharField(max_length=200)
