"""What is asked before one act on many requests."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.servicedesk.enums import Priority
from apps.servicedesk.forms.base import PortalForm, long_text


class ManyReturnForm(PortalForm):
    note = long_text(
        gettext_lazy("what is wrong and what is needed"),
        help_text=gettext_lazy("Every requester reads these words and may change all answers. The clocks stop."),
    )


class ManyCompleteForm(PortalForm):
    note = long_text(gettext_lazy("word to the requesters"), required=False)


class ManyMessageForm(PortalForm):
    note = long_text(gettext_lazy("message"))
    internal = forms.BooleanField(label=gettext_lazy("internal note"), required=False)


class ManyPriorityForm(PortalForm):
    priority = forms.TypedChoiceField(label=gettext_lazy("priority"), choices=Priority.choices, coerce=int)
    note = forms.CharField(label=gettext_lazy("reason"), max_length=500, required=False)
