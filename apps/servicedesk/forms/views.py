"""A saved view in a form: one control for each line of the table in view_fields.py."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import localized
from apps.people.enums import HANDLER_ROLES
from apps.people.models import Person, Unit
from apps.servicedesk.catalogue_enums import Delay
from apps.servicedesk.enums import Priority, RequestState, ViewScope
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Area, SavedView, Service
from apps.servicedesk.view_fields import FIELDS, ME, MINE, NOBODY, SORTS, BadFilter
from apps.servicedesk.view_filter import VERSION, ViewFilter

IS = (("in", gettext_lazy("is one of")), ("not_in", gettext_lazy("is none of")))
CATEGORIES = (
    ("running", gettext_lazy("the office is working")),
    ("paused", gettext_lazy("waits for the requester")),
    ("done", gettext_lazy("done or refused")),
    ("void", gettext_lazy("withdrawn")),
)
NUMBERS = {"due": "within", "idle": "since", "returned": "at_least"}
FLAGS = {"late": "is", "urged": "is"}
Choices = Iterable[tuple[object, object]]


def several(code: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=FIELDS[code].label, required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )


def operator(label: str | Promise) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=IS, required=False)


def count(code: str, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=FIELDS[code].label, required=False, min_value=least, max_value=most)


def day(label: str | Promise) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ViewForm(PortalForm):
    """Name, readers, conditions and order of a view. `wanted()` gives the checked filter."""

    name = forms.CharField(label=gettext_lazy("name of the view"), max_length=40)
    shared = forms.ChoiceField(label=gettext_lazy("shared with"))
    sort = forms.ChoiceField(
        label=gettext_lazy("which, in which order"), choices=[(c, s.label) for c, s in SORTS.items()]
    )
    words = forms.CharField(label=FIELDS["words"].label, required=False, max_length=100)
    state_is = operator(gettext_lazy("state: is or is not"))
    state = several("state")
    category = forms.MultipleChoiceField(
        label=FIELDS["category"].label, required=False, choices=CATEGORIES, widget=forms.CheckboxSelectMultiple
    )
    priority = forms.MultipleChoiceField(
        label=FIELDS["priority"].label, required=False, choices=Priority.choices, widget=forms.CheckboxSelectMultiple
    )
    delay = forms.MultipleChoiceField(
        label=FIELDS["delay"].label, required=False, choices=Delay.choices, widget=forms.CheckboxSelectMultiple
    )
    handler_is = operator(gettext_lazy("handler: is or is not"))
    handler = several("handler")
    service_is = operator(gettext_lazy("service: is or is not"))
    service = several("service")
    area = several("area")
    unit = several("unit")
    requester_unit = several("requester_unit")
    below = forms.BooleanField(label=gettext_lazy("and of all units below these"), required=False)
    filed_from = day(gettext_lazy("filed from"))
    filed_until = day(gettext_lazy("filed until"))
    due = count("due", 0, 60)
    idle = count("idle", 1, 250)
    returned = count("returned", 1, 20)
    late = forms.BooleanField(label=FIELDS["late"].label, required=False)
    urged = forms.BooleanField(label=FIELDS["urged"].label, required=False)

    def __init__(self, *args: object, user: Person, view: SavedView | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.pk: unit for unit in (post.unit for post in user.current_posts)}
        if view and view.unit_id and view.unit_id not in self.units:  # the director changes what others share
            self.units[view.unit_id] = view.unit
        for name, choices in choices_for(self.units.values()).items():
            self.fields[name].choices = choices

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not self.errors:
            try:
                self.filter = ViewFilter.from_json(to_json(data))
            except BadFilter:
                self.add_error(None, _("These conditions do not go together. At most 50 of a kind can be chosen."))
        return data

    def wanted(self) -> ViewFilter:
        return self.filter

    def readers(self) -> tuple[str, Unit | None]:
        """(scope, the unit it is shared with)."""
        scope, _dash, key = self.cleaned_data["shared"].partition("-")
        return scope, self.units[int(key)] if key else None


def choices_for(units: Iterable[Unit]) -> dict[str, Choices]:
    """What the lists of the form offer (five queries)."""
    people = Person.objects.active().with_role(*HANDLER_ROLES).order_by("name", "pk")
    all_units = Unit.objects.filter(is_active=True).order_by("path")
    named = [(unit.pk, str(unit)) for unit in all_units]
    return {
        "shared": [
            (ViewScope.OWN.value, ViewScope.OWN.label),
            *((f"unit-{unit.pk}", _("my unit: %(unit)s") % {"unit": unit}) for unit in units),
            (ViewScope.OFFICE.value, ViewScope.OFFICE.label),
        ],
        "state": [(each.value, each.label) for each in RequestState if each != RequestState.DRAFT],
        "handler": [(ME, _("me (whoever looks)")), (NOBODY, _("nobody")), *((each.pk, each.name) for each in people)],
        "service": [(each.pk, str(each)) for each in Service.objects.order_by("area__order", "order", "pk")],
        "area": [(each.pk, localized(each.name)) for each in Area.objects.order_by("order", "pk")],
        "unit": [(MINE, _("my units (of whoever looks)")), *named],
        "requester_unit": named,
    }


def to_json(data: Mapping[str, object]) -> dict[str, object]:
    """The cleaned form as the JSON of a filter."""
    where: list[list[object]] = []
    for code in ("state", "handler", "service"):
        if data[code]:
            where.append([code, data[f"{code}_is"] or "in", values(data[code])])
    for code in ("category", "area", "unit", "priority", "delay"):
        if data[code]:
            where.append([code, "in", values(data[code])])
    if data["requester_unit"]:
        where.append(["requester_unit", "under" if data["below"] else "in", values(data["requester_unit"])])
    if data["filed_from"] or data["filed_until"]:
        ends = [data[name].isoformat() if data[name] else "" for name in ("filed_from", "filed_until")]
        where.append(["filed", "between", ends])
    where += [[code, word, data[code]] for code, word in NUMBERS.items() if data[code] is not None]
    where += [[code, word, True] for code, word in FLAGS.items() if data[code]]
    if data["words"]:
        where.append(["words", "hold", data["words"]])
    return {"v": VERSION, "where": where, "sort": data["sort"]}


def values(chosen: Iterable[str]) -> list[int | str]:
    return [int(each) if each.isdecimal() else each for each in chosen]


def initial_of(found: ViewFilter) -> dict[str, object]:
    """A filter as the form shows it."""
    shown: dict[str, object] = {"sort": found.sort}
    for code, word, value in found.where:
        if code == "filed":
            shown["filed_from"], shown["filed_until"] = value
        else:
            shown[code] = value
        if code in ("state", "handler", "service"):
            shown[f"{code}_is"] = word
        shown["below"] = shown.get("below") or word == "under"
    return shown
