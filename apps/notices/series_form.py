"""A series: which template, to whom, on which dates; leave a date out."""

from datetime import date, time

from django import forms
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notices.audience_line import CHECK, unit_choices
from apps.notices.enums import DayOff, Frequency
from apps.notices.models import NoticeTemplate, SavedAudience, Series
from apps.notices.rules import can_address_all
from apps.notices.series_dates import LAST, DateRule
from apps.notices.template_form import SELECT, audience_choices
from apps.people.models import Person, Unit

LONGEST_LEAD = 20
LATEST = date(2190, 1, 1)
CONTROL = {"class": "form-control"}
NTHS = [*((number, str(number)) for number in range(1, 11)), (LAST, gettext_lazy("the last"))]
# What each way of recurring needs: (field of the form, field of the series).
NEEDS = {
    Frequency.WEEKLY: {"weekday": "weekday"},
    Frequency.MONTHLY: {"month_day": "month_day"},
    Frequency.WORKING_DAY: {"nth": "nth"},
    Frequency.YEARLY: {"month": "month", "year_day": "month_day"},
}
RULE_FIELDS = ("frequency", "every", "starts_on", "ends_on", "day_off", "lead_days")


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


class SeriesForm(forms.Form):
    """`values` gives what services.series takes, `rule` the dates alone."""

    name = forms.CharField(
        label=gettext_lazy("Name of the series"), max_length=80, widget=forms.TextInput(attrs=CONTROL)
    )
    template = forms.TypedChoiceField(label=gettext_lazy("Template"), coerce=int, widget=forms.Select(attrs=SELECT))
    unit = forms.TypedChoiceField(label=gettext_lazy("In the name of"), coerce=int, widget=forms.Select(attrs=SELECT))
    whom = forms.ChoiceField(label=gettext_lazy("Whom it is for"), required=False, widget=forms.Select(attrs=SELECT))
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Frequency,
        initial=Frequency.MONTHLY,
        widget=forms.RadioSelect(attrs=CHECK),
    )
    every = number(
        gettext_lazy("Every"), 1, 52, initial=1, help_text=gettext_lazy("1: every week, month or year; 2: every other.")
    )
    weekday = choice(gettext_lazy("Day of the week"), WEEKDAYS.items(), initial=0)
    month_day = number(gettext_lazy("Day of the month"), 1, 31, initial=1, required=False)
    nth = choice(gettext_lazy("Which working day"), NTHS, initial=1)
    month = choice(gettext_lazy("Month"), MONTHS.items(), initial=1)
    year_day = number(gettext_lazy("Day in that month"), 1, 31, initial=1, required=False)
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until you end it."))
    publish_time = forms.TimeField(
        label=gettext_lazy("At"),
        initial=time(9),
        widget=forms.TimeInput(attrs={"type": "time", **CONTROL}, format="%H:%M"),
    )
    day_off = forms.ChoiceField(
        label=gettext_lazy("If that is no working day"),
        choices=DayOff,
        initial=DayOff.NEXT,
        widget=forms.RadioSelect(attrs=CHECK),
    )
    lead_days = number(
        gettext_lazy("Draft made before"),
        0,
        LONGEST_LEAD,
        initial=2,
        help_text=gettext_lazy("Working days before it goes out, so that you can look at it."),
    )
    waits_for_go = forms.TypedChoiceField(
        label=gettext_lazy("When the draft is there"),
        choices=[("1", gettext_lazy("it waits until I publish it")), ("0", gettext_lazy("it goes out by itself"))],
        coerce=lambda value: value == "1",
        initial="1",
        widget=forms.RadioSelect(attrs=CHECK),
    )

    def __init__(self, *args: object, user: Person, kept: Series | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(user)
        templates = {row.pk: row.name for row in NoticeTemplate.objects.in_use().visible_to(user).order_by("name")}
        if kept:
            templates.setdefault(kept.template_id, kept.template.name)
        self.fields["template"].choices = [("", _("choose")), *templates.items()]
        whom = audience_choices(user, also=kept and kept.saved_audience)
        self.fields["whom"].choices = [("", _("as the template says")), *whom]
        self.is_office = can_address_all(user)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        for name in NEEDS.get(data.get("frequency"), {}):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Say which day."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("This must not be before the first day."))
        return data

    def rule(self) -> DateRule:
        data = self.cleaned_data
        given = {name: data[name] for name in RULE_FIELDS}
        return DateRule(time=data["publish_time"], **given, **self._days())

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        return {
            **dict.fromkeys(("weekday", "month_day", "month", "nth")),
            **{name: data[name] for name in (*RULE_FIELDS, "name", "publish_time", "waits_for_go")},
            **self._days(),
            "template": NoticeTemplate.objects.get(pk=data["template"]),
            "unit": Unit.objects.get(pk=data["unit"]),
            "saved_audience": SavedAudience.objects.get(pk=data["whom"]) if data["whom"] else None,
        }

    def _days(self) -> dict[str, int]:
        needs = NEEDS[self.cleaned_data["frequency"]]
        return {field: self.cleaned_data[name] for name, field in needs.items()}


def initial_of_series(series: Series) -> dict[str, object]:
    """How a series stands in the form."""
    names = (*RULE_FIELDS, "name", "publish_time", "template_id", "unit_id")
    found = {name.removesuffix("_id"): getattr(series, name) for name in names}
    for name, field in NEEDS[series.frequency].items():
        found[name] = getattr(series, field)
    whom = str(series.saved_audience_id) if series.saved_audience_id else ""
    return {**found, "whom": whom, "waits_for_go": "1" if series.waits_for_go else "0"}


class SkipForm(forms.Form):
    """Which date is left out, and why."""

    date = forms.DateField()
    reason = forms.CharField(max_length=200)
