"""On which dates a request comes again."""

from datetime import time

from django import forms
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.notices.enums import DayOff, Frequency
from apps.notices.series_form import NEEDS, NTHS, DayField, choice, number
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.models import Recurrence


class RecurrenceForm(PortalForm):
    """`values` gives the columns of the rule."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=Frequency, initial=Frequency.MONTHLY, widget=forms.RadioSelect
    )
    weekday = choice(gettext_lazy("Day of the week"), WEEKDAYS.items(), initial=0)
    month_day = number(gettext_lazy("Day of the month"), 1, 31, initial=1, required=False)
    nth = choice(gettext_lazy("Which working day"), NTHS, initial=1)
    month = choice(gettext_lazy("Month"), MONTHS.items(), initial=1)
    year_day = number(gettext_lazy("Day in that month"), 1, 31, initial=1, required=False)
    day_off = forms.ChoiceField(
        label=gettext_lazy("If that is no working day"), choices=DayOff, initial=DayOff.NEXT, widget=forms.RadioSelect
    )
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until you end it."))
    time = forms.TimeField(
        label=gettext_lazy("At"), initial=time(9), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    files_itself = forms.TypedChoiceField(
        label=gettext_lazy("When the day has come"),
        choices=[
            ("0", gettext_lazy("a draft waits for me to confirm it")),
            ("1", gettext_lazy("it is filed by itself")),
        ],
        coerce=lambda value: value == "1",
        initial="0",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, kept: Recurrence | None = None, **kwargs: object) -> None:
        kwargs.setdefault("initial", initial_of(kept) if kept else {"starts_on": office_time().day(now())})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, object]:
        data = super().clean()
        for name in NEEDS.get(data.get("frequency"), {}):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Say which day."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("This must not be before the first day."))
        return data

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        plain = ("frequency", "starts_on", "ends_on", "time", "day_off", "files_itself")
        days = {column: data[name] for name, column in NEEDS[data["frequency"]].items()}
        return dict.fromkeys(("weekday", "month_day", "month", "nth")) | {name: data[name] for name in plain} | days


def initial_of(kept: Recurrence) -> dict[str, object]:
    found = {name: getattr(kept, name) for name in ("frequency", "starts_on", "ends_on", "time", "day_off")}
    found |= {name: getattr(kept, column) for name, column in NEEDS[kept.frequency].items()}
    return found | {"files_itself": "1" if kept.files_itself else "0"}
