"""The forms with which an administrator makes forms."""

import json
import re
from collections.abc import Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.journal.files import MAX_FILES
from apps.questionnaires.amounts import MAX_DIGITS, MAX_PLACES, plain
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import Choice, Condition, FieldDefinition, Limits
from apps.questionnaires.drafting import with_changed
from apps.questionnaires.editor_columns import columns_question, read_columns, write_columns
from apps.questionnaires.enums import KEY, MAX_ROWS, RESERVED_KEYS, FieldKind, Operator
from apps.questionnaires.models import Form
from apps.questionnaires.sums import NoSumRule, SumRule, read_sum
from apps.questionnaires.table_fields import TableAnswer, TableView, table_view

LANGUAGES = {"zh-hant": "hant", "zh-hans": "hans", "en": "en"}
GROUP_CHOICES = [
    ("documents", gettext_lazy("documents")),
    ("images", gettext_lazy("pictures")),
    ("tables", gettext_lazy("tables")),
]
# Which parts of a question each kind has; the script shows only these.
PARTS = {
    "choices": (FieldKind.CHOICE, FieldKind.CHOICES),
    "max_length": (FieldKind.TEXT, FieldKind.LONG_TEXT),
    "columns": (FieldKind.TABLE,),
    "min_rows": (FieldKind.TABLE,),
    "max_rows": (FieldKind.TABLE,),
    "minimum": (FieldKind.NUMBER,),
    "maximum": (FieldKind.NUMBER,),
    "whole": (FieldKind.NUMBER,),
    "not_past": (FieldKind.DATE,),
    "not_future": (FieldKind.DATE,),
    "max_files": (FieldKind.FILE,),
    "allow": (FieldKind.FILE,),
    "sums": (FieldKind.NUMBER, FieldKind.TABLE),
}
LIMITS_SHOWN = ("max_length", "minimum", "maximum", "max_files", "min_rows", "max_rows")
YES = {"true", "yes", "是", "y", "1"}
NO = {"false", "no", "否", "n", "0"}
CONTROL, SELECT, CHECK = {"class": "form-control"}, {"class": "form-select"}, {"class": "form-check-input"}


class NewFormForm(forms.Form):
    """A form begins with a short code and a name."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40, widget=forms.TextInput(attrs=CONTROL))
    hant = forms.CharField(label="繁體中文", max_length=120, widget=forms.TextInput(attrs=CONTROL))
    hans = forms.CharField(label="简体中文", max_length=120, required=False, widget=forms.TextInput(attrs=CONTROL))
    en = forms.CharField(label="English", max_length=120, required=False, widget=forms.TextInput(attrs=CONTROL))
    collects = forms.BooleanField(
        label=gettext_lazy("May be sent out with a notice, to collect answers"),
        required=False,
        widget=forms.CheckboxInput(attrs=CHECK),
    )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].lower()
        if Form.objects.filter(code=code).exists():
            raise ValidationError(_("Another form has this code."))
        return code

    @property
    def name(self) -> dict[str, str]:
        return {code: text for code, short in LANGUAGES.items() if (text := self.cleaned_data[short])}


class NewFieldForm(forms.Form):
    """A question begins with its kind; its key is given or counted."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of question"), choices=FieldKind.choices, widget=forms.Select(attrs=SELECT)
    )
    key = forms.CharField(
        label=gettext_lazy("Key of the question"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "placeholder": gettext_lazy("key (may be left empty)")}),
    )

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if key and (not KEY.fullmatch(key) or key in RESERVED_KEYS):
            raise ValidationError(_("The key begins with a letter; small letters, digits and underscores only."))
        return key


def _text(label: str, *, rows: int = 0, longest: int = 200) -> forms.CharField:
    widget = forms.Textarea(attrs={**CONTROL, "rows": rows}) if rows else forms.TextInput(attrs=CONTROL)
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget)


def _box(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=forms.CheckboxInput(attrs=CHECK))


def _whole_number(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=-(10**9),
        max_value=10**9,
        widget=forms.NumberInput(attrs=CONTROL),
    )


def _number(label: str) -> forms.DecimalField:
    widget = forms.TextInput(attrs={**CONTROL, "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, required=False, max_digits=MAX_DIGITS, decimal_places=MAX_PLACES, widget=widget
    )


def _row_count(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=MAX_ROWS, widget=forms.NumberInput(attrs=CONTROL)
    )


def _operator() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Comparison"),
        required=False,
        choices=Operator.choices,
        widget=forms.Select(attrs=SELECT),
    )


