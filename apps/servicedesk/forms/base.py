"""What all forms of the service desk share: Tabler's classes, and a field for several files."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

CSS = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
}
LONG_TEXT = 4000
MOST_FILES = 10


class PortalForm(forms.Form):
    """A form whose fields look like the rest of the portal. `error` adds a word for the whole form."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = next((css for kind, css in CSS.items() if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", css)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to MOST_FILES; cleans to a list."""

    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> list[UploadedFile]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        return [super(FilesField, self).clean(file, initial) for file in files[:MOST_FILES]]


def long_text(label: str, *, required: bool = True, rows: int = 3, help_text: str = "") -> forms.CharField:
    """A text of several lines, at most LONG_TEXT characters."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=LONG_TEXT, widget=widget, help_text=help_text)
