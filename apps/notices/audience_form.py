"""Give a rule a name."""

from django import forms


class SaveAudienceForm(forms.Form):
    name = forms.CharField(max_length=80)
