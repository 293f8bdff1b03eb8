"""The table that a batch of certificates prints: one sheet for everybody, each row with the number of its person."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from apps.people.enums import Language
from apps.people.models import Person
from apps.questionnaires.columns import Column
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import MAX_ROWS, ColumnKind

NUMBER = "holder_number"
NUMBER_LABEL = gettext_noop("Student or staff number")
HINT = gettext_noop("One sheet for everybody: each row begins with the number of its person.")


def with_numbers(definitions: Sequence[FieldDefinition], key: str) -> list[FieldDefinition]:
    """The questions, with a column for the person's number in front of the table `key`, which has to be filled in."""
    column = Column(NUMBER, ColumnKind.TEXT, label=in_each_language(NUMBER_LABEL), required=True)
    hint = in_each_language(HINT)
    return [
        replace(
            each,
            columns=(column, *each.columns),
            limits=replace(each.limits, max_rows=MAX_ROWS),
            help=hint,
            required=True,
        )
        if each.key == key
        else each
        for each in definitions
    ]


def in_each_language(words: str) -> dict[str, str]:
    found = {}
    for language in Language.values:
        with translation.override(language):
            found[language] = gettext(words)
    return found


def numbers_in(answers: Mapping[str, object], key: str) -> list[str]:
    """Whom the rows name, each once, in their order."""
    return list(dict.fromkeys(str(row[NUMBER]) for row in rows_of(answers, key) if row.get(NUMBER)))


def rows_of(answers: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    rows = answers.get(key)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


def own_answers(answers: Mapping[str, object], key: str, person: Person) -> Mapping[str, object]:
    """The answers of a batch as they count for one of its people: of the table `key` the own rows alone."""
    if not numbers_in(answers, key):
        return answers
    own = [row for row in rows_of(answers, key) if str(row.get(NUMBER, "")).lower() == person.number.lower()]
    return {**answers, key: [{name: value for name, value in row.items() if name != NUMBER} for row in own]}
