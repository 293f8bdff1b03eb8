"""On which dates a request comes again."""

from datetime import time

from django import forms
from django.utils.translation import gettext_lazy

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.date_rule_form import CHECK, CONTROL, DateRuleForm, initial_of_rule
from apps.servicedesk.models import Recurrence


class RecurrenceForm(DateRuleForm):
    """`values` gives the columns of the rule."""

    time = forms.TimeField(
        label=gettext_lazy("At"),
        initial=time(9),
        widget=forms.TimeInput(attrs={"type": "time", **CONTROL}, format="%H:%M"),
    )
    files_itself = forms.TypedChoiceField(
        label=gettext_lazy("When the day has come"),
        choices=[
            ("0", gettext_lazy("a draft waits for me to confirm it")),
            ("1", gettext_lazy("it is filed by itself")),
        ],
        coerce=lambda value: value == "1",
        initial="0",
        widget=forms.RadioSelect(attrs=CHECK),
    )

    def __init__(self, *args: object, kept: Recurrence | None = None, **kwargs: object) -> None:
        kwargs.setdefault("initial", initial_of(kept) if kept else {"starts_on": office_time().day(now())})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        return self.rule_values() | {"time": data["time"], "files_itself": data["files_itself"]}


def initial_of(kept: Recurrence) -> dict[str, object]:
    return initial_of_rule(kept) | {"time": kept.time, "files_itself": "1" if kept.files_itself else "0"}
