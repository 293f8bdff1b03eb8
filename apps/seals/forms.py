"""Forms of this app: they check and convert, services do."""

from datetime import datetime, time, timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import Language, UnitKind
from apps.people.finding import BOTH, Finder, UnableToFind, find_by_both, finder_of
from apps.people.models import Person, Unit
from apps.seals.enums import SealKind, SealState, UseState
from apps.seals.models import Seal

CSS = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
DATE = {"type": "date"}
MOMENT = "%Y-%m-%dT%H:%M"


class SealForm(forms.Form):
    """A form whose fields look like the rest of the portal; `asker` is who names people in it."""

    def __init__(self, *args: object, asker: Person | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField) and asker:
                field.asked_by(asker)
            css = next((css for kind, css in CSS.items() if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", css)


class PersonField(forms.CharField):
    """A person by number and name; for the office by number, or by a name that only one active person bears."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 140, "help_text": BOTH} | kwargs)
        self.find: Finder = find_by_both

    def asked_by(self, asker: Person) -> None:
        self.find = finder_of(asker)
        self.help_text = gettext_lazy("number, or the whole name") if asker.is_office else BOTH

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.find(text)
        except UnableToFind as error:
            raise forms.ValidationError(str(error)) from error


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to ten; cleans to a list."""

    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> list[object]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        return [super(FilesField, self).clean(file, initial) for file in files[:10]]


class RegisterForm(SealForm):
    """The entry of a seal; `values()` gives its columns."""

    code = forms.SlugField(label=gettext_lazy("code"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=SealKind.choices)
    unit = forms.ModelChoiceField(label=gettext_lazy("unit"), queryset=Unit.objects.none())
    kept_at = forms.CharField(label=gettext_lazy("where it is kept"), max_length=120, required=False)
    used_since = forms.DateField(
        label=gettext_lazy("taken into use on"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("note"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, seal: Seal | None = None, **kwargs: object) -> None:
        if seal:
            kwargs.setdefault("initial", initial_of(seal))
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True).exclude(kind__in=[UnitKind.CLASS, UnitKind.PROGRAMME])
        self.fields["unit"].queryset = units.order_by("path")
        for code, name in settings.LANGUAGES:
            label = _("name (%(language)s)") % {"language": name}
            field = forms.CharField(label=label, max_length=80, required=code == Language.HANT)
            field.widget.attrs["class"] = "form-control"
            self.fields[f"name_{code}"] = field
        self.order_fields(["code", *(f"name_{code}" for code, _name in settings.LANGUAGES)])

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        names = {code: data[f"name_{code}"] for code in Language.values if data[f"name_{code}"]}
        return {"name": names} | {key: data[key] for key in ("code", "kind", "unit", "kept_at", "used_since", "note")}


def initial_of(seal: Seal) -> dict[str, object]:
    plain = ("code", "kind", "kept_at", "used_since", "note", "version")
    values = {key: getattr(seal, key) for key in plain} | {"unit": seal.unit_id}
    return values | {f"name_{code}": text for code, text in seal.name.items()}


class StateForm(SealForm):
    """What becomes of a seal, why, and the paper that says so."""

    state = forms.ChoiceField(label=gettext_lazy("from now on"), choices=SealState.choices)
    note = forms.CharField(
        label=gettext_lazy("why, and by whose decision"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    papers = FilesField(
        label=gettext_lazy("decision or record"),
        required=False,
        help_text=gettext_lazy("Needed when it is sealed away or destroyed."),
    )

    def __init__(self, *args: object, seal: Seal, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(state.value, state.label) for state in seal.next_states]


class SpecimenForm(SealForm):
    picture = forms.FileField(label=gettext_lazy("picture of the impression"))


class KeeperForm(SealForm):
    person = PersonField(label=gettext_lazy("keeper"))
    note = forms.CharField(label=gettext_lazy("by whose decision"), max_length=200, required=False)


class StandInForm(SealForm):
    """A stand-in for whole days, both included."""

    person = PersonField(label=gettext_lazy("stand-in"))
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs=DATE))
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs=DATE))
    note = forms.CharField(label=gettext_lazy("why"), max_length=200, required=False)

    def moments(self) -> tuple[datetime, datetime]:
        """From the first day's midnight to the one after the last day, in local time."""
        days = (self.cleaned_data["first_day"], self.cleaned_data["last_day"])
        first, last = (datetime.combine(day, time(), timezone.get_current_timezone()) for day in days)
        return first, last + timedelta(days=1)


class GiveForm(SealForm):
    taker = PersonField(label=gettext_lazy("to whom"))
    pieces = forms.IntegerField(
        label=gettext_lazy("pieces handed over"),
        min_value=1,
        max_value=100,
        initial=1,
        help_text=gettext_lazy("the seal, its box, its ink: count each"),
    )
    note = forms.CharField(label=gettext_lazy("note"), max_length=300, required=False)


class TakeForm(SealForm):
    pieces = forms.IntegerField(label=gettext_lazy("pieces that you count"), min_value=1, max_value=100)


class ImpressionForm(SealForm):
    made = forms.IntegerField(label=gettext_lazy("impressions made"), min_value=0, max_value=1000, initial=0)
    spoiled = forms.IntegerField(label=gettext_lazy("spoiled"), min_value=0, max_value=1000, initial=0)
    note = forms.CharField(
        label=gettext_lazy("what was spoiled, and what became of the sheet"), max_length=300, required=False
    )
    witness = PersonField(label=gettext_lazy("witness"), required=False)

    def __init__(self, *args: object, needs_witness: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not needs_witness:
            del self.fields["witness"]


class CorrectionForm(SealForm):
    note = forms.CharField(label=gettext_lazy("what was wrong"), max_length=300)


class CloseForm(SealForm):
    photo = forms.FileField(label=gettext_lazy("photo or scan of the sealed paper"), required=False)
    no_photo_reason = forms.CharField(label=gettext_lazy("why there is none"), max_length=200, required=False)
    explanation = forms.CharField(label=gettext_lazy("explanation of the difference"), max_length=300, required=False)

    def __init__(self, *args: object, explains: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not explains:
            del self.fields["explanation"]


class OutingForm(SealForm):
    taker = PersonField(label=gettext_lazy("who takes it"))
    companion = PersonField(label=gettext_lazy("who goes along"))
    place = forms.CharField(label=gettext_lazy("where to"), max_length=120)
    due_at = forms.DateTimeField(
        label=gettext_lazy("back by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
    )


class ReturnForm(SealForm):
    note = forms.CharField(label=gettext_lazy("word on its return"), max_length=200, required=False)


class LedgerFilter(SealForm):
    """What the list of lines shows. An address with something else shows everything."""

    q = forms.CharField(label=gettext_lazy("paper or number"), max_length=80, required=False)
    seal = forms.ModelChoiceField(
        label=gettext_lazy("seal"), queryset=Seal.objects.none(), required=False, empty_label=gettext_lazy("any")
    )
    state = forms.ChoiceField(
        label=gettext_lazy("state"), choices=[("", gettext_lazy("any")), *UseState.choices], required=False
    )
    year = forms.IntegerField(label=gettext_lazy("year"), min_value=1990, max_value=2200, required=False)

    def __init__(self, *args: object, user: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = Seal.objects.visible_to(user).order_by("code")

    def chosen(self) -> dict[str, object]:
        """What was asked for and is in order; the rest counts as not asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
