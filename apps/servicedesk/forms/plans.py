"""The administrator's forms for an approval plan: one step, and what a trial asks."""

import re
from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.text import in_each_language
from apps.people.enums import Language, Role, UnitKind
from apps.people.models import Person, Unit
from apps.questionnaires.definitions import Condition, FieldDefinition
from apps.questionnaires.editor_forms import value_of
from apps.questionnaires.enums import Operator
from apps.servicedesk.catalogue_enums import AskedWhen, StepWho
from apps.servicedesk.forms.base import PortalForm
from apps.servicedesk.plan import PlannedStep, turns
from apps.servicedesk.plan_checks import plan_problems

MANY = re.compile(r"[,，、;；]")


class StepForm(PortalForm):
    """One step of a plan. `others` are the plan's other steps, `fields_now` the questions of the form."""

    order = forms.IntegerField(
        label=gettext_lazy("turn"),
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("The same number: asked at the same time; the next number follows when they are done."),
    )
    asked = forms.ChoiceField(
        label=gettext_lazy("when it is asked"), choices=AskedWhen.choices, initial=AskedWhen.ON_WORD
    )
    who = forms.ChoiceField(label=gettext_lazy("who decides"), choices=StepWho.choices)
    role = forms.ChoiceField(label=gettext_lazy("role"), choices=[("", "—"), *Role.choices], required=False)
    unit = forms.ModelChoiceField(label=gettext_lazy("in the unit"), queryset=Unit.objects.none(), required=False)
    number = forms.CharField(label=gettext_lazy("number of the person"), max_length=40, required=False)
    any_of = forms.BooleanField(
        label=gettext_lazy("of those with the same number one is enough: who decides first decides"), required=False
    )
    condition_field = forms.ChoiceField(label=gettext_lazy("only if the answer to"), required=False)
    condition_operator = forms.ChoiceField(
        label=gettext_lazy("condition"), choices=[("", "—"), *Operator.choices], required=False
    )
    condition_value = forms.CharField(
        label=gettext_lazy("value"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A choice by its words or key; yes or no; several with commas."),
    )

    def __init__(
        self,
        *args: object,
        fields_now: Sequence[FieldDefinition],
        others: Sequence[PlannedStep],
        step: PlannedStep | None = None,
        **kwargs: object,
    ) -> None:
        self.fields_now, self.others = list(fields_now), list(others)
        usual = {"order": max((each.order for each in others), default=0) + 1}
        kwargs.setdefault("initial", initial_of(step, self.fields_now) if step else usual)
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            label = _("name of the step (%(language)s)") % {"language": language}
            self.fields[f"name_{code}"] = forms.CharField(label=label, max_length=60, required=False)
            self.fields[f"name_{code}"].widget.attrs["class"] = "form-control"
        self.fields["name_zh-hant"].help_text = _("Empty: named after who decides.")
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True).exclude(kind=UnitKind.CLASS).order_by("path")
        asked = [(field.key, f"{field} ({field.key})") for field in self.fields_now]
        self.fields["condition_field"].choices = [("", _("always asked")), *asked]
        names = [f"name_{code}" for code, _language in settings.LANGUAGES]
        self.order_fields(["order", "asked", *names])

    def clean(self) -> dict[str, object]:
        data = super().clean()
        self.check_who(data)
        if not self.errors:
            for words in plan_problems(turns([*self.others, self.step()]), self.fields_now):
                self.add_error(None, words)
        return data

    def check_who(self, data: dict[str, object]) -> None:
        """Each way to say who decides needs its own fields; what the others would say is dropped."""
        who = data.get("who")
        if who in (StepWho.ROLE, StepWho.POST) and not data.get("role"):
            self.add_error("role", _("Choose the role."))
        if who == StepWho.POST and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit."))
        if who == StepWho.PERSON:
            found = Person.objects.active().filter(number__iexact=(data.get("number") or "").strip()).first()
            data["person"] = found
            if found is None:
                self.add_error("number", _("Nobody active has this number."))

    def step(self) -> PlannedStep:
        """The step as the form says it."""
        data = self.cleaned_data
        who = StepWho(data["who"])
        role = data["role"] if who in (StepWho.ROLE, StepWho.POST) else ""
        given = {code: data[f"name_{code}"] for code in Language.values if data[f"name_{code}"]}
        return PlannedStep(
            order=data["order"],
            name=given or named_after(who, role, data.get("person")),
            who=who,
            role=role,
            unit_id=data["unit"].pk if who == StepWho.POST else None,
            person_id=data["person"].pk if who == StepWho.PERSON else None,
            any_of=data["any_of"],
            asked=AskedWhen(data["asked"]),
            condition=self.condition(),
        )

    def condition(self) -> Condition | None:
        key = self.cleaned_data["condition_field"]
        if not key:
            return None
        operator = Operator(self.cleaned_data["condition_operator"] or Operator.FILLED)
        if operator == Operator.FILLED:
            return Condition(key, operator)
        other = next(field for field in self.fields_now if field.key == key)
        text = self.cleaned_data["condition_value"]
        texts = [each for each in MANY.split(text) if each.strip()] if operator == Operator.IN else [text]
        values = tuple(value_of(other, each.strip()) for each in texts)
        return Condition(key, operator, values if operator == Operator.IN else values[0])


def named_after(who: StepWho, role: str, person: Person | None) -> dict[str, str]:
    """A name for a step that was given none."""
    if person:
        return dict.fromkeys(Language.values, person.name)
    return in_each_language(Role(role).label if role else who.label)


def initial_of(step: PlannedStep, fields: Sequence[FieldDefinition]) -> dict[str, object]:
    values: dict[str, object] = {
        "order": step.order,
        "asked": step.asked,
        "who": step.who,
        "role": step.role,
        "unit": step.unit_id,
        "any_of": step.any_of,
    }
    if step.person_id:
        values["number"] = Person.objects.values_list("number", flat=True).get(pk=step.person_id)
    values |= {f"name_{code}": text for code, text in step.name.items()}
    if step.condition:
        values |= {
            "condition_field": step.condition.field,
            "condition_operator": step.condition.operator,
            "condition_value": "、".join(step.condition.values),
        }
    return values


class TrialForm(PortalForm):
    """Who would ask, for a trial of the plan."""

    requester = forms.CharField(
        label=gettext_lazy("number of a requester"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("To see who would be asked for this person; the answers are chosen below."),
    )

    def clean_requester(self) -> Person | None:
        number = self.cleaned_data["requester"].strip()
        if not number:
            return None
        found = Person.objects.active().filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("Nobody active has this number."))
        return found
