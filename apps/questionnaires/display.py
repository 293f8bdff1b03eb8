"""Answers for reading: in words, in the order of the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core.templatetags.portal import day
from apps.core.text import localized
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.answer_fields import read_key
from apps.questionnaires.conditions import is_answered, shown_keys
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.enums import FieldKind
from apps.questionnaires.models import AnswerSet

SEPARATORS = {"zh-hant": "、", "zh-hans": "、", "en": ", "}


@dataclass(frozen=True)
class AnswerLine:
    """One question and its answer in words ("" when it was not answered). Files come as attachments."""

    key: str
    label: str
    value: str
    attachments: tuple[Attachment, ...] = ()
    office_only: bool = False
    is_long: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.value and not self.attachments


def answer_lines(answer_set: AnswerSet, *, office: bool = False) -> list[AnswerLine]:
    """The answers of a set (at most two queries: people, files). The office's own part only for the office."""
    fields = [each for each in read_fields(answer_set.form_version) if office or not each.office_only]
    return lines_of(fields, answer_set.answers)


def lines_of(fields: Sequence[FieldDefinition], answers: Mapping[str, object]) -> list[AnswerLine]:
    """One line for each question that these answers show; for example for a page to check them before sending."""
    shown = shown_keys(fields, answers)
    people, files = _people(fields, answers), _files(fields, answers)
    lines = []
    for field in fields:
        if field.key not in shown:
            continue
        answer = answers.get(field.key)
        attachments = tuple(files[key] for key in _keys(answer) if key in files) if field.kind == FieldKind.FILE else ()
        lines.append(
            AnswerLine(
                key=field.key,
                label=localized(field.label) or field.key,
                value=_words(field, answer, people) if is_answered(answer) else "",
                attachments=attachments,
                office_only=field.office_only,
                is_long=field.kind == FieldKind.LONG_TEXT,
            )
        )
    return lines


def _words(field: FieldDefinition, answer: object, people: Mapping[int, str]) -> str:
    if field.kind == FieldKind.CHOICE:
        return field.choice_label(str(answer))
    if field.kind == FieldKind.CHOICES:
        return localized(SEPARATORS).join(field.choice_label(key) for key in _keys(answer))
    if field.kind == FieldKind.YES_NO:
        return _("Yes") if answer else _("No")
    if field.kind == FieldKind.DATE:
        return _date(str(answer))
    if field.kind == FieldKind.PERSON:
        return people.get(answer, _("a person who is not listed any more")) if isinstance(answer, int) else str(answer)
    return "" if field.kind == FieldKind.FILE else str(answer)


def _date(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _keys(answer: object) -> list[str]:
    if not is_answered(answer):
        return []
    return [str(each) for each in answer] if isinstance(answer, list | tuple) else [str(answer)]


def _answers_of(fields: Sequence[FieldDefinition], answers: Mapping[str, object], kind: FieldKind) -> list[object]:
    return [answers[field.key] for field in fields if field.kind == kind and is_answered(answers.get(field.key))]


def _people(fields: Sequence[FieldDefinition], answers: Mapping[str, object]) -> dict[int, str]:
    keys = [key for key in _answers_of(fields, answers, FieldKind.PERSON) if isinstance(key, int)]
    return {row.pk: str(row) for row in Person.objects.filter(pk__in=keys)} if keys else {}


def _files(fields: Sequence[FieldDefinition], answers: Mapping[str, object]) -> dict[str, Attachment]:
    keys = [key for answer in _answers_of(fields, answers, FieldKind.FILE) for key in _keys(answer) if read_key(key)]
    rows = Attachment.objects.filter(key__in=keys).select_related("blob") if keys else ()
    return {str(row.key): row for row in rows}
