"""The administrator's form for one service of the catalogue."""

from collections.abc import Iterator

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.models import Calendar
from apps.core.text import localized
from apps.people.enums import Language, Role, UnitKind
from apps.people.models import Unit
from apps.questionnaires.models import Form
from apps.servicedesk.catalogue_enums import Delay, Fee, OfficePart, Opening
from apps.servicedesk.enums import Product
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Area, Service
from apps.servicedesk.services.catalogue import units_of
from apps.servicedesk.transfer.schema import RESERVED_CODES

PLAIN = (
    "code",
    "keywords",
    "icon",
    "target_minutes",
    "first_response_minutes",
    "calendar_code",
    "fast_lane",
    "fee",
    "fee_amount",
    "delay",
    "product",
    "office_part",
    "is_active",
)
LISTS = ("roles", "seen_by_roles")
RELATED = ("area", "unit", "form")
# Texts in three languages: the longest they may be, and whether they have several lines.
TEXTS = {
    "name": (100, False),
    "description": (300, False),
    "documents": (600, True),
    "product_note": (200, False),
    "fee_note": (200, False),
    "delay_note": (200, False),
}
FOR_WHOM = gettext_lazy("For whom")
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("What it is"), ("area", "code", "icon", "name", "description", "keywords", "documents")),
    (FOR_WHOM, ("roles", "ask_units", "seen_by_roles", "see_units")),
    (
        gettext_lazy("Who does it, and by when"),
        ("unit", "calendar_code", "target_minutes", "first_response_minutes", "delay", "delay_note", "fast_lane"),
    ),
    (gettext_lazy("Form"), ("form", "office_part")),
    (gettext_lazy("What comes of it"), ("product", "product_note", "fee", "fee_amount", "fee_note", "is_active")),
)


class FormChoice(forms.ModelChoiceField):
    """A form by its name, with the code that tells two of one name apart."""

    def label_from_instance(self, form: Form) -> str:
        return f"{localized(form.name)} ({form.code})"


