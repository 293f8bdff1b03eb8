"""What the pages of programs take in."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.interfaces.enums import FOLLOWED, LONGEST_DAYS, Scope
from apps.interfaces.models import Integration, Subscription
from apps.people.models import Person
from apps.servicedesk.models import Service

DAYS = ((30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (180, gettext_lazy("half a year")))


class IntegrationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=80)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.CharField(
        label=gettext_lazy("Acts in the name of (number)"),
        max_length=40,
        help_text=gettext_lazy(
            "It may never do what this person may not. The person is told, has to confirm it, and can end it."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_owner(self) -> Person:
        number = self.cleaned_data["owner"].strip()
        found = Person.objects.active().filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("Nobody active has the number %(number)s.") % {"number": number})
        return found

    @classmethod
    def of(cls, row: Integration) -> dict[str, object]:
        return {"name": row.name, "purpose": row.purpose, "owner": row.owner.number, "version": row.version}


class TokenForm(forms.Form):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Lasts"), choices=[*DAYS, (LONGEST_DAYS, gettext_lazy("a year"))], coerce=int, initial=90
    )
    networks = forms.CharField(
        label=gettext_lazy("Only from these networks"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line, like 10.1.0.0/16. Empty: from anywhere."),
    )

    def clean_networks(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["networks"].replace(",", "\n").splitlines() if line.strip()]


class SubscriptionForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Called by https. Hosts inside the campus must be allowed in the settings."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Is told when"),
        choices=[(kind.value, kind.label) for kind in FOLLOWED],
        widget=forms.CheckboxSelectMultiple,
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Of these services"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("None chosen: of all."),
    )
    with_names = forms.BooleanField(
        label=gettext_lazy("With the requester's name and number"),
        required=False,
        help_text=gettext_lazy("Without it only numbers and states are sent; who wants more reads it by the API."),
    )
    a_minute = forms.IntegerField(label=gettext_lazy("Calls a minute at most"), min_value=1, max_value=600, initial=60)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        rows = Service.objects.order_by("area__order", "order", "pk")
        self.fields["services"].choices = [(row.code, str(row)) for row in rows]

    @classmethod
    def of(cls, row: Subscription) -> dict[str, object]:
        names = ("url", "events", "services", "with_names", "a_minute", "version")
        return {name: getattr(row, name) for name in names}


class CopyForm(forms.Form):
    """Whose data, and why."""

    number = forms.CharField(label=gettext_lazy("Number of the person"), max_length=40)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_number(self) -> Person:
        number = self.cleaned_data["number"].strip()
        found = Person.objects.filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has the number %(number)s.") % {"number": number})
        return found
