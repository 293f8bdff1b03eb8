"""The fields of a DateRule on a form; their place on the page is components/date_rule.html."""

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.date_rules import LAST, DayOff, Frequency

LATEST = date(2190, 1, 1)
MOST_EVERY = 52
CHECK, CONTROL, SELECT = {"class": "form-check-input"}, {"class": "form-control"}, {"class": "form-select"}
NTHS = [*((number, str(number)) for number in range(1, 11)), (LAST, gettext_lazy("the last"))]
# What each way of coming again needs: (field of the form, field of the rule).
NEEDS = {
    Frequency.WEEKLY: {"weekday": "weekday"},
    Frequency.MONTHLY: {"month_day": "month_day"},
    Frequency.WORKING_DAY: {"nth": "nth"},
    Frequency.YEARLY: {"month": "month", "year_day": "month_day"},
}
PLAIN = ("frequency", "every", "starts_on", "ends_on", "day_off")
PLACES = ("weekday", "month_day", "month", "nth")


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date", **CONTROL}, format="%Y-%m-%d")

    def clean(self, value: str) -> date | None:
        day = super().clean(value)
        if day and not date(2000, 1, 1) <= day < LATEST:
            raise forms.ValidationError(_("This day lies too far away."))
        return day


def choice(label: object, choices: object, **more: object) -> forms.TypedChoiceField:
    """A number from a list."""
    widget = forms.Select(attrs=SELECT)
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, empty_value=None, required=False, widget=widget, **more
    )


def number(label: object, least: int, most: int, **more: object) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs=CONTROL), **more
    )


class DateRuleForm(forms.Form):
    """`rule_values` gives the columns of a rule but its time of day, those that its frequency has no use for empty."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Frequency,
        initial=Frequency.MONTHLY,
        widget=forms.RadioSelect(attrs=CHECK),
    )
    every = number(
        gettext_lazy("Every"),
        1,
        MOST_EVERY,
        initial=1,
        help_text=gettext_lazy("1: every week, month or year; 2: every other."),
    )
    weekday = choice(gettext_lazy("Day of the week"), WEEKDAYS.items(), initial=0)
    month_day = number(gettext_lazy("Day of the month"), 1, 31, initial=1, required=False)
    nth = choice(gettext_lazy("Which working day"), NTHS, initial=1)
    month = choice(gettext_lazy("Month"), MONTHS.items(), initial=1)
    year_day = number(gettext_lazy("Day in that month"), 1, 31, initial=1, required=False)
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until you end it."))
    day_off = forms.ChoiceField(
        label=gettext_lazy("If that is no working day"),
        choices=DayOff,
        initial=DayOff.NEXT,
        widget=forms.RadioSelect(attrs=CHECK),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in NEEDS.get(data.get("frequency"), {}):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Say which day."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("This must not be before the first day."))
        return data

    def rule_values(self) -> dict[str, Any]:
        data = self.cleaned_data
        places = {field: data[name] for name, field in NEEDS[data["frequency"]].items()}
        return dict.fromkeys(PLACES) | {name: data[name] for name in PLAIN} | places


def initial_of_rule(row: object) -> dict[str, object]:
    """How the columns of a rule stand in the form."""
    places = {name: getattr(row, field) for name, field in NEEDS[row.frequency].items()}
    return {name: getattr(row, name) for name in PLAIN} | places
