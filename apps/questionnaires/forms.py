"""The form that a person fills in, built from the questions of a version."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from apps.journal.file_kinds import readable_list
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.answer_fields import FileAnswer, field_for
from apps.questionnaires.conditions import holds, is_answered, required_keys, shown_answers
from apps.questionnaires.definitions import Condition, FieldDefinition, read_fields
from apps.questionnaires.enums import FieldKind, SumOperator
from apps.questionnaires.models import FormVersion
from apps.questionnaires.table_fields import TableAnswer, TableView, table_view
from apps.questionnaires.wording import broken_words, rule_lines


@dataclass(frozen=True)
class Question:
    """One question as a template draws it."""

    definition: FieldDefinition
    bound: BoundField
    shown_if: Condition | None
    required_if: Condition | None
    rules: tuple[str, ...] = ()
    remark: str = ""
    is_as_last: bool = False

    @property
    def is_table(self) -> bool:
        return self.definition.kind == FieldKind.TABLE

    @property
    def table(self) -> TableView:
        return table_view(self.bound.html_name, self.bound.field, self.bound.value())

    @property
    def sums(self) -> str:
        """The sums as JSON, for the script that shows them while somebody types."""
        shown = [rule for rule in self.definition.sums if len(rule.parts) > 1 or "." in rule.parts[0]]
        return json.dumps([{"parts": rule.parts, "target": rule.target} for rule in shown]) if shown else ""

    @property
    def takes_sum(self) -> bool:
        """Is the answer nothing but one sum, so that it can be put in by a button?"""
        rules = self.definition.sums
        is_equal = len(rules) == 1 and rules[0].operator == SumOperator.EQUALS
        return is_equal and rules[0].target == self.definition.key

    @property
    def is_group(self) -> bool:
        """Several boxes or buttons under one heading (fieldset and legend)."""
        return self.bound.field.widget.use_fieldset

    @property
    def is_file(self) -> bool:
        return self.definition.kind == FieldKind.FILE

    @property
    def is_person(self) -> bool:
        return self.definition.kind == FieldKind.PERSON

    @property
    def attachments(self) -> list[Attachment]:
        return self.bound.field.attachments if self.is_file else []

    @property
    def groups(self) -> str:
        """The kinds of files as journal:upload names them."""
        return " ".join(self.bound.field.groups)

    @property
    def kinds_taken(self) -> str:
        return readable_list(self.bound.field.allow)

    @property
    def largest(self) -> int:
        """Bytes that one file may have."""
        return settings.UPLOAD_MAX_BYTES

    @property
    def accept(self) -> str:
        """For the browser's file dialog; the server checks on its own."""
        return ",".join(f".{end}" for end in sorted(self.bound.field.allow))

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions as data attributes for conditions.js."""
        found = {}
        required_if = None if self.definition.required else self.required_if
        for name, condition in (("shown", self.shown_if), ("required", required_if)):
            if condition:
                found[f"data-{name}-field"] = condition.field
                found[f"data-{name}-operator"] = str(condition.operator)
                found[f"data-{name}-values"] = json.dumps(list(condition.values), ensure_ascii=False)
        return found


class AnswersForm(forms.Form):
    """The questions in `asked`. `definitions` are all of the version: conditions may need earlier answers to others.

    What a page may set before drawing: `earlier`, answers of an earlier round (an answer that is still the same says
    so), and `remarks`, words at a question, by its key.
    """

    use_required_attribute = False  # a question that is not shown must not keep the browser from sending

    def __init__(
        self,
        *,
        definitions: Sequence[FieldDefinition],
        asked: Sequence[FieldDefinition],
        person: Person,
        data: Mapping[str, object] | None,
        files: Mapping[str, object] | None,
        before: Mapping[str, object],
    ) -> None:
        super().__init__(data=data, files=files, initial=dict(before))
        self.definitions, self.asked, self.before = list(definitions), list(asked), dict(before)
        self.earlier: Mapping[str, object] = {}
        self.remarks: Mapping[str, str] = {}
        for each in self.asked:
            self.fields[each.key] = field_for(each, person=person, initial=before.get(each.key))

    def clean(self) -> dict[str, object]:
        """Answers to questions that are not shown do not count, neither does what is wrong with them."""
        cleaned = super().clean()
        merged = self._merged()
        shown = shown_answers(self.definitions, merged)
        required = required_keys(self.definitions, merged)
        for each in self.asked:
            if not holds(each.shown_if, merged):
                self._errors.pop(each.key, None)
            elif each.key in required and each.key not in shown and each.key not in self._errors:
                self.add_error(each.key, _needed(each))
        self._check_sums(shown)
        return cleaned

    def _check_sums(self, shown: Mapping[str, object]) -> None:
        """Sums of what is shown; a sum whose parts are wrong themselves is not spoken of yet."""
        wrong = set(self._errors)
        for each in self.asked:
            for rule in each.sums if holds(each.shown_if, shown) else ():
                if not rule.keys & wrong and not rule.is_kept(shown):
                    self.add_error(each.key, broken_words(rule, self.definitions, shown))

    def _merged(self) -> dict[str, object]:
        """What was answered before, with what this form says now; a value that is wrong counts as no answer."""
        asked = {each.key for each in self.asked}
        now_said = {key: self.cleaned_data.get(key, self._right_part(key)) for key in asked}
        return {**self.before, **now_said}

    def _right_part(self, key: str) -> object:
        """The cells that are right of a table that is not; of other questions nothing."""
        field = self.fields[key]
        return field.partial if isinstance(field, TableAnswer) else None

    def plain_answers(self) -> dict[str, object]:
        """All answers that count, earlier ones included, as JSON values; of a form with errors those that are right."""
        if not self.is_bound:
            return shown_answers(self.definitions, self.before)
        self.errors  # noqa: B018 (cleans the form)
        return shown_answers(self.definitions, self._merged())

    def attachments(self) -> list[Attachment]:
        """The files among the answers that count."""
        keys = self.plain_answers()
        fields = [(key, field) for key, field in self.fields.items() if isinstance(field, FileAnswer)]
        return [file for key, field in fields if key in keys for file in field.attachments]

    @property
    def questions(self) -> Iterator[Question]:
        """The questions to draw. A condition on a question that is not on this form is settled already."""
        if self.is_bound:
            self.errors  # noqa: B018 (files that came along are shown again)
        for each in self.asked:
            if each.key in self.errors:
                attrs = self.fields[each.key].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()
            yield Question(
                each,
                self[each.key],
                self._open(each.shown_if),
                self._open(each.required_if),
                rules=tuple(rule_lines(each, self.definitions)),
                remark=self.remarks.get(each.key, ""),
                is_as_last=each.key in self.earlier and self.before.get(each.key) == self.earlier[each.key],
            )

    def _open(self, condition: Condition | None) -> Condition | None:
        return condition if condition and condition.field in self.fields else None


def _needed(definition: FieldDefinition) -> str:
    if definition.kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        return _("Choose one.")
    if definition.kind == FieldKind.CHOICES:
        return _("Choose at least one.")
    if definition.kind == FieldKind.FILE:
        return _("Add a file.")
    if definition.kind == FieldKind.TABLE:
        return _("Fill in at least one row.")
    return _("Please answer this.")


def build_form(
    version: FormVersion,
    *,
    data: Mapping[str, object] | None = None,
    files: Mapping[str, object] | None = None,
    person: Person,
    initial: Mapping[str, object] | None = None,
    only: Collection[str] | None = None,
) -> AnswersForm:
    """The form for the person who answers: every question except those for the office and for the unit.

    `person` fills it in (files become theirs). `initial`: the answers so far. `only`: the keys that may be changed now;
    the questions that depend on them come along, all other answers stay as they are.
    """
    definitions = read_fields(version)
    keys = {each.key for each in definitions if each.is_for_person}
    wanted = {key for key in keys if only is None or key in only}
    return form_of(
        definitions, keys & with_dependents(definitions, wanted), data=data, files=files, person=person, initial=initial
    )


def build_office_form(
    version: FormVersion,
    *,
    data: Mapping[str, object] | None = None,
    files: Mapping[str, object] | None = None,
    person: Person,
    initial: Mapping[str, object] | None = None,
) -> AnswersForm:
    """The form for the office's own part; the answers of the asker stay as they are."""
    definitions = read_fields(version)
    keys = {each.key for each in definitions if each.office_only}
    return form_of(definitions, keys, data=data, files=files, person=person, initial=initial)


