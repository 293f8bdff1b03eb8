"""What came of a phone call, as the phone list sends it."""

from django import forms

from apps.notices.enums import CallOutcome

LONGEST_KEY = 18  # digits


class CallForm(forms.Form):
    """The outcome, the ticked lines, what was said, and `number`: the one that was called."""

    outcome = forms.ChoiceField(choices=CallOutcome)
    line = forms.TypedMultipleChoiceField(coerce=int, required=False)
    note = forms.CharField(max_length=120, required=False)
    number = forms.CharField(max_length=254, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ticked = [key for key in self.data.getlist("line") if key.isascii() and key.isdigit()]
        self.fields["line"].choices = [(key, key) for key in ticked if len(key) <= LONGEST_KEY]
