"""What requesters send: words, ratings, reasons."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person
from apps.servicedesk.forms.base import FilesField, PortalForm, long_text
from apps.servicedesk.models import AskedBy


class PeopleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}（{obj.number}）"


class MessageForm(PortalForm):
    """A word to the other side; `internal` and `mentioned` count only for the office."""

    body = long_text(gettext_lazy("message"))
    files = FilesField(label=gettext_lazy("attachments"), required=False)
    internal = forms.BooleanField(label=gettext_lazy("internal note"), required=False)
    mentioned = PeopleChoice(label=gettext_lazy("mention"), queryset=Person.objects.none(), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].queryset = Person.objects.active().with_role(*OFFICE_ROLES).order_by("name", "pk")


class AnswerForm(PortalForm):
    body = long_text(gettext_lazy("your answer"))
    files = FilesField(label=gettext_lazy("attachments"), required=False)


class ReasonForm(PortalForm):
    """For every move that needs a reason and nothing else."""

    note = long_text(gettext_lazy("reason"))


class RateForm(PortalForm):
    SCORES = (
        (5, gettext_lazy("very good")),
        (4, gettext_lazy("good")),
        (3, gettext_lazy("fair")),
        (2, gettext_lazy("poor")),
        (1, gettext_lazy("very poor")),
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How was it?"), choices=SCORES, coerce=int, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, object]:
        """A poor mark needs a reason: it is what the office can act on."""
        data = super().clean()
        if data.get("rating", 5) <= 2 and not data.get("note"):
            self.add_error("note", _("Please say what was wrong, so that it can be mended."))
        return data


class ShareForm(PortalForm):
    """For the office: the requester asked for the link."""

    word = forms.BooleanField(
        label=gettext_lazy("The requester asked me for it"),
        error_messages={"required": gettext_lazy("Make a link only when the requester asks for it.")},
    )


AT_THE_PAGE = [choice for choice in AskedBy.choices if choice[0] not in (AskedBy.PROGRAM, AskedBy.REQUEST)]


class OnBehalfForm(PortalForm):
    """For whom the office files: by number, how the person asked, and that they agreed."""

    number = forms.CharField(label=gettext_lazy("number of the person"), max_length=40, required=False)
    asked_by = forms.ChoiceField(
        label=gettext_lazy("how the person asked"), choices=[("", "—"), *AT_THE_PAGE], required=False
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("The person agreed that I file this in their name"),
        required=False,
        help_text=gettext_lazy("You answer for it. The person is told, and can object."),
    )
    consent = forms.CharField(
        label=gettext_lazy("anything else about it"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: at 10:20, with the student card."),
    )

    def __init__(self, *args: object, asker: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asker = asker

    def clean_number(self) -> str:
        number = self.cleaned_data["number"].strip()
        if number and self.find(number) is None:
            raise forms.ValidationError(_("Nobody has the number %(number)s.") % {"number": number})
        return number

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("number") and not data.get("asked_by"):
            self.add_error("asked_by", _("Say how the person asked; it is kept with the request."))
        if data.get("number") and not data.get("agreed"):
            self.add_error("agreed", _("File for somebody else only when they agreed."))
        return data

    def find(self, number: str) -> Person | None:
        people = Person.objects.visible_to(self.asker).active()
        return people.filter(number__iexact=number).first()

    @property
    def person(self) -> Person:
        """For whom: the person named, else the one who files."""
        number = self.cleaned_data.get("number", "")
        return (self.find(number) if number else None) or self.asker
