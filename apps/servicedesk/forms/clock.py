"""Forms about promises: waiting for others, priority, targets, care and escalation rules of a service."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Priority, Promise
from apps.servicedesk.forms.base import PortalForm, long_text
from apps.servicedesk.models import ServiceCare
from apps.servicedesk.services import Promised

CARE = ("pause_days", "handler_days", "director_days", "requester_days", "lapse_days", "urges_per_week")
OFF = gettext_lazy("Empty: never.")


class WaitForm(PortalForm):
    party = forms.CharField(
        label=gettext_lazy("for whom"),
        max_length=100,
        help_text=gettext_lazy("The requester reads this: the registry, the repair firm, the embassy…"),
    )
    expected_on = forms.DateField(
        label=gettext_lazy("expected on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("You are reminded on that day."),
    )
    note = long_text(gettext_lazy("what is still missing"))


class PriorityForm(PortalForm):
    priority = forms.TypedChoiceField(
        label=gettext_lazy("priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    note = long_text(gettext_lazy("reason"), rows=2)


class TargetsForm(PortalForm):
    """Two numbers a priority; both empty: the service's own. `rows()` gives what is promised."""

    known = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, promised: Mapping[int, Promised], **kwargs: object) -> None:
        initial = {}
        for priority, row in promised.items():
            initial |= {field_name("first", priority): row.first, field_name("whole", priority): row.completion}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for priority in Priority:
            for kind in ("first", "whole"):
                field = forms.IntegerField(required=False, min_value=15, max_value=100_000, label=priority.label)
                field.widget.attrs["class"] = "form-control"
                self.fields[field_name(kind, priority)] = field

    def clean(self) -> dict[str, object]:
        data = super().clean()
        for priority in Priority:
            first, whole = (data.get(field_name(kind, priority)) for kind in ("first", "whole"))
            if (first is None) != (whole is None) and not self.errors:
                self.add_error(None, _("Give both numbers of “%(name)s”, or none.") % {"name": priority.label})
            if first and whole and first > whole:
                self.add_error(
                    None, _("The first answer of “%(name)s” comes after its completion.") % {"name": priority.label}
                )
        return data

    def rows(self) -> dict[int, Promised]:
        data = self.cleaned_data
        return {
            priority.value: Promised(data[field_name("first", priority)], data[field_name("whole", priority)])
            for priority in Priority
            if data[field_name("first", priority)]
        }

    def lines(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """(priority, first answer, completion), the most pressing first."""
        return [
            (priority.label, self[field_name("first", priority)], self[field_name("whole", priority)])
            for priority in reversed(Priority)
        ]


def field_name(kind: str, priority: int) -> str:
    return f"{kind}_{Priority(priority).name.lower()}"


class CareForm(PortalForm):
    """What the portal looks after by itself; days are working days."""

    known = forms.IntegerField(widget=forms.HiddenInput)
    pause_days = forms.IntegerField(
        label=gettext_lazy("a pause may last (working days)"),
        min_value=1,
        max_value=250,
        help_text=gettext_lazy("A longer one stands as stuck on the dashboard."),
    )
    handler_days = forms.IntegerField(
        label=gettext_lazy("remind the handler after (working days)"),
        min_value=1,
        max_value=250,
        required=False,
        help_text=OFF,
    )
    director_days = forms.IntegerField(
        label=gettext_lazy("tell the director after (working days)"),
        min_value=1,
        max_value=250,
        required=False,
        help_text=OFF,
    )
    requester_days = forms.IntegerField(
        label=gettext_lazy("remind the requester after (working days)"),
        min_value=1,
        max_value=250,
        required=False,
        help_text=OFF,
    )
    lapse_days = forms.IntegerField(
        label=gettext_lazy("close without an answer after (working days)"),
        min_value=2,
        max_value=500,
        required=False,
        help_text=gettext_lazy("Empty: never. The requester is reminded first and can open it again."),
    )
    urges_per_week = forms.IntegerField(
        label=gettext_lazy("urgings of one request in seven days"), min_value=1, max_value=50
    )

    def __init__(self, *args: object, care: ServiceCare, **kwargs: object) -> None:
        kwargs["initial"] = {name: getattr(care, name) for name in CARE} | {"known": care.version if care.pk else 0}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        lapse, reminder = data.get("lapse_days"), data.get("requester_days")
        if lapse and (not reminder or lapse <= reminder):
            self.add_error("lapse_days", _("The requester must be reminded before: give an earlier day for that."))
        return data

    def values(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in CARE}


class PersonByNumber(forms.CharField):
    """A person of the office, by number; cleans to the person or None."""

    def clean(self, value: object) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        found = Person.objects.active().with_role(*OFFICE_ROLES).filter(number__iexact=text).first()
        if found is None:
            raise forms.ValidationError(_("Nobody of the office has this number."))
        return found


class RuleForm(PortalForm):
    """One escalation rule; the amount is minutes, or percent for a share of the time."""

    promise = forms.ChoiceField(label=gettext_lazy("promise"), choices=Promise.choices, initial=Promise.COMPLETION)
    when = forms.ChoiceField(label=gettext_lazy("when"), choices=EscalationWhen.choices)
    amount = forms.IntegerField(
        label=gettext_lazy("minutes or percent"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Working minutes before or after; percent of the time; nothing when it is due."),
    )
    to = forms.ChoiceField(label=gettext_lazy("to whom"), choices=EscalationTo.choices)
    person = PersonByNumber(
        label=gettext_lazy("number of the person"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Only for a person by name."),
    )

    def clean(self) -> dict[str, object]:
        data = super().clean()
        when, to = data.get("when"), data.get("to")
        data["amount"] = 0 if when == EscalationWhen.AT else data.get("amount") or 0
        if when == EscalationWhen.USED and not 1 <= data["amount"] <= 99:
            self.add_error("amount", _("Give a share from 1 to 99 percent."))
        elif when in (EscalationWhen.BEFORE, EscalationWhen.AFTER) and not data["amount"]:
            self.add_error("amount", _("Say how many working minutes."))
        if to == EscalationTo.PERSON and not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Name the person by number."))
        if to != EscalationTo.PERSON:
            data["person"] = None
        return data
