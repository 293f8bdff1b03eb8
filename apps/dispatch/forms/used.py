"""What is said of a number that stands on a paper written outside the portal."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy

from apps.dispatch.forms.fields import PaperForm


class UsedForm(PaperForm):
    """`today`: the latest day that can be said."""

    title = forms.CharField(label=gettext_lazy("Title of the paper"), max_length=200)
    receiver = forms.CharField(label=gettext_lazy("Receiver"), max_length=200)
    on = forms.DateField(
        label=gettext_lazy("Sent on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.attrs["max"] = today.isoformat()
