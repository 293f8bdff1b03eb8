"""The upload of a list of people."""

from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.imports.reading import Unreadable
from apps.journal.file_names import clean_name
from apps.notices.number_list import NumberList, read_numbers
from apps.notices.preview import unknown_numbers

SHOWN = 20


@dataclass(frozen=True)
class ListFile:
    """What the history says of a list, and the list."""

    name: str
    content: NumberList

    @property
    def numbers(self) -> list[str]:
        return [number for _line, number in self.content.numbers]

    def as_changes(self) -> dict[str, object]:
        return {"file": self.name, "sha256": self.content.sha256, "count": len(self.content.numbers)}

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


def _told(places: list[tuple[int, str]], words: str) -> list[str]:
    told = [words % {"line": line, "number": number} for line, number in places[:SHOWN]]
    if len(places) > SHOWN:
        told.append(_("… and %(count)s more.") % {"count": len(places) - SHOWN})
    return told
