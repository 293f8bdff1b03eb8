"""Answers for reading: in words, in the order of the form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags.portal import day
from apps.core.text import localized
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.amounts import amount_text, is_amount, total
from apps.questionnaires.answer_fields import read_key
from apps.questionnaires.columns import Column
from apps.questionnaires.conditions import is_answered, shown_keys
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.enums import ColumnKind, FieldKind
from apps.questionnaires.models import AnswerSet

SEPARATORS = {"zh-hant": "、", "zh-hans": "、", "en": ", "}


@dataclass(frozen=True)
class TableLines:
    """A table to read: headings, rows of words, and the totals below ("" where a column has none)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    numeric: tuple[bool, ...]

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """(heading, are they numbers)."""
        return list(zip(self.headings, self.numeric, strict=True))

    @property
    def has_totals(self) -> bool:
        return any(self.totals)

    @property
    def lines(self) -> list[list[tuple[str, str, bool]]]:
        """Rows of (heading, words, is it a number)."""
        return [list(zip(self.headings, row, self.numeric, strict=True)) for row in self.rows]

    @property
    def foot(self) -> list[tuple[str, bool]]:
        return list(zip(self.totals, self.numeric, strict=True))


@dataclass(frozen=True)
class AnswerLine:
    """One question and its answer in words ("" when it was not answered). Files come as attachments, tables as rows."""

    key: str
    label: str
    value: str
    attachments: tuple[Attachment, ...] = ()
    office_only: bool = False
    is_long: bool = False
    unit_only: bool = False
    table: TableLines | None = None

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
                unit_only=field.unit_only,
                table=table_lines(field, answer) if field.kind == FieldKind.TABLE and is_answered(answer) else None,
            )
        )
    return lines


def table_lines(field: FieldDefinition, rows: object) -> TableLines:
    """The rows of a table in words."""
    columns = field.columns
    known = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    totals = (amount_text(total(row.get(each.key) for row in known)) if each.total else "" for each in columns)
    return TableLines(
        headings=tuple(str(column) for column in columns),
        rows=tuple(tuple(cell_words(column, row.get(column.key)) for column in columns) for row in known),
        totals=tuple(totals),
        numeric=tuple(column.is_numeric for column in columns),
    )


def cell_words(column: Column, value: object) -> str:
    if value is None:
        return ""
    if column.kind == ColumnKind.CHOICE:
        return column.choice_label(str(value))
    if column.kind == ColumnKind.DATE:
        return _date(str(value))
    return amount_text(value) if is_amount(value) else str(value)


def _words(field: FieldDefinition, answer: object, people: Mapping[int, str]) -> str:
    reader = READERS.get(field.kind)
    if reader:
        return reader(field, answer)
    if field.kind == FieldKind.PERSON:
        return people.get(answer, _("a person who is not listed any more")) if isinstance(answer, int) else str(answer)
    return amount_text(answer) if is_amount(answer) else str(answer)


def _rows(field: FieldDefinition, answer: object) -> str:
    count = len(answer) if isinstance(answer, list | tuple) else 0
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}


READERS: dict[FieldKind, Callable[[FieldDefinition, object], str]] = {
    FieldKind.CHOICE: lambda field, answer: field.choice_label(str(answer)),
    FieldKind.CHOICES: lambda field, answer: localized(SEPARATORS).join(map(field.choice_label, _keys(answer))),
    FieldKind.YES_NO: lambda field, answer: _("Yes") if answer else _("No"),
    FieldKind.DATE: lambda field, answer: _date(str(answer)),
    FieldKind.FILE: lambda field, answer: "",
    FieldKind.TABLE: _rows,
}


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
