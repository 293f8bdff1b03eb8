"""What is posted on the page of a paper: the route, a decision, number, seal, sending."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.approvals.enums import NEEDS_NOTE, StepState
from apps.core.text import localized
from apps.dispatch.enums import SentHow
from apps.dispatch.forms.fields import AREA, CHECK, PaperForm, PeopleField, PersonField, all_units, unit_field
from apps.dispatch.models import SignPoint
from apps.dispatch.services import Outside, Plan
from apps.dispatch.services.routing import Signer
from apps.documents.enums import Access, Direction, NumberUse, OpinionKind
from apps.documents.models import DocumentNumber, Series
from apps.documents.services.numbering import LONGEST_RESERVATION
from apps.people.models import Person, Unit
from apps.seals.models import Seal

DATE = {"type": "date"}
DECISIONS = (
    (StepState.APPROVED, pgettext_lazy("decision about a paper", "agree")),
    (StepState.RETURNED, pgettext_lazy("decision about a paper", "send back")),
    (StepState.REFUSED, pgettext_lazy("decision about a paper", "refuse")),
)


class RouteForm(PaperForm):
    """Who is asked. `only_final`: the text is signed already, the final check alone is asked again."""

    checker = PersonField(label=gettext_lazy("Who checks the draft"))
    co_units = unit_field(gettext_lazy("Co-signed by the heads of these units"))
    co_people = PeopleField(label=gettext_lazy("Co-signed by these people (one in a line)"), required=False)
    in_turn = forms.TypedChoiceField(
        label=gettext_lazy("They are asked"),
        choices=[(0, gettext_lazy("all at once")), (1, gettext_lazy("one after the other"))],
        coerce=int,
        initial=0,
        widget=forms.RadioSelect(attrs=CHECK),
    )
    final_checker = PersonField(label=gettext_lazy("Who does the final check (empty: any clerk)"), required=False)

    def __init__(self, *args: object, only_final: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if only_final:
            for name in ("checker", "co_units", "co_people", "in_turn"):
                del self.fields[name]
        else:
            self.fields["co_units"].choices = all_units()

    def plan(self) -> Plan:
        data = self.cleaned_data
        units = list(Unit.objects.filter(pk__in=data.get("co_units", ())).order_by("path"))
        signers: list[Signer] = [*units, *data.get("co_people", ())]
        in_turn = bool(data.get("in_turn"))
        return Plan(data.get("checker"), tuple(signers), in_turn, data["final_checker"])


class DecisionForm(forms.Form):
    """A decision with its words; a "no" needs them."""

    decision = forms.ChoiceField(choices=DECISIONS)
    words = forms.CharField(
        label=gettext_lazy("Opinion"), required=False, max_length=2000, widget=forms.Textarea(attrs=AREA)
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    no_seal = forms.BooleanField(
        label=gettext_lazy("It needs no seal"), required=False, widget=forms.CheckboxInput(attrs=CHECK)
    )

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if data.get("decision") in NEEDS_NOTE and not data.get("words", "").strip():
            self.add_error("words", _("Write down why: the other side reads it."))
        return data


class ReasonForm(PaperForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class HandOverForm(ReasonForm):
    to = PersonField(label=gettext_lazy("To whom"))

    field_order = ("to", "reason")


class SignerForm(ReasonForm):
    """One person, or the head of a unit. `units`: the choices, where a page has many of these."""

    person = PersonField(label=gettext_lazy("Person"), required=False)
    unit = forms.TypedChoiceField(label=gettext_lazy("or the head of"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: object, units: list[tuple[int, str]] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "—"), *(all_units() if units is None else units)]
        self.order_fields(["person", "unit", "at_once", "reason"])

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if bool(data.get("person")) == bool(data.get("unit")) and not self.errors:
            raise forms.ValidationError(_("Name one person or one unit."))
        return data

    def who(self) -> Signer:
        data = self.cleaned_data
        return data["person"] or Unit.objects.get(pk=data["unit"])


class AddSignerForm(SignerForm):
    at_once = forms.TypedChoiceField(
        label=gettext_lazy("When they are asked"),
        choices=[(1, gettext_lazy("beside those who co-sign")), (0, gettext_lazy("after those who co-sign"))],
        coerce=int,
        initial=1,
    )


class ChangeSignerForm(SignerForm):
    """Another one in the place."""


class FootForm(PaperForm):
    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=120, required=False)
    printed_by = forms.CharField(label=gettext_lazy("Printed by"), max_length=120, required=False)
    copies = forms.IntegerField(label=pgettext_lazy("a paper", "Copies"), min_value=1, max_value=999)


class NumberForm(PaperForm):
    """The next number, or one that was reserved in the paper's series."""

    access = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=Access)
    reason = forms.CharField(
        label=gettext_lazy("Why more people may read it (where they may)"), max_length=200, required=False
    )
    copies = forms.IntegerField(label=pgettext_lazy("a paper", "Copies"), min_value=1, max_value=999)
    reserved = forms.ModelChoiceField(
        label=pgettext_lazy("a paper", "Number"), queryset=DocumentNumber.objects.none(), required=False
    )

    def __init__(self, *args: object, series: Series, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        rows = DocumentNumber.objects.filter(series=series, use=NumberUse.RESERVED).select_related("issued")
        self.fields["reserved"].queryset = rows.order_by("pk")
        self.fields["reserved"].empty_label = _("the next one")
        self.fields["reserved"].label_from_instance = lambda row: f"{row.issued.text} · {row.reserved_for}"


class SealForm(PaperForm):
    seal = forms.ModelChoiceField(label=gettext_lazy("Seal"), queryset=Seal.objects.none())
    allowed = forms.IntegerField(label=gettext_lazy("Impressions"), min_value=1, max_value=1000)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = Seal.objects.usable().order_by("code")
        self.fields["seal"].label_from_instance = lambda row: localized(row.name)


class SendForm(forms.Form):
    """How and when it went to each of those outside. One group of fields for each name."""

    def __init__(self, *args: object, outside: list[str], today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.names = outside
        for place in range(len(outside)):
            self.fields[f"how_{place}"] = forms.ChoiceField(
                choices=SentHow, widget=forms.Select(attrs={"class": "form-select"})
            )
            self.fields[f"on_{place}"] = day_field(today)

    def groups(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(name, self[f"how_{place}"], self[f"on_{place}"]) for place, name in enumerate(self.names)]

    def outside(self) -> list[Outside]:
        data = self.cleaned_data
        return [Outside(name, data[f"how_{place}"], data[f"on_{place}"]) for place, name in enumerate(self.names)]


def day_field(initial: date) -> forms.DateField:
    widget = forms.DateInput(attrs={**DATE, "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(label=_("sent on"), initial=initial, widget=widget)


class OutsideForm(PaperForm):
    """One more line of the register of dispatch."""

    receiver = forms.CharField(label=gettext_lazy("Receiver"), max_length=200)
    how = forms.ChoiceField(label=gettext_lazy("How"), choices=SentHow)
    sent_on = forms.DateField(label=gettext_lazy("Sent on"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def line(self) -> Outside:
        return Outside(**self.cleaned_data)


class ReserveForm(PaperForm):
    """A number for a paper that is written outside the portal."""

    series = forms.ModelChoiceField(label=gettext_lazy("Series of numbers"), queryset=Series.objects.none())
    words = forms.CharField(label=gettext_lazy("For which paper"), max_length=200)
    until = forms.DateField(label=gettext_lazy("Kept until"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        kwargs.setdefault("initial", {"until": today + timedelta(days=7)})
        super().__init__(*args, **kwargs)
        rows = Series.objects.filter(direction=Direction.OUTGOING, is_active=True).select_related("numbers")
        self.fields["series"].queryset = rows
        self.fields["series"].label_from_instance = lambda row: localized(row.numbers.name)
        last = today + timedelta(days=LONGEST_RESERVATION)
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}


def named(person: Person | None) -> str:
    """How a person is typed into a field."""
    return f"{person.number} {person.name}" if person else ""


def usual_route(points: list[SignPoint]) -> dict[str, object]:
    """The people of the last round, for the next one."""
    found: dict[str, object] = {}
    for name, kind in (("checker", OpinionKind.CHECK), ("final_checker", OpinionKind.FINAL_CHECK)):
        person = next((each.step.approver for each in points if each.kind == kind), None)
        found[name] = named(person)
    co_sign = [each.step for each in points if each.kind == OpinionKind.CO_SIGN]
    found["co_units"] = [step.unit_id for step in co_sign if step.unit_id]
    found["co_people"] = "\n".join(named(step.approver) for step in co_sign if step.approver)
    found["in_turn"] = int(len({step.order for step in co_sign}) > 1)
    return found
