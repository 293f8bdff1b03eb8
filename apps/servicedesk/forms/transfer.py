"""The form that takes the file of a service, or its content that was shown before."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.transfer.schema import LARGEST


class ImportForm(PortalForm):
    """Cleans to `text`, whichever way it came."""

    file = forms.FileField(
        label=gettext_lazy("file of a service"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=gettext_lazy("A .json file that this portal, or another one, wrote."),
    )
    text = forms.CharField(required=False, max_length=LARGEST, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        file = data.get("file")
        if not file and not data.get("text"):
            self.add_error("file", _("Choose a file."))
        elif file and file.size > LARGEST * 4:
            self.add_error("file", _("The file is too large to be one service."))
        elif file:
            try:
                data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not written in UTF-8."))
        return data
