"""The form of a series of numbers."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.documents.forms.base import DocumentForm, units
from apps.documents.models import Series
from apps.documents.services import SeriesWanted
from apps.people.enums import Language

NAMES = {Language.HANT: "name_hant", Language.HANS: "name_hans", Language.EN: "name_en"}


class SeriesForm(DocumentForm):
    """`wanted()` is what was typed."""

    name_hant = forms.CharField(label=gettext_lazy("name (traditional)"), max_length=60)
    name_hans = forms.CharField(label=gettext_lazy("name (simplified)"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("name (English)"), max_length=60)
    pattern = forms.CharField(
        label=pgettext_lazy("series of numbers", "pattern"),
        max_length=60,
        help_text=gettext_lazy("{year} and {number} stand for year and number, each once."),
    )
    unit = forms.ModelChoiceField(label=pgettext_lazy("series of numbers", "unit"), queryset=None)
    order = forms.IntegerField(label=gettext_lazy("place in lists"), min_value=1, max_value=999)
    is_active = forms.BooleanField(label=gettext_lazy("in use"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units()

    def wanted(self) -> SeriesWanted:
        data = self.cleaned_data
        name = {language: data[field] for language, field in NAMES.items()}
        return SeriesWanted(name, data["pattern"], data["unit"], data["order"], data["is_active"])


def series_initial(row: Series) -> dict[str, object]:
    names = {field: row.numbers.name.get(language, "") for language, field in NAMES.items()}
    plain = {"pattern": row.numbers.pattern, "unit": row.unit_id, "order": row.order, "is_active": row.is_active}
    return names | plain
