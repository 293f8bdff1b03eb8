"""What people type in the post room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.delivery.enums import DeliveryState, Queue


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