def build_unit_form(
    version: FormVersion,
    *,
    data: Mapping[str, object] | None = None,
    files: Mapping[str, object] | None = None,
    person: Person,
    initial: Mapping[str, object] | None = None,
) -> AnswersForm:
    """The form for what the confirming unit fills in; the answers of the person stay as they are."""
    definitions = read_fields(version)
    keys = {each.key for each in definitions if each.unit_only}
    return form_of(definitions, keys, data=data, files=files, person=person, initial=initial)


def form_of(
    definitions: Sequence[FieldDefinition],
    keys: Collection[str],
    *,
    data: Mapping[str, object] | None = None,
    files: Mapping[str, object] | None = None,
    person: Person,
    initial: Mapping[str, object] | None = None,
) -> AnswersForm:
    """A form that asks the questions `keys` of `definitions`, for example of a draft that is not published yet."""
    before = {key: value for key, value in (initial or {}).items() if is_answered(value)}
    asked = [each for each in definitions if each.key in keys and _can_show(each, keys, before)]
    return AnswersForm(definitions=definitions, asked=asked, person=person, data=data, files=files, before=before)


def with_dependents(definitions: Sequence[FieldDefinition], keys: Collection[str]) -> set[str]:
    """`keys`, the questions whose conditions look at them, those that share a sum with them, and so on: a changed
    answer may make each of them necessary.
    """
    found, more = set(keys), set(keys)
    sums = [rule.keys | {each.key} for each in definitions for rule in each.sums]
    while more:
        looking = {each.key for each in definitions if any(condition.field in more for condition in each.conditions)}
        looking |= {key for together in sums if together & more for key in together}
        more = looking - found
        found |= more
    return found


def _can_show(definition: FieldDefinition, keys: Collection[str], before: Mapping[str, object]) -> bool:
    """Not a question whose condition is not met and cannot change on this form."""
    condition = definition.shown_if
    return condition is None or condition.field in keys or holds(condition, before)
