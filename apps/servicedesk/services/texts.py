"""Keeps what is searched of a request, in the transaction that writes the words; and makes it again to prove it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Concat, Left

from apps.core.search import fold
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.servicedesk.models import Request, RequestMessage, RequestText
from apps.servicedesk.request_text import CAP, texts_of

CHUNK = 500


@dataclass(frozen=True)
class TextDifference:
    """A filed request whose kept words are not those that it says now."""

    request_id: int
    number: str
    missing: bool

    def __str__(self) -> str:
        return f"{self.number}: {'no words kept' if self.missing else 'other words'}"


def write_text(request: Request) -> None:
    """Keep the words of a filed request anew: call it where title or answers change (three queries at most)."""
    messages = RequestMessage.objects.filter(request=request).order_by("pk").values_list("body", "internal")
    said, office = _texts(request, read_fields(request.answer_set.form_version), list(messages))
    RequestText.objects.update_or_create(request=request, defaults={"said": said, "office": office})


def add_words(message: RequestMessage) -> None:
    """One more message at the end of the words (one query; more only where none were kept yet). A draft has none: its
    filing writes them all.
    """
    if message.request.submitted_at is None:
        return
    column, words = "office" if message.internal else "said", fold(message.body)
    if not words:
        return
    between = Case(When(**{column: ""}, then=Value("")), default=Value("\n"))
    longer = Left(Concat(F(column), between, Value(words)), CAP)
    if not RequestText.objects.filter(pk=message.request_id).update(**{column: longer}):
        write_text(message.request)


def rebuild_texts(*, write: bool = True, only: QuerySet | None = None) -> Iterator[TextDifference]:
    """Give each difference as it is found; with `write`, mend it. A chunk of filed requests is locked at a time."""
    rows = (Request.objects.all() if only is None else only).filter(submitted_at__isnull=False)
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = keys[-1]
        yield from _mend(keys, write=write)


@transaction.atomic
def _mend(keys: list[int], *, write: bool) -> list[TextDifference]:
    list(Request.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = Request.objects.filter(pk__in=keys).select_related("answer_set__form_version").order_by("pk")
    messages, fields = _messages(keys), dict[int, list[FieldDefinition]]()
    kept = {text.pk: text for text in RequestText.objects.filter(pk__in=keys)}
    wrong, found = [], []
    for row in rows:
        version = row.answer_set.form_version
        if version.pk not in fields:
            fields[version.pk] = read_fields(version)
        said, office = _texts(row, fields[version.pk], messages[row.pk])
        text = kept.get(row.pk)
        if text is None or (text.said, text.office) != (said, office):
            wrong.append(RequestText(request=row, said=said, office=office))
            found.append(TextDifference(row.pk, row.number, missing=text is None))
    if write and wrong:
        RequestText.objects.bulk_create(
            wrong, update_conflicts=True, unique_fields=["request"], update_fields=["said", "office"]
        )
    return found


def _messages(keys: list[int]) -> dict[int, list[tuple[str, bool]]]:
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    rows = RequestMessage.objects.filter(request__in=keys).order_by("pk")
    for pk, body, internal in rows.values_list("request_id", "body", "internal"):
        found[pk].append((body, internal))
    return found


def _texts(request: Request, fields: list[FieldDefinition], messages: list[tuple[str, bool]]) -> tuple[str, str]:
    return texts_of(
        number=request.number or "",
        title=request.title,
        answers=request.answer_set.answers,
        fields=fields,
        messages=messages,
    )
