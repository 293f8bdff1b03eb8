"""Forms about how long people are named."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.people.models import Person
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Request, Service


class RetentionForm(PortalForm):
    known = forms.IntegerField(widget=forms.HiddenInput)
    days = forms.IntegerField(
        label=gettext_lazy("days after closing"),
        min_value=30,
        max_value=36_500,
        required=False,
        help_text=gettext_lazy("Empty: the person is never removed. Five years are 1826 days."),
    )


class HoldForm(PortalForm):
    """What is held: one request, one person or one service; why, and until when."""

    number = forms.CharField(label=gettext_lazy("number of a request"), max_length=40, required=False)
    person_number = forms.CharField(label=gettext_lazy("or number of a person"), max_length=40, required=False)
    service = forms.ModelChoiceField(
        label=gettext_lazy("or a service"),
        queryset=Service.objects.order_by("area__order", "order", "pk"),
        required=False,
        empty_label="—",
    )
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=300)
    until = forms.DateField(
        label=pgettext_lazy("hold", "until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until it is lifted."),
    )

    def clean_number(self) -> Request | None:
        text = self.cleaned_data["number"].strip()
        if not text:
            return None
        found = Request.objects.filter(number__iexact=text).first()
        if found is None:
            raise forms.ValidationError(_("There is no request of this number."))
        return found

    def clean_person_number(self) -> Person | None:
        text = self.cleaned_data["person_number"].strip()
        if not text:
            return None
        found = Person.objects.filter(number__iexact=text).first()
        if found is None:
            raise forms.ValidationError(_("There is no person of this number."))
        return found

    def clean(self) -> dict[str, object]:
        data = super().clean()
        named = [data.get(name) for name in ("number", "person_number", "service")]
        if not self.errors and sum(each is not None for each in named) != 1:
            self.add_error(None, _("Name one request, one person or one service."))
        return data

    def subject(self) -> dict[str, object]:
        data = self.cleaned_data
        named = {"request": data["number"], "person": data["person_number"], "service": data["service"]}
        return {name: value for name, value in named.items() if value is not None}
