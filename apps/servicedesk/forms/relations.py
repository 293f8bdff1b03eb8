"""Links to other requests, merging, splitting."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.servicedesk.enums import LINK_BACK, LinkKind
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Service

WAITS = "waits"  # the other one blocks this
KINDS = [
    (LinkKind.RELATES, LinkKind.RELATES.label),
    (LinkKind.FOLLOWS, LinkKind.FOLLOWS.label),
    (LinkKind.BLOCKS, LinkKind.BLOCKS.label),
    (WAITS, LINK_BACK[LinkKind.BLOCKS]),
]


class OtherForm(PortalForm):
    """Which other request; its key is looked up among those that the person sees."""

    other = forms.IntegerField(
        label=gettext_lazy("the other request"),
        error_messages={"required": gettext_lazy("Choose a request first.")},
    )


class LinkForm(OtherForm):
    kind = forms.ChoiceField(label=pgettext_lazy("request", "this request"), choices=KINDS)


class MergeForm(OtherForm):
    note = forms.CharField(label=gettext_lazy("reason"), max_length=500)


class SplitForm(PortalForm):
    """What goes into the new request: `answers` as (key, label), `messages` as (key, first words)."""

    service = forms.ModelChoiceField(label=gettext_lazy("service"), queryset=Service.objects.none())
    answers = forms.MultipleChoiceField(
        label=gettext_lazy("answers to take along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    messages = forms.TypedMultipleChoiceField(
        label=gettext_lazy("messages to take along"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=gettext_lazy("reason"), max_length=500, required=False)

    def __init__(
        self, *args: object, services: object, answers: list[tuple], messages: list[tuple], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services
        self.fields["answers"].choices = answers
        self.fields["messages"].choices = messages
