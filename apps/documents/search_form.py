"""What somebody types to find a document."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.documents.enums import Direction, Kind, State
from apps.documents.search import LONGEST, Asked
from apps.people.finding import BOTH, UnableToFind, find_by_both, find_person
from apps.people.models import Person
from apps.tasks.forms import BY_ONE, PersonField

TEXT, SELECT, DATE = ({"class": css} for css in ("form-control", "form-select", "form-control"))
ALL = [("", pgettext_lazy("filter", "all"))]


def find_anybody(text: str) -> Person:
    """As `find_person`, also somebody who has left: their papers stay. Raises UnableToFind."""
    try:
        return find_person(text)
    except UnableToFind:
        left = Person.objects.filter(number__iexact=" ".join(text.split())).first()
        if left is None:
            raise
        return left


class SearchForm(forms.Form):
    """Each field is one condition; all that are filled must hold."""

    q = forms.CharField(label=gettext_lazy("words or number"), max_length=LONGEST, required=False)
    sender = forms.CharField(label=pgettext_lazy("official document", "sender"), max_length=LONGEST, required=False)
    person = PersonField(label=gettext_lazy("person"), required=False)
    direction = forms.ChoiceField(label=gettext_lazy("direction"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("state"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), required=False)
    since = forms.DateField(label=gettext_lazy("entered from"), required=False)
    until = forms.DateField(label=gettext_lazy("entered until"), required=False)

    def __init__(self, *args: object, asker: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        person.find = find_anybody if asker.is_office else find_by_both
        person.help_text = BY_ONE if asker.is_office else BOTH
        person.widget.attrs["placeholder"] = person.help_text
        for name, choices in (("direction", Direction), ("state", State), ("kind", Kind)):
            self.fields[name].choices = [*ALL, *choices.choices]
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs=DATE | {"type": "date"}, format="%Y-%m-%d")
        self.fields["sender"].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first."))
        return data

    def asked(self) -> Asked | None:
        """What is looked for; None when nothing is, or a field is wrong."""
        if not self.is_valid() or not any(self.cleaned_data.values()):
            return None
        fields = {"text": "q"} | {name: name for name in self.fields if name != "q"}
        return Asked(**{name: self.cleaned_data[field] for name, field in fields.items()})
