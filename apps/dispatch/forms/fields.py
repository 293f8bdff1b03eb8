"""Fields that the forms of outgoing papers share."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import localized
from apps.people.finding import BOTH, Finder, UnableToFind, find_by_both, finder_of
from apps.people.models import Person, Unit

CSS = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input", forms.SelectMultiple: "form-select"}
CHECK = {"class": "form-check-input"}
AREA = {"rows": 3, "class": "form-control"}
MOST_LINES = 60


class PaperForm(forms.Form):
    """A form whose fields look like the rest of the portal; `asker` is who names people in it."""

    def __init__(self, *args: object, asker: Person | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField | PeopleField) and asker:
                field.asked_by(asker)
            css = next((css for kind, css in CSS.items() if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", css)


class PersonField(forms.CharField):
    """A person by number and name; for the office by number, or by a name that only one active person bears."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 140, "help_text": BOTH} | kwargs)
        self.find: Finder = find_by_both

    def asked_by(self, asker: Person) -> None:
        self.find = finder_of(asker)
        self.help_text = gettext_lazy("number, or the whole name") if asker.is_office else BOTH

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        return self.found(text)

    def found(self, text: str) -> Person:
        try:
            return self.find(text)
        except UnableToFind as error:
            raise forms.ValidationError(str(error)) from error


class PeopleField(PersonField):
    """People, one in a line; cleans to a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 3000} | kwargs)

    def clean(self, value: object) -> list[Person]:
        text = forms.CharField.clean(self, value)
        return [self.found(line) for line in lines_of(text)]


class LinesField(forms.CharField):
    """Words, one entry in a line; cleans to a list without doubles."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, longest: int = 200, **kwargs: object) -> None:
        self.longest = longest
        super().__init__(**{"max_length": 6000, "required": False} | kwargs)

    def prepare_value(self, value: object) -> object:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: object) -> list[str]:
        found = lines_of(super().clean(value))
        if any(len(line) > self.longest for line in found):
            raise forms.ValidationError(_("A line has at most %(most)d characters.") % {"most": self.longest})
        if len(found) > MOST_LINES:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        return found


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


def lines_of(text: str) -> list[str]:
    """The lines that have words, each once, without blanks at their ends and without characters of control."""
    clean = ("".join(char for char in line if char.isprintable()).strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in clean if line))


def unit_field(label: str, *, required: bool = False, help_text: str = "") -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        coerce=int,
        required=required,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )


def all_units() -> list[tuple[int, str]]:
    """Units in the order of the tree, indented (one query): a paper may go to any of them, whoever drafts it."""
    units = Unit.objects.filter(is_active=True, entry_year__isnull=True).order_by("path")
    return [(unit.pk, "\u2003" * (unit.path.count("/") - 1) + localized(unit.name)) for unit in units]
