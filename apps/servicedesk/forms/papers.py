"""Forms about certificates: templates, the templates of a service, batches, the list."""

import re

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import Language, UnitKind
from apps.people.models import Person, Unit
from apps.servicedesk.enums import HolderKind, PaperLayout, Product, ValidityUnit
from apps.servicedesk.forms.base import PortalForm, long_text
from apps.servicedesk.forms.handling import CompleteForm
from apps.servicedesk.models import PaperTemplate, Request, Service
from apps.servicedesk.papers.certificates import papers_of
from apps.servicedesk.papers.content import LONGEST, TEXTS, PaperContent, read_content

PLAIN = ("layout", "holder", "validity_unit", "validity", "remind_days", "table")
LABELS = {
    "title": gettext_lazy("title"),
    "body": gettext_lazy("text"),
    "signer": gettext_lazy("who signs"),
    "seal": gettext_lazy("at the place of the seal"),
    "note": gettext_lazy("small print"),
}
NUMBERS = re.compile(r"[\s,;，；、]+")
MOST_NUMBERS = 5000


class CompletePaperForm(CompleteForm):
    """Completing what yields a certificate: which, where the service gives several; of what was opened again the one
    that it has.
    """

    def __init__(self, *args: object, item: Request, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(paper.template_id, str(paper.template)) for paper in papers_of(item.service)]
        if len(choices) > 1:
            self.fields["template"] = forms.TypedChoiceField(
                label=_("certificate"),
                choices=choices,
                coerce=int,
                initial=last_template(item),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.order_fields(["template", "note"])


def last_template(item: Request) -> int | None:
    found = item.certificates.order_by("-issued_at", "-pk").values_list("template_version__template", flat=True)
    return found.first()


class TemplateForm(PortalForm):
    """A template: one field a language for each text. `content()` gives what it says."""

    code = forms.SlugField(label=gettext_lazy("code"), max_length=40)
    layout = forms.ChoiceField(label=gettext_lazy("sheet"), choices=PaperLayout.choices)
    holder = forms.ChoiceField(label=gettext_lazy("for whom"), choices=HolderKind.choices)
    validity = forms.IntegerField(
        label=gettext_lazy("valid for"), min_value=0, max_value=1200, required=False, initial=0
    )
    validity_unit = forms.ChoiceField(label=gettext_lazy("counted in"), choices=ValidityUnit.choices)
    remind_days = forms.IntegerField(
        label=gettext_lazy("reminder, days before the end"), min_value=0, max_value=365, required=False, initial=0
    )
    table = forms.SlugField(label=gettext_lazy("question whose table is printed"), max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, template: PaperTemplate | None = None, **kwargs: object) -> None:
        if template:
            kwargs.setdefault("initial", initial_of(template))
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            label = _("name (%(language)s)") % {"language": language}
            self.fields[f"name_{code}"] = text_field(label, 80, required=code == Language.HANT)
            for name in TEXTS:
                label = f"{LABELS[name]} ({language})"
                self.fields[f"{name}_{code}"] = text_field(label, LONGEST[name], rows=5 if name == "body" else 0)
        self.fields["seal_zh-hant"].widget = forms.Textarea(attrs={"class": "form-control", "rows": 2})
        self.order_fields(["code", *(f"name_{code}" for code, _language in settings.LANGUAGES), *PLAIN])

    def content(self) -> PaperContent:
        data = self.cleaned_data
        texts = {
            name: {code: data[f"{name}_{code}"] for code in Language.values if data.get(f"{name}_{code}")}
            for name in TEXTS
        }
        return PaperContent(**texts, **{key: data.get(key) or PLAIN_EMPTY.get(key, "") for key in PLAIN})

    def name(self) -> dict[str, str]:
        return {
            code: self.cleaned_data[f"name_{code}"] for code in Language.values if self.cleaned_data[f"name_{code}"]
        }

    @property
    def settings_fields(self) -> list[forms.BoundField]:
        names = ["code", *(f"name_{code}" for code in Language.values), *PLAIN]
        return [self[name] for name in names]

    @property
    def languages(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(language, its texts)."""
        return [(language, [self[f"{name}_{code}"] for name in TEXTS]) for code, language in settings.LANGUAGES]


PLAIN_EMPTY = {"validity": 0, "remind_days": 0}


def text_field(label: str, length: int, *, required: bool = False, rows: int = 0) -> forms.CharField:
    attributes = {"class": "form-control"} | ({"rows": rows} if rows else {})
    widget = forms.Textarea(attrs=attributes) if rows else forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=length, required=required, widget=widget)


def initial_of(template: PaperTemplate) -> dict[str, object]:
    content = read_content(template.draft)
    values: dict[str, object] = {key: getattr(content, key) for key in PLAIN}
    values |= {"code": template.code, "version": template.version}
    values |= {f"name_{code}": text for code, text in template.name.items()}
    return values | {f"{name}_{code}": text for name in TEXTS for code, text in getattr(content, name).items()}


class PersonByNumber(forms.CharField):
    """A person who may be seen, by number."""

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        found = Person.objects.active().filter(number__iexact=text).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this number."))
        return found


class TrialForm(PortalForm):
    """In which language, and on whose data; on invented data without a number."""

    trial_language = forms.ChoiceField(label=gettext_lazy("language of the trial"), choices=Language.choices)
    trial_person = PersonByNumber(
        label=gettext_lazy("on the data of (number)"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Empty: an invented person."),
    )


class ServicePapersForm(PortalForm):
    """The templates that a service gives, and which is the usual one."""

    templates = forms.ModelMultipleChoiceField(
        label=gettext_lazy("certificates of this service"),
        queryset=PaperTemplate.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first = forms.ModelChoiceField(
        label=gettext_lazy("the usual one"),
        queryset=PaperTemplate.objects.none(),
        required=False,
        empty_label=gettext_lazy("the first of them"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        published = PaperTemplate.objects.filter(is_active=True, versions__isnull=False).distinct().order_by("code")
        for name in ("templates", "first"):
            self.fields[name].queryset = published

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("first") and data["first"] not in (data.get("templates") or []):
            self.add_error("first", _("Tick it among the certificates too."))
        return data

    def chosen(self) -> list[PaperTemplate]:
        """The usual one first."""
        first, rows = self.cleaned_data["first"], list(self.cleaned_data["templates"])
        return sorted(rows, key=lambda row: row != first) if first else rows


class BatchForm(PortalForm):
    """A certificate for many: of which service, which paper, for whom, in which language."""

    service = forms.ModelChoiceField(label=gettext_lazy("service"), queryset=Service.objects.none())
    template = forms.ModelChoiceField(
        label=gettext_lazy("certificate"),
        queryset=PaperTemplate.objects.none(),
        required=False,
        empty_label=gettext_lazy("the usual one of the service"),
    )
    language = forms.ChoiceField(label=gettext_lazy("language of the certificates"), choices=Language.choices)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("everybody of the class or unit"), queryset=Unit.objects.none(), required=False
    )
    numbers = long_text(
        gettext_lazy("or people by number"),
        required=False,
        rows=4,
        help_text=gettext_lazy("One a line, or separated by commas; paste a column of a table."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].max_length = None
        giving = Service.objects.filter(product=Product.CERTIFICATE, papers__isnull=False).distinct()
        self.fields["service"].queryset = giving.order_by("order", "pk")
        templates = PaperTemplate.objects.filter(is_active=True, services__isnull=False).distinct()
        self.fields["template"].queryset = templates.order_by("code")
        kinds = [UnitKind.CLASS, UnitKind.PROGRAMME, UnitKind.DEPARTMENT]
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True, kind__in=kinds).order_by("path")
        self.fields["numbers"].validators = []

    def clean_numbers(self) -> list[str]:
        found = [each for each in NUMBERS.split(self.cleaned_data["numbers"]) if each]
        if len(found) > MOST_NUMBERS:
            raise forms.ValidationError(_("At most %(most)d numbers at once.") % {"most": MOST_NUMBERS})
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not data.get("unit") and not data.get("numbers") and "numbers" not in self.errors:
            self.add_error("unit", _("Choose a class, or type numbers."))
        service, template = data.get("service"), data.get("template")
        if service and template and not service.papers.filter(template=template).exists():
            self.add_error("template", _("This service does not give that certificate."))
        return data


class PaperFilter(PortalForm):
    """What the list of certificates shows. An address with something else shows everything."""

    STATES = (
        ("", gettext_lazy("any")),
        ("valid", gettext_lazy("valid")),
        ("ending", gettext_lazy("ends within 30 days")),
        ("expired", gettext_lazy("expired")),
        ("replaced", gettext_lazy("replaced")),
        ("revoked", gettext_lazy("revoked")),
        ("reprinted", gettext_lazy("printed once more")),
        ("undrawn", gettext_lazy("sheet being made")),
    )
    q = forms.CharField(label=gettext_lazy("number or holder"), max_length=80, required=False)
    state = forms.ChoiceField(label=gettext_lazy("state"), choices=STATES, required=False)
    template = forms.ModelChoiceField(
        label=gettext_lazy("template"),
        queryset=PaperTemplate.objects.none(),
        required=False,
        empty_label=gettext_lazy("any"),
    )
    since = forms.DateField(
        label=gettext_lazy("issued from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("issued until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = PaperTemplate.objects.order_by("code")

    def chosen(self) -> dict[str, object]:
        """What was asked for and is in order; the rest counts as not asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
