"""Forms of who may read, of links, and of the list."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.core.text import localized
from apps.documents.enums import Access, Kind, LinkKind, State
from apps.documents.forms.base import DATE, DocumentForm, OtherField, PersonField, reason_field, units
from apps.documents.models import UrgencyLevel
from apps.people.models import Person, Unit


class AccessForm(DocumentForm):
    access = forms.ChoiceField(label=gettext_lazy("who may read it"), choices=Access.choices)
    reason = reason_field()


class LetInForm(DocumentForm):
    """A person or a unit (then its secretary and head), and why they need to know."""

    person = PersonField(label=gettext_lazy("person"), required=False)
    unit = forms.ModelChoiceField(label=gettext_lazy("or unit"), queryset=None, required=False)
    words = reason_field(gettext_lazy("why they need to know"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units()

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if "person" not in self.errors and bool(data.get("person")) == bool(data.get("unit")):
            raise forms.ValidationError(_("Name one person, or one unit."))
        return data

    def who(self) -> Person | Unit:
        return self.cleaned_data["person"] or self.cleaned_data["unit"]


KINDS = [
    *((kind.value, kind.label) for kind in LinkKind),
    *((f"back-{kind.value}", label) for kind, label in (
        (LinkKind.REPLIES_TO, gettext_lazy("is answered by")),
        (LinkKind.IMPLEMENTS, gettext_lazy("is implemented by")),
        (LinkKind.SUPERSEDES, gettext_lazy("is superseded by")),
        (LinkKind.ANNEX_OF, gettext_lazy("has the annex")),
    )),
]  # fmt: skip


class LinkForm(DocumentForm):
    """What this document is to the other, or the other to this."""

    kind = forms.ChoiceField(label=gettext_lazy("this document"), choices=KINDS)
    other = OtherField(label=gettext_lazy("number of the other"))


class ListFilter(DocumentForm):
    """What the register shows."""

    q = forms.CharField(max_length=100, required=False)
    sender = forms.CharField(label=gettext_lazy("sender"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("state"), choices=[("", gettext_lazy("any")), *State.choices], required=False
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("document", "kind"), choices=[("", gettext_lazy("any")), *Kind.choices], required=False
    )
    urgency = forms.ModelChoiceField(
        label=gettext_lazy("urgency"), queryset=None, required=False, empty_label=gettext_lazy("any")
    )
    handler = PersonField(label=pgettext_lazy("document", "handler"), required=False, help_text="")
    since = forms.DateField(label=gettext_lazy("registered from"), required=False, widget=forms.DateInput(attrs=DATE))
    until = forms.DateField(label=gettext_lazy("to"), required=False, widget=forms.DateInput(attrs=DATE))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["urgency"].queryset = UrgencyLevel.objects.order_by("profile", "rank")
        self.fields["urgency"].label_from_instance = lambda row: localized(row.name)

    def chosen(self) -> dict[str, object]:
        """What was asked for, once it is in order."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
