"""What people send about a task. Forms check and convert; they never save."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.people.finding import BOTH, Finder, UnableToFind, find_by_both, finder_of
from apps.people.models import Person

LONG_TEXT = 4000
MOST_FILES = 10
BY_ONE = gettext_lazy("Number, or the whole name.")
AREA, TEXT = {"class": "form-control", "rows": 3}, {"class": "form-control"}


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to MOST_FILES; cleans to a list."""

    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> list[UploadedFile]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        return [super(FilesField, self).clean(file, initial) for file in files[:MOST_FILES]]


class PersonField(forms.CharField):
    """One person, by a line that `find` reads; cleans to the person. Nobody is looked up by guessing unless `find` is
    said.
    """

    def __init__(self, *, find: Finder = find_by_both, **kwargs: object) -> None:
        super().__init__(
            max_length=140, widget=forms.TextInput(attrs=TEXT | {"autocomplete": "off"}), **{"help_text": BOTH} | kwargs
        )
        self.find = find

    def asked_by(self, asker: Person) -> None:
        self.find = finder_of(asker)
        self.help_text = BY_ONE if asker.is_office else BOTH

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.find(text)
        except UnableToFind as error:
            raise forms.ValidationError(str(error)) from error


def text_area(label: object, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=LONG_TEXT, widget=forms.Textarea(attrs=AREA))


def files_field() -> FilesField:
    return FilesField(label=gettext_lazy("attachments"), required=False, widget=FilesInput(attrs=TEXT))


class ContentForm(forms.Form):
    """What is to be done, and until when."""

    title = forms.CharField(
        label=pgettext_lazy("task", "what is to be done"), max_length=120, widget=forms.TextInput(attrs=TEXT)
    )
    words = text_area(gettext_lazy("words to it"), required=False)
    due_on = forms.DateField(
        label=pgettext_lazy("task", "to be done by"),
        required=False,
        widget=forms.DateInput(attrs=TEXT | {"type": "date"}, format="%Y-%m-%d"),
    )


class GiveForm(ContentForm):
    """A new task, for one person."""

    owner = PersonField(label=gettext_lazy("for whom"))
    wants_acceptance = forms.BooleanField(
        label=gettext_lazy("I want to accept the report"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    shows_subject = forms.BooleanField(
        label=gettext_lazy("this person may open the whole request"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    files = files_field()
    field_order = ("title", "owner", "due_on", "words", "files", "wants_acceptance", "shows_subject")

    def __init__(self, *args: object, asker: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].asked_by(asker)


class ReportForm(forms.Form):
    text = text_area(gettext_lazy("what was done"))
    files = files_field()


class HandOverForm(forms.Form):
    owner = PersonField(label=gettext_lazy("for whom"))
    note = text_area(gettext_lazy("reason"), required=False)

    def __init__(self, *args: object, asker: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].asked_by(asker)


class NoteForm(forms.Form):
    note = text_area(gettext_lazy("reason"))


class AcceptForm(forms.Form):
    note = text_area(gettext_lazy("word to it"), required=False)
