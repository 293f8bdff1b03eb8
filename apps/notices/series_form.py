"""A series: which template, to whom, on which dates; leave a date out."""

from datetime import time

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.date_rule_form import CHECK, CONTROL, SELECT, DateRuleForm, initial_of_rule, number
from apps.core.date_rules import DateRule
from apps.notices.audience_line import unit_choices
from apps.notices.models import NoticeTemplate, SavedAudience, Series
from apps.notices.rules import can_address_all
from apps.notices.template_form import audience_choices
from apps.people.models import Person, Unit

LONGEST_LEAD = 20


class SeriesForm(DateRuleForm):
    """`values` gives what services.series takes, `rule` the dates alone."""

    name = forms.CharField(
        label=gettext_lazy("Name of the series"), max_length=80, widget=forms.TextInput(attrs=CONTROL)
    )
    template = forms.TypedChoiceField(label=gettext_lazy("Template"), coerce=int, widget=forms.Select(attrs=SELECT))
    unit = forms.TypedChoiceField(label=gettext_lazy("In the name of"), coerce=int, widget=forms.Select(attrs=SELECT))
    whom = forms.ChoiceField(label=gettext_lazy("Whom it is for"), required=False, widget=forms.Select(attrs=SELECT))
    publish_time = forms.TimeField(
        label=gettext_lazy("At"),
        initial=time(9),
        widget=forms.TimeInput(attrs={"type": "time", **CONTROL}, format="%H:%M"),
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

    def rule(self) -> DateRule:
        data = self.cleaned_data
        return DateRule(time=data["publish_time"], lead_days=data["lead_days"], **self.rule_values())

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        return {
            **self.rule_values(),
            **{name: data[name] for name in ("name", "publish_time", "lead_days", "waits_for_go")},
            "template": NoticeTemplate.objects.get(pk=data["template"]),
            "unit": Unit.objects.get(pk=data["unit"]),
            "saved_audience": SavedAudience.objects.get(pk=data["whom"]) if data["whom"] else None,
        }


def initial_of_series(series: Series) -> dict[str, object]:
    """How a series stands in the form."""
    own = ("name", "publish_time", "lead_days", "template_id", "unit_id")
    found = {name.removesuffix("_id"): getattr(series, name) for name in own}
    whom = str(series.saved_audience_id) if series.saved_audience_id else ""
    return {
        **initial_of_rule(series),
        **found,
        "whom": whom,
        "waits_for_go": "1" if series.waits_for_go else "0",
    }


class SkipForm(forms.Form):
    """Which date is left out, and why."""

    date = forms.DateField()
    reason = forms.CharField(max_length=200)