class ServiceForm(PortalForm):
    """Texts have one field a language; `values()` gives the columns of the service and the units it is open to."""

    code = forms.SlugField(
        label=gettext_lazy("code"),
        max_length=40,
        help_text=gettext_lazy("It stands in addresses: small letters, digits and hyphens."),
    )
    keywords = forms.CharField(
        label=gettext_lazy("what people call it"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Other names, with blanks between them; the search finds the service by them."),
    )
    icon = forms.CharField(label=gettext_lazy("icon"), max_length=40, help_text="lucide.dev/icons")
    area = forms.ModelChoiceField(label=gettext_lazy("area"), queryset=Area.objects.none())
    unit = forms.ModelChoiceField(label=gettext_lazy("handled by"), queryset=Unit.objects.none())
    form = FormChoice(
        label=gettext_lazy("form"),
        queryset=Form.objects.filter(versions__isnull=False).distinct().order_by("code"),
        help_text=gettext_lazy("Only published forms. New requests get the newest version."),
    )
    office_part = forms.ChoiceField(
        label=gettext_lazy("the office's part of the form"),
        choices=OfficePart.choices,
        initial=OfficePart.BEFORE_COMPLETION,
        help_text=gettext_lazy("Questions that are marked “only for the office” in the form, if it has any."),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("who may ask"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: everybody."),
    )
    ask_units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("who may ask: only people of these units"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("With everything below them. None chosen: of all units."),
    )
    seen_by_roles = forms.MultipleChoiceField(
        label=gettext_lazy("who sees it too, without asking"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who may ask sees it anyway, and so does the office."),
    )
    see_units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("who sees it too: only people of these units"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=gettext_lazy("With everything below them."),
    )
    calendar_code = forms.ChoiceField(label=gettext_lazy("calendar"), initial="office")
    target_minutes = forms.IntegerField(
        label=gettext_lazy("target in working minutes"),
        min_value=15,
        max_value=100_000,
        help_text=gettext_lazy("A working day has 450 minutes."),
    )
    first_response_minutes = forms.IntegerField(
        label=gettext_lazy("first answer in working minutes"), min_value=15, max_value=100_000
    )
    fast_lane = forms.BooleanField(
        label=gettext_lazy("fast lane: urgent from the start, the director and all clerks are told at once"),
        required=False,
    )
    fee = forms.ChoiceField(label=gettext_lazy("fee"), choices=Fee.choices, initial=Fee.NONE)
    fee_amount = forms.DecimalField(
        label=gettext_lazy("fee in yuan"), max_digits=8, decimal_places=2, min_value=0, required=False
    )
    delay = forms.TypedChoiceField(
        label=gettext_lazy("price of delay"), choices=Delay.choices, coerce=int, initial=int(Delay.LOW)
    )
    product = forms.ChoiceField(label=gettext_lazy("what the requester gets"), choices=Product.choices)
    is_active = forms.BooleanField(label=gettext_lazy("offered"), required=False)

    def __init__(self, *args: object, service: Service | None = None, **kwargs: object) -> None:
        self.service = service
        kwargs.setdefault("initial", initial_of(service) if service else {"first_response_minutes": 240})
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True).order_by("path")
        self.fields["unit"].queryset = units.exclude(kind=UnitKind.CLASS)
        for name in ("ask_units", "see_units"):
            self.fields[name].queryset = units
            self.fields[name].widget.attrs["size"] = 6
        here = service.area_id if service else None
        in_use = Area.objects.filter(is_active=True) | Area.objects.filter(pk=here)
        self.fields["area"].queryset = in_use.order_by("order", "pk")
        self.fields["calendar_code"].choices = calendars()
        for name, (length, several_lines) in TEXTS.items():
            for code, language in settings.LANGUAGES:
                self.fields[f"{name}_{code}"] = text_field(name, language, length, several_lines)
        self.fields["name_zh-hant"].required = True

    for_whom = FOR_WHOM  # its lists need more room

    @property
    def groups(self) -> Iterator[tuple[str | Promise, list[list[BoundField]]]]:
        """The fields under their headings; a text is a row of its languages, any other field stands alone."""
        for heading, names in GROUPS:
            yield heading, [[self[key] for key in fields_of(name)] for name in names]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = Service.objects.filter(code=code).exclude(pk=self.service.pk if self.service else None)
        if others.exists():
            raise forms.ValidationError(_("Another service has this code."))
        if code in RESERVED_CODES:
            raise forms.ValidationError(_("This word stands for a page of the catalogue; take another."))
        return code

    def clean_icon(self) -> str:
        return checked_icon(self.cleaned_data["icon"])

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("fee") == Fee.AMOUNT and not data.get("fee_amount"):
            self.add_error("fee_amount", _("Say how much it is."))
        if data.get("fee") != Fee.AMOUNT:
            data["fee_amount"] = None
        return data

    def values(self) -> dict[str, object]:
        """Columns of the service as cleaned, and the units it is open to."""
        data = self.cleaned_data
        texts = {name: words_of(data, name) for name in TEXTS}
        opened = {name: list(data[name]) for name in ("ask_units", "see_units")}
        return texts | opened | {key: data[key] for key in (*PLAIN, *RELATED, *LISTS)}


def calendars() -> list[tuple[str, str]]:
    return [(row.code, localized(row.name) or row.code) for row in Calendar.objects.order_by("pk")]


def checked_icon(name: str) -> str:
    """The name of an icon that is there. Raises ValidationError."""
    if not name.replace("-", "").isalnum() or not (settings.ICONS_DIR / f"{name}.svg").exists():
        raise forms.ValidationError(_("There is no icon of this name; see lucide.dev/icons."))
    return name


def fields_of(name: str) -> list[str]:
    return [f"{name}_{code}" for code, _language in settings.LANGUAGES] if name in TEXTS else [name]


def words_of(data: dict[str, object], name: str) -> dict[str, str]:
    """The languages of a text that were filled in."""
    return {code: data[f"{name}_{code}"] for code in Language.values if data.get(f"{name}_{code}")}


LABELS = {
    "name": gettext_lazy("name (%(language)s)"),
    "description": gettext_lazy("description (%(language)s)"),
    "documents": gettext_lazy("documents needed (%(language)s)"),
    "product_note": gettext_lazy("what the requester gets, in words (%(language)s)"),
    "fee_note": gettext_lazy("words about the fee (%(language)s)"),
    "delay_note": gettext_lazy("what a day of delay costs the requester (%(language)s)"),
}


def text_field(name: str, language: str, length: int, several_lines: bool) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3}) if several_lines else forms.TextInput()
    field = forms.CharField(
        label=LABELS[name] % {"language": language}, max_length=length, required=False, widget=widget
    )
    field.widget.attrs["class"] = "form-control"
    return field


def initial_of(service: Service) -> dict[str, object]:
    values = {key: getattr(service, key) for key in (*PLAIN, *LISTS)}
    values |= {key: getattr(service, f"{key}_id") for key in RELATED}
    values |= {"ask_units": units_of(service, Opening.ASK), "see_units": units_of(service, Opening.SEE)}
    for name in TEXTS:
        values |= {f"{name}_{code}": text for code, text in getattr(service, name).items()}
    return values
