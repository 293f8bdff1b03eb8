"""The upload of a list of people, and the lists that a rule holds already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.imports.reading import Unreadable
from apps.journal.file_names import clean_name
from apps.notices.audience import NumberFile
from apps.notices.audience_words import file_words
from apps.notices.number_list import NumberList, read_numbers
from apps.notices.preview import unknown_numbers

SHOWN = 20
MOST_FILES = 5
SALT = "notices.numbers"


@dataclass(frozen=True)
class ListFile:
    """What the history says of a list, and the list."""

    name: str
    content: NumberList

    def as_file(self, day: date) -> NumberFile:
        """As it is kept in a rule; `day`: when it was read."""
        numbers = tuple(number for _line, number in self.content.numbers)
        return NumberFile(self.name, day.isoformat(), self.content.sha256, numbers)

    def doubled_words(self) -> list[str]:
        """The numbers that stand in the file more than once, each with its line."""
        return _told(self.content.doubled, _("Line %(line)s: the number %(number)s stands in the list before."))


class NumbersFileField(forms.FileField):
    """A table with a column of numbers. Each that belongs to nobody is told with its line."""

    widget = forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx", "class": "form-control"})

    def clean(self, value: UploadedFile | None, initial: object = None) -> ListFile | None:
        uploaded = super().clean(value, initial)
        if not uploaded:
            return None
        try:
            content = read_numbers(uploaded.read())
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        unknown = unknown_numbers(number for _line, number in content.numbers)
        if wrong := [(line, number) for line, number in content.numbers if number in unknown]:
            raise forms.ValidationError(_told(wrong, _("Line %(line)s: nobody here has the number %(number)s.")))
        return ListFile(clean_name(uploaded.name), content)


class KeptFilesField(forms.Field):
    """Lists that were read before, each a ticked box that carries its numbers, sealed: what a file was called is later
    the reason why somebody got the notice, and nobody is to make that up.
    """

    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})

    def offer(self, values: Iterable[str]) -> None:
        """Show a box for each of the sealed lists."""
        self.widget.choices = [(value, file_words(file)) for value in values if (file := unsealed(value))]

    def clean(self, value: Iterable[str] | None) -> list[NumberFile]:
        files = [unsealed(each) for each in value or ()]
        if None in files:
            raise forms.ValidationError(_("A list could not be read any more. Choose its file again."))
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)s lists. Untick some.") % {"most": MOST_FILES})
        return list(dict.fromkeys(files))


def sealed(file: NumberFile) -> str:
    return signing.Signer(salt=SALT).sign_object(file.as_json(), compress=True)


def unsealed(value: str) -> NumberFile | None:
    """None when it was not sealed by us."""
    try:
        return NumberFile.from_json(signing.Signer(salt=SALT).unsign_object(value))
    except (signing.BadSignature, ValueError, KeyError):
        return None


def _told(places: list[tuple[int, str]], words: str) -> list[str]:
    told = [words % {"line": line, "number": number} for line, number in places[:SHOWN]]
    if len(places) > SHOWN:
        told.append(_("… and %(count)s more.") % {"count": len(places) - SHOWN})
    return told
