"""The words of a notice that is out, to be corrected or replaced."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.notices.audience_line import CHECK
from apps.notices.enums import EditionKind
from apps.notices.forms import LANGUAGES, MomentField, check_words, words_fields
from apps.notices.models import Notice

KINDS = (
    (EditionKind.CORRECTION, gettext_lazy("Correction: what people acknowledged still counts")),
    (EditionKind.REPLACEMENT, gettext_lazy("Replacement: everybody is asked to acknowledge anew")),
)


class ChangeForm(forms.Form):
    """`values` gives what services.change takes beside the notice and the actor."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of change"), choices=KINDS, widget=forms.RadioSelect(attrs=CHECK))
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        help_text=gettext_lazy("Its readers see this sentence first."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    acknowledge_by = MomentField(
        label=gettext_lazy("New day to acknowledge by"),
        help_text=gettext_lazy("Left empty, the day stays as it is."),
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(words_fields())

    def clean(self) -> dict[str, object]:
        data = super().clean()
        check_words(self, data)
        return data

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("version", "note", "acknowledge_by")},
            "kind": EditionKind(data["kind"]),
            "title": {code: data[f"title_{key}"] for key, code in LANGUAGES.items() if data[f"title_{key}"]},
            "body": {code: data[f"body_{key}"] for key, code in LANGUAGES.items() if data[f"body_{key}"]},
        }


def initial_words(notice: Notice) -> dict[str, object]:
    words = {
        f"{part}_{key}": getattr(notice, part).get(code, "")
        for key, code in LANGUAGES.items()
        for part in ("title", "body")
    }
    return {**words, "version": notice.version}
