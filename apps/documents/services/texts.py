"""Keeps what is searched of a document, in the transaction that writes the words; and makes it again to prove it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from apps.documents.document_words import words_of
from apps.documents.extraction.asking import ask_for
from apps.documents.models import Document, DocumentText, Edition, FileText
from apps.journal.models import Attachment

CHUNK = 200


@dataclass(frozen=True)
class TextDifference:
    """A document whose kept words are not those that it says now."""

    document_id: int
    number: str
    missing: bool

    def __str__(self) -> str:
        return f"{self.number or self.document_id}: {'no words kept' if self.missing else 'other words'}"


@transaction.atomic
def refresh_text(document: Document) -> None:
    """Keep the words of a document anew, as it stands in memory: call it wherever number, title, register, edition or
    files change, in the same transaction and behind the change. The caller holds the lock on the document.

    Files that were not read yet are ordered to be; their words follow by themselves. Six queries; nothing is written
    when the words are the same.
    """
    files = list(Attachment.objects.of(document))
    ask_for({file.blob_id: file.blob for file in files}.values())
    read = FileText.objects.select_for_update(no_key=True).filter(blob__in=[file.blob_id for file in files])
    texts = {row.blob_id: row.text for row in read.order_by("pk")}
    edition = Edition.objects.filter(document=document).order_by("-number").first()
    words = _words(document, edition, [(file.name, texts.get(file.blob_id, "")) for file in files])
    kept = DocumentText.objects.filter(document=document).values_list("words", flat=True).first()
    if kept != words:
        DocumentText.objects.update_or_create(document=document, defaults={"words": words})


def _words(document: Document, edition: Edition | None, files: Sequence[tuple[str, str]]) -> str:
    said = [document.number, document.title]
    if document.is_incoming and (row := getattr(document, "incoming", None)):
        said += [row.sender, row.sender_number, row.summary, row.annexes]
    return words_of(said=said, edition=edition.words if edition else {}, files=files)


def documents_with(blob_id: int) -> list[int]:
    """Keys of the documents that carry these bytes."""
    kind = ContentType.objects.get_for_model(Document)
    rows = Attachment.objects.filter(blob=blob_id, subject_type=kind).values_list("subject_id", flat=True)
    return sorted(set(rows))


def rebuild_texts(*, write: bool = True, only: QuerySet | None = None) -> Iterator[TextDifference]:
    """Give each difference as it is found; with `write`, mend it. A chunk of documents is locked at a time."""
    rows = Document.objects.all() if only is None else only
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = keys[-1]
        yield from _mend(keys, write=write)


@transaction.atomic
def _mend(keys: list[int], *, write: bool) -> list[TextDifference]:
    list(Document.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = list(Document.objects.filter(pk__in=keys).select_related("incoming").order_by("pk"))
    newest = Edition.objects.filter(document__in=keys).order_by("document_id", "-number").distinct("document_id")
    editions = {row.document_id: row for row in newest}
    files = _files(keys, write=write)
    kept = dict(DocumentText.objects.filter(pk__in=keys).values_list("pk", "words"))
    wrong = {}
    for row in rows:
        words = _words(row, editions.get(row.pk), files[row.pk])
        if kept.get(row.pk) != words:
            wrong[row] = words
    if write and wrong:
        DocumentText.objects.bulk_create(
            [DocumentText(document=row, words=words) for row, words in wrong.items()],
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=["words"],
        )
    return [TextDifference(row.pk, row.number, missing=row.pk not in kept) for row in wrong]


def _files(keys: list[int], *, write: bool) -> dict[int, list[tuple[str, str]]]:
    kind = ContentType.objects.get_for_model(Document)
    rows = Attachment.objects.filter(subject_type=kind, subject_id__in=keys).select_related("blob").order_by("pk")
    if write:
        ask_for({row.blob_id: row.blob for row in rows}.values())
    texts = dict(FileText.objects.filter(blob__in={row.blob_id for row in rows}).values_list("pk", "text"))
    found = defaultdict(list)
    for row in rows:
        found[row.subject_id].append((row.name, texts.get(row.blob_id, "")))
    return found
