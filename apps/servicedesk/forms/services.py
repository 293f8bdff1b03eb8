"""The administrator's form for one service of the catalogue."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import Language, Role, UnitKind
from apps.people.models import Unit
from apps.questionnaires.models import Form
from apps.servicedesk.enums import Product
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Area, Service

APPROVERS = [("", gettext_lazy("nobody")), *((role.value, role.label) for role in (Role.DIRECTOR, Role.LEADER))]
PLAIN = (
    "code",
    "keywords",
    "icon",
    "target_minutes",
    "first_response_minutes",
    "product",
    "approval_role",
    "is_active",
)
RELATED = ("area", "unit", "form")


class ServiceForm(PortalForm):
    """Names and descriptions have one field a language; `values()` gives the columns of the service."""

    code = forms.SlugField(label=gettext_lazy("code"), max_length=40)
    keywords = forms.CharField(label=gettext_lazy("what people call it"), max_length=300, required=False)
    icon = forms.CharField(label=gettext_lazy("icon"), max_length=40)
    area = forms.ModelChoiceField(label=gettext_lazy("area"), queryset=Area.objects.order_by("order", "pk"))
    unit = forms.ModelChoiceField(label=gettext_lazy("handled by"), queryset=Unit.objects.none())
    form = forms.ModelChoiceField(
        label=gettext_lazy("form"), queryset=Form.objects.filter(versions__isnull=False).distinct().order_by("code")
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("who may ask"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: everybody."),
    )
    target_minutes = forms.IntegerField(
        label=gettext_lazy("target in working minutes"),
        min_value=15,
        max_value=100_000,
        help_text=gettext_lazy("A working day has 450 minutes."),
    )
    first_response_minutes = forms.IntegerField(
        label=gettext_lazy("first answer in working minutes"), min_value=15, max_value=100_000
    )
    product = forms.ChoiceField(label=gettext_lazy("what the requester gets"), choices=Product.choices)
    approval_role = forms.ChoiceField(label=gettext_lazy("approved by"), choices=APPROVERS, required=False)
    is_active = forms.BooleanField(label=gettext_lazy("offered"), required=False)

    def __init__(self, *args: object, service: Service | None = None, **kwargs: object) -> None:
        self.service = service
        kwargs.setdefault("initial", initial_of(service) if service else {"first_response_minutes": 240})
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).exclude(kind=UnitKind.CLASS).order_by("path")
        for code, name in settings.LANGUAGES:
            self.fields[f"name_{code}"] = text_field(_("name (%(language)s)") % {"language": name}, 100)
            self.fields[f"description_{code}"] = text_field(_("description (%(language)s)") % {"language": name}, 300)
        self.fields["name_zh-hant"].required = True
        texts = [f"{field}_{code}" for code, _name in settings.LANGUAGES for field in ("name", "description")]
        self.order_fields(["area", "code", *texts])

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = Service.objects.filter(code=code).exclude(pk=self.service.pk if self.service else None)
        if others.exists():
            raise forms.ValidationError(_("Another service has this code."))
        return code

    def clean_icon(self) -> str:
        name = self.cleaned_data["icon"]
        if not name.replace("-", "").isalnum() or not (settings.ICONS_DIR / f"{name}.svg").exists():
            raise forms.ValidationError(_("There is no icon of this name; see lucide.dev/icons."))
        return name

    def values(self) -> dict[str, object]:
        """Columns of the service as cleaned."""
        data = self.cleaned_data
        texts = {
            field: {code: data[f"{field}_{code}"] for code in Language.values if data[f"{field}_{code}"]}
            for field in ("name", "description")
        }
        return texts | {key: data[key] for key in (*PLAIN, *RELATED, "roles")}


def text_field(label: str, length: int) -> forms.CharField:
    field = forms.CharField(label=label, max_length=length, required=False)
    field.widget.attrs["class"] = "form-control"
    return field


def initial_of(service: Service) -> dict[str, object]:
    values = {key: getattr(service, key) for key in (*PLAIN, "roles")}
    values |= {key: getattr(service, f"{key}_id") for key in RELATED}
    for field in ("name", "description"):
        values |= {f"{field}_{code}": text for code, text in getattr(service, field).items()}
    return values
