"""Forms of this app."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.imports.models import Batch
from apps.imports.reading import Unreadable, check_kind
from apps.imports.registry import TARGETS
from apps.people.enums import Role

ROLES = [
    ("", _("told by the columns (學號: students, 工號: staff)")),
    (Role.STUDENT, _("students")),
    (Role.STAFF, _("staff")),
]
HEAD = 64 * 1024
DEFAULT = "roster"


class UploadForm(forms.Form):
    """One file. Its kind is told by its content; what it holds is read by a worker."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, TSV or XLSX, at most 25 MiB. The line of column names may stand below title lines."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx", "class": "form-control"}),
    )
    target = forms.ChoiceField(label=_("Kind of file"), required=False)
    role = forms.ChoiceField(
        label=_("Who is in it"), choices=ROLES, required=False, help_text=_("Counts for a roster only.")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(target.code, target.label) for target in TARGETS.values()]

    def clean_target(self) -> str:
        return self.cleaned_data["target"] or DEFAULT

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        try:
            check_kind(file.read(HEAD))
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file


class MappingForm(forms.Form):
    """What each title of the file means. The fields are named by place, because titles are anybody's text."""

    role = forms.ChoiceField(label=_("Who is in it"), choices=ROLES[1:])

    def __init__(self, batch: Batch, data: dict[str, str] | None = None) -> None:
        super().__init__(data, initial={"role": batch.options.get("role")})
        if not TARGETS[batch.target].asks_role:
            del self.fields["role"]
        self.titles = list(dict.fromkeys(title for sheet in batch.columns for title in sheet["titles"] if title))
        self.columns = TARGETS[batch.target].columns
        choices = [("", _("leave out")), *((column.key, column.label) for column in self.columns)]
        for place, title in enumerate(self.titles):
            self.fields[f"title{place}"] = forms.ChoiceField(
                label=title, choices=choices, required=False, initial=batch.mapping.get(title, "")
            )

    def clean(self) -> dict[str, object]:
        data = super().clean()
        keys = [key for key in self.mapping().values() if key]
        for column in self.columns:
            if keys.count(column.key) > 1:
                raise forms.ValidationError(_("Two columns cannot both be “%(name)s”.") % {"name": column.label})
            if column.required and column.key not in keys:
                raise forms.ValidationError(_("Say which column is “%(name)s”.") % {"name": column.label})
        return data

    def mapping(self) -> dict[str, str]:
        """Title → key of the column."""
        pairs = ((title, self.cleaned_data.get(f"title{place}", "")) for place, title in enumerate(self.titles))
        return {title: key for title, key in pairs if key}