class FieldForm(forms.Form):
    """One question in all its parts. `fields_now` is the draft, `key` the question that is edited."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of question"), choices=FieldKind.choices, widget=forms.Select(attrs=SELECT)
    )
    label_hant, label_hans, label_en = _text("繁體中文"), _text("简体中文"), _text("English")
    help_hant = _text("繁體中文", rows=2, longest=500)
    help_hans = _text("简体中文", rows=2, longest=500)
    help_en = _text("English", rows=2, longest=500)
    required = _box(gettext_lazy("An answer is needed"))
    office_only = _box(gettext_lazy("Only for the office"))
    unit_only = _box(gettext_lazy("Filled in by the unit that confirms"))
    asked_anew = _box(gettext_lazy("Asked anew each round (not filled from the last one)"))
    choices = _text(gettext_lazy("Choices, one per line: key | 繁 | 简 | English"), rows=5, longest=12_000)
    max_length = _whole_number(gettext_lazy("Longest text"))
    minimum, maximum = _number(gettext_lazy("Least")), _number(gettext_lazy("Greatest"))
    min_rows, max_rows = _row_count(gettext_lazy("Least rows")), _row_count(gettext_lazy("Most rows"))
    sums = _text(
        gettext_lazy("Sums to keep, one per line: a + table.column = b (also <= and >=)"), rows=3, longest=2_000
    )
    whole = _box(gettext_lazy("Whole numbers only"))
    not_past = _box(gettext_lazy("Not before today"))
    not_future = _box(gettext_lazy("Not after today"))
    max_files = forms.IntegerField(
        label=gettext_lazy("Most files"),
        required=False,
        min_value=1,
        max_value=MAX_FILES,
        widget=forms.NumberInput(attrs=CONTROL),
    )
    allow = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of files"),
        required=False,
        choices=GROUP_CHOICES,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
    )
    shown_field = forms.ChoiceField(
        label=gettext_lazy("Shown only if"), required=False, widget=forms.Select(attrs=SELECT)
    )
    shown_operator, shown_value = _operator(), _text(gettext_lazy("Value"))
    required_field = forms.ChoiceField(
        label=gettext_lazy("Needed only if"), required=False, widget=forms.Select(attrs=SELECT)
    )
    required_operator, required_value = _operator(), _text(gettext_lazy("Value"))

    def __init__(
        self, data: Mapping[str, object] | None = None, *, fields_now: Sequence[FieldDefinition], key: str
    ) -> None:
        self.fields_now, self.key = fields_now, key
        self.before = next(field for field in fields_now if field.key == key)
        super().__init__(data, initial=initial_of(self.before), auto_id="part_%s")
        others = [("", _("always"))] + [(field.key, str(field)) for field in fields_now if field.key != key]
        self.fields["columns"] = TableAnswer(columns_question())
        self.fields["columns"].label, self.fields["columns"].required = _("Columns of the table"), False
        self.fields["shown_field"].choices = others
        self.fields["required_field"].choices = [("", _("no condition")), *others[1:]]

    def clean(self) -> dict[str, object]:
        data = super().clean()
        if not self.errors:
            found = find_problems(with_changed(self.fields_now, self.key, self.definition()))
            for problem in found:
                if problem.key == self.key:
                    self.add_error(None, problem.words)
        return data

    def clean_sums(self) -> tuple[SumRule, ...]:
        lines = [line.strip() for line in self.cleaned_data["sums"].splitlines() if line.strip()]
        try:
            return tuple(read_sum(line) for line in lines)
        except NoSumRule as error:
            words = _("“%(line)s” is not understood. Write it like: courses.hours + thesis = total")
            raise ValidationError(words % {"line": error}) from error

    @property
    def is_table(self) -> bool:
        """Its columns need the width of the page."""
        return self.before.kind == FieldKind.TABLE

    @property
    def table(self) -> TableView:
        """The columns, themselves edited as a table."""
        bound = self["columns"]
        return table_view(bound.html_name, bound.field, bound.value())

    @property
    def label_fields(self) -> list[BoundField]:
        return [self[f"label_{short}"] for short in LANGUAGES.values()]

    @property
    def help_fields(self) -> list[BoundField]:
        return [self[f"help_{short}"] for short in LANGUAGES.values()]

    @property
    def has_help(self) -> bool:
        return bool(self.before.help) or any(field.errors for field in self.help_fields)

    @property
    def part_fields(self) -> list[tuple[BoundField, str]]:
        """What only some kinds have, with these kinds as JSON for the script."""
        return [(self[name], json.dumps([str(kind) for kind in kinds])) for name, kinds in PARTS.items()]

    @property
    def condition_fields(self) -> list[list[BoundField]]:
        parts = ("field", "operator", "value")
        return [[self[f"{name}_{part}"] for part in parts] for name in ("shown", "required")]

    def definition(self) -> FieldDefinition:
        """The question as the form says it."""
        data = self.cleaned_data
        return FieldDefinition(
            key=self.key,
            kind=FieldKind(data["kind"]),
            label=self._words("label"),
            help=self._words("help"),
            required=data["required"],
            office_only=data["office_only"],
            unit_only=data["unit_only"],
            asked_anew=data["asked_anew"],
            columns=read_columns(data["columns"]) if data["kind"] == FieldKind.TABLE else (),
            sums=data["sums"],
            choices=read_choices(data["choices"]),
            shown_if=self._condition("shown"),
            required_if=self._condition("required"),
            limits=Limits(
                max_length=data["max_length"],
                minimum=None if data["minimum"] is None else plain(data["minimum"]),
                maximum=None if data["maximum"] is None else plain(data["maximum"]),
                min_rows=data["min_rows"],
                max_rows=data["max_rows"],
                whole=data["whole"],
                not_past=data["not_past"],
                not_future=data["not_future"],
                max_files=data["max_files"],
                allow=tuple(data["allow"]),
            ),
        )

    def _words(self, name: str) -> dict[str, str]:
        return {code: text for code, short in LANGUAGES.items() if (text := self.cleaned_data[f"{name}_{short}"])}

    def _condition(self, name: str) -> Condition | None:
        key = self.cleaned_data[f"{name}_field"]
        if not key:
            return None
        operator = Operator(self.cleaned_data[f"{name}_operator"] or Operator.FILLED)
        if operator == Operator.FILLED:
            return Condition(key, operator)
        other = next(field for field in self.fields_now if field.key == key)
        text = self.cleaned_data[f"{name}_value"]
        texts = [each for each in re.split(r"[,，、;；]", text) if each.strip()] if operator == Operator.IN else [text]
        values = tuple(value_of(other, each.strip()) for each in texts)
        return Condition(key, operator, values if operator == Operator.IN else values[0])


def value_of(other: FieldDefinition, text: str) -> str:
    """What a condition compares: a choice by key or by its words, yes and no in any language."""
    if other.kind == FieldKind.YES_NO:
        return "true" if text.lower() in YES else "false" if text.lower() in NO else text
    return next((each.key for each in other.choices if text == each.key or text in each.label.values()), text)


def read_choices(text: str) -> tuple[Choice, ...]:
    """Lines of "key | 繁 | 简 | English"; a line without bars is key and words at once."""
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in re.split(r"[|｜]", line)]
        if any(parts):
            words = parts[1:4] if len(parts) > 1 else parts[:1]
            label = {code: word for code, word in zip(LANGUAGES, words, strict=False) if word}
            found.append(Choice(parts[0], label))
    return tuple(found)


def write_choices(choices: Sequence[Choice]) -> str:
    """The same the other way round."""
    return "\n".join(" | ".join([each.key, *(each.label.get(code, "") for code in LANGUAGES)]) for each in choices)


def initial_of(field: FieldDefinition) -> dict[str, object]:
    """What the form shows of a question that is there."""
    values: dict[str, object] = {
        "kind": str(field.kind),
        "required": field.required,
        "office_only": field.office_only,
        "unit_only": field.unit_only,
        "asked_anew": field.asked_anew,
        "columns": write_columns(field.columns),
        "sums": "\n".join(str(rule) for rule in field.sums),
        "choices": write_choices(field.choices),
        **{name: getattr(field.limits, name) for name in LIMITS_SHOWN},
        **{name: getattr(field.limits, name) for name in ("whole", "not_past", "not_future")},
        "allow": list(field.limits.allow),
    }
    for code, short in LANGUAGES.items():
        values[f"label_{short}"] = field.label.get(code, "")
        values[f"help_{short}"] = field.help.get(code, "")
    for name, condition in (("shown", field.shown_if), ("required", field.required_if)):
        if condition:
            values[f"{name}_field"] = condition.field
            values[f"{name}_operator"] = str(condition.operator)
            values[f"{name}_value"] = ", ".join(condition.values)
    return values
