"""What is decided about a mail that waits for a person."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.models import Person
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Request, Service

ANSWER_CHOICES = (
    ("use_portal", gettext_lazy("write in the portal: nothing says which request it is about")),
    ("own_address", gettext_lazy("answer from your own address: another one was used")),
    ("not_readable", gettext_lazy("write anew: encrypted or damaged")),
)


class PlaceForm(PortalForm):
    """The request by its number, among those that this person sees."""

    number = forms.CharField(label=gettext_lazy("number of the request"), max_length=40)
    internal = forms.BooleanField(label=gettext_lazy("internal note"), required=False)

    def __init__(self, *args: object, user: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Request:
        number = self.cleaned_data["number"].strip()
        found = Request.objects.visible_to(self.user).filter(number__iexact=number).first() if number else None
        if found is None:
            raise forms.ValidationError(_("There is no request with the number %(number)s.") % {"number": number})
        return found


class FileForForm(PortalForm):
    """For whom, and which service."""

    service = forms.ModelChoiceField(label=gettext_lazy("service"), queryset=Service.objects.none())
    number = forms.CharField(label=gettext_lazy("number of the person"), max_length=40)

    def __init__(self, *args: object, user: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["service"].queryset = Service.objects.visible_to(user).order_by("area__order", "order", "pk")

    def clean_number(self) -> Person:
        number = self.cleaned_data["number"].strip()
        found = Person.objects.visible_to(self.user).active().filter(number__iexact=number).first() if number else None
        if found is None:
            raise forms.ValidationError(_("Nobody has the number %(number)s.") % {"number": number})
        return found


class AnswerMailForm(PortalForm):
    words = forms.ChoiceField(label=gettext_lazy("answer"), choices=ANSWER_CHOICES, widget=forms.RadioSelect)


class DiscardForm(PortalForm):
    note = forms.CharField(label=gettext_lazy("why nothing is to be done"), max_length=200)
