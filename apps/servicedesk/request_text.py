"""Which words of a request are searched. Pure: from plain values to two folded texts, the same whoever asks."""

from collections.abc import Iterable, Mapping, Sequence

from apps.core.search import fold
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import FieldKind

CAP = 20_000  # characters of each text; what a thread of hundreds of messages says after that is not found


def texts_of(
    *,
    number: str,
    title: str,
    answers: Mapping[str, object],
    fields: Sequence[FieldDefinition],
    messages: Iterable[tuple[str, bool]],
) -> tuple[str, str]:
    """(what whoever sees the request may read, what only the office may read). `messages`: body, is it internal."""
    said, office = [number, title], []
    for field in fields:
        found = words_of(field, answers.get(field.key))
        (office if field.office_only else said).extend(found)
    for body, internal in messages:
        (office if internal else said).append(body)
    return joined(said), joined(office)


def joined(parts: Iterable[str]) -> str:
    folded = (fold(part) for part in parts)
    return "\n".join(part for part in folded if part)[:CAP]


def words_of(field: FieldDefinition, answer: object) -> list[str]:
    """The words of an answer: what was typed, or what the chosen is called in every language. No keys of files."""
    if field.kind in (FieldKind.FILE, FieldKind.PERSON):
        return []
    columns = (choice for column in field.columns for choice in column.choices)
    called = {choice.key: choice.label.values() for choice in (*columns, *field.choices)}
    return [word for text in plain(answer) for word in called.get(text, [text])]


def plain(answer: object) -> list[str]:
    """All texts and numbers in an answer, rows of tables too."""
    if isinstance(answer, bool):
        return []
    if isinstance(answer, str | int | float):
        return [str(answer)]
    if isinstance(answer, Mapping):
        return [text for each in answer.values() for text in plain(each)]
    if isinstance(answer, Sequence):
        return [text for each in answer for text in plain(each)]
    return []
