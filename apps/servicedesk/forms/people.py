"""Somebody is to take part in a request."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.finding import UnableToFind, find_known_person, find_person
from apps.people.models import Person
from apps.servicedesk.forms.base import PortalForm


class RightsForm(PortalForm):
    may_act = forms.BooleanField(label=gettext_lazy("may write, answer and correct for the requester"), required=False)
    sees_papers = forms.BooleanField(label=gettext_lazy("may open the papers"), required=False)


class AddPersonForm(RightsForm):
    """The office finds people by number or name; others must know both, so that nothing is learned by trying."""

    number = forms.CharField(label=gettext_lazy("number of the person"), max_length=40, required=False)
    name = forms.CharField(label=gettext_lazy("name of the person"), max_length=80, required=False)
    field_order = ("number", "name", "may_act", "sees_papers")

    def __init__(self, *args: object, asker: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asker = asker

    def clean(self) -> dict[str, object]:
        data = super().clean()
        number, name = data.get("number", "").strip(), data.get("name", "").strip()
        try:
            data["person"] = self.find(number, name)
        except UnableToFind as error:
            self.add_error("number", str(error))
        return data

    def find(self, number: str, name: str) -> Person:
        if self.asker.is_office and (number or name) and not (number and name):
            return find_person(number or name)
        if not (number and name):
            raise UnableToFind(_("Type the number and the name of the person."))
        return find_known_person(number=number, name=name)
