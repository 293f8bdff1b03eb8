"""What people type in the post room."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.delivery.channels.robot import token_in
from apps.delivery.channels.web_push import are_keys, host_of
from apps.delivery.enums import Cause, Channel, DeliveryState, Queue, RobotKind
from apps.people.models import Unit


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


class BrowserForm(forms.Form):
    """What a browser says of itself when a person turns notifications on; nobody types it."""

    WRONG = _("The browser gave no address that can be used. Try again, or use another browser.")
    endpoint = forms.CharField(max_length=1000, error_messages={"required": WRONG, "max_length": WRONG})
    p256dh = forms.CharField(max_length=120, error_messages={"required": "", "max_length": WRONG})
    auth = forms.CharField(max_length=40, error_messages={"required": "", "max_length": WRONG})

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not self.errors and not (host_of(data["endpoint"]) and are_keys(data["p256dh"], data["auth"])):
            self.add_error(None, self.WRONG)
        return data


class FilterForm(forms.Form):
    state = forms.ChoiceField(required=False, choices=[("", _("All states")), *DeliveryState.choices])
    queue = forms.ChoiceField(required=False, choices=[("", _("All queues")), *Queue.choices])
    channel = forms.ChoiceField(required=False, choices=[("", _("All ways")), *Channel.choices])
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


class RobotForm(forms.Form):
    """A robot of a chat group. What is secret is typed in and never shown: a password field gives nothing back."""

    name = forms.CharField(label=_("Name of the group"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=RobotKind.choices)
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.filter(is_active=True).order_by("path"),
        required=False,
        empty_label=_("whole college"),
    )
    address = forms.CharField(
        label=_("Address of the robot (webhook)"),
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("As the chat group shows it. It is stored encrypted and never shown again; empty keeps it."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Only where the robot asks for signatures."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("address") and data.get("kind"):
            data["token"] = token_in(data["address"], RobotKind(data["kind"]))
            if not data["token"]:
                self.add_error("address", _("This is not an address of a robot of this kind."))
        return data
