"""What the forms of official documents have in common: their look, people by number or name, documents by number."""

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.documents.models import Document
from apps.people.enums import UnitKind
from apps.people.finding import UnableToFind, find_by_both, finder_of
from apps.people.models import Person, Unit

CSS = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
DATE = {"type": "date"}
MOST_PEOPLE = 60
FINDS = {
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "#found-documents",
    "hx-swap": "innerHTML",
    "list": "found-documents",
    "autocomplete": "off",
}


class DocumentForm(forms.Form):
    """`asker` is who names people and documents in it. `clashes`: somebody else saved while it was open."""

    clashes = False

    def __init__(self, *args: object, asker: Person | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asker = asker
        for field in self.fields.values():
            if isinstance(field, PersonField | PeopleField | OtherField):
                field.asker = asker
            if isinstance(field, OtherField):
                field.widget.attrs |= {"hx-get": reverse("documents:find")} | FINDS
            css = next((css for kind, css in CSS.items() if isinstance(field.widget, kind)), "form-control")
            if not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
                field.widget.attrs.setdefault("class", css)

    def goes_on_from(self, text: str) -> None:
        """Somebody saved meanwhile: sent again as it is, it counts beside the line with the mark `text`."""
        self.clashes = True
        self.data = self.data.copy()
        self.data["text"] = text


class PersonField(forms.CharField):
    """A person: for the office by number or whole name, for others by both."""

    asker: Person | None = None

    def __init__(self, **kwargs: object) -> None:
        hint = gettext_lazy("number, or the whole name")
        super().__init__(**{"max_length": 140, "help_text": hint} | kwargs)

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        find = finder_of(self.asker) if self.asker else find_by_both
        try:
            return find(text)
        except UnableToFind as error:
            raise forms.ValidationError(str(error)) from error


class PeopleField(forms.CharField):
    """Several people, a line or a comma between them; cleans to a list without doubles."""

    asker: Person | None = None

    def __init__(self, **kwargs: object) -> None:
        hint = gettext_lazy("Numbers or whole names, in this order; a line or a comma between them.")
        area = forms.Textarea(attrs={"rows": 3})
        super().__init__(**{"max_length": 4000, "help_text": hint, "widget": area} | kwargs)

    def clean(self, value: object) -> list[Person]:
        text = super().clean(value)
        for sign in "、，,；;":
            text = text.replace(sign, "\n")
        names = [line.strip() for line in text.splitlines() if line.strip()]
        if len(names) > MOST_PEOPLE:
            words = _("At most %(most)d people at once. For more, issue a notice.")
            raise forms.ValidationError(words % {"most": MOST_PEOPLE})
        find = finder_of(self.asker) if self.asker else find_by_both
        found, wrong = [], []
        for name in names:
            try:
                found.append(find(name))
            except UnableToFind as error:
                wrong.append(str(error))
        if wrong:
            raise forms.ValidationError(wrong)
        return list(dict.fromkeys(found))


class OtherField(forms.CharField):
    """Another document by its number; only one that the asker may read is found."""

    asker: Person | None = None

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 400} | kwargs)

    def clean(self, value: object) -> Document | None:
        text = super().clean(value).strip()
        if not text:
            return None
        rows = Document.objects.visible_to(self.asker) if self.asker else Document.objects.none()
        found = rows.filter(number=text.split()[0]).first()
        if found is None:
            raise forms.ValidationError(_("No document that you may read has this number."))
        return found


def units() -> QuerySet:
    rows = Unit.objects.filter(is_active=True).exclude(kind__in=[UnitKind.CLASS, UnitKind.PROGRAMME])
    return rows.order_by("path")


def reason_field(label: object = gettext_lazy("why"), **kwargs: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)
