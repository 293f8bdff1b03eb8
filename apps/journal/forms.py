"""The token that makes a form sent twice harmless, and the checks of an upload."""

from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.journal.file_kinds import EVERYTHING, GROUPS
from apps.journal.files import MAX_FILES


def read_token(request: HttpRequest) -> UUID:
    """The form's token (`{% form_token %}`). A missing or broken one counts as a form never seen."""
    try:
        return UUID(request.POST.get("form_token", ""))
    except ValueError:
        return uuid4()


class UploadForm(forms.Form):
    """Which field of which form the files are for. The form itself checks its own limits when it is sent."""

    field = forms.RegexField(r"\A[a-z0-9_-]{1,60}\Z")
    allow = forms.CharField(required=False, max_length=60)

    def clean_allow(self) -> frozenset[str]:
        """Names of groups, "documents images"; none means everything that the portal takes."""
        names = [name for name in self.cleaned_data["allow"].split() if name in GROUPS]
        return frozenset().union(*(GROUPS[name] for name in names)) if names else EVERYTHING

    def clean(self) -> dict[str, object]:
        data = super().clean()
        files = self.uploaded()
        if not files:
            raise forms.ValidationError(_("Choose a file first."))
        if len(files) > MAX_FILES:
            raise forms.ValidationError(_("At most %(count)s files at once.") % {"count": MAX_FILES})
        return data

    def uploaded(self) -> list[UploadedFile]:
        return self.files.getlist(self.cleaned_data.get("field", "")) if self.files else []
