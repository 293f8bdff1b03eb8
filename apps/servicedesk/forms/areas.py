"""The administrator's form for one area of the catalogue."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import Language
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.forms.services import checked_icon
from apps.servicedesk.models import Area


class AreaForm(PortalForm):
    """`values()` gives the columns of the area."""

    code = forms.SlugField(label=gettext_lazy("code"), max_length=40)
    icon = forms.CharField(label=gettext_lazy("icon"), max_length=40, help_text="lucide.dev/icons")

    def __init__(self, *args: object, area: Area | None = None, **kwargs: object) -> None:
        self.area = area
        if area:
            named = {f"name_{code}": text for code, text in area.name.items()}
            kwargs.setdefault("initial", {"code": area.code, "icon": area.icon} | named)
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            label = _("name (%(language)s)") % {"language": language}
            field = forms.CharField(label=label, max_length=60, required=code == "zh-hant")
            field.widget.attrs["class"] = "form-control"
            self.fields[f"name_{code}"] = field

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if Area.objects.filter(code=code).exclude(pk=self.area.pk if self.area else None).exists():
            raise forms.ValidationError(_("Another area has this code."))
        return code

    def clean_icon(self) -> str:
        return checked_icon(self.cleaned_data["icon"])

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        name = {code: data[f"name_{code}"] for code in Language.values if data.get(f"name_{code}")}
        return {"code": data["code"], "icon": data["icon"], "name": name}
