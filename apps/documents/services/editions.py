"""Editions in a chain of hashes, and opinions frozen with the edition they were given on."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from apps.approvals.models import Step
from apps.core.clock import now
from apps.documents.enums import CLASSIFIED_TITLE, OpinionKind, Why
from apps.documents.models import Document, Edition, Opinion
from apps.documents.services.concerned import involve
from apps.documents.services.texts import refresh_text
from apps.journal.models import Attachment, Blob
from apps.journal.services import record
from apps.people.models import Person

REDACTED = {"title": CLASSIFIED_TITLE}  # what an edition says whose document turned out to be classified
WHY_OF = {OpinionKind.PROPOSAL: Why.HANDLES, OpinionKind.READ: Why.READS}


def digest_of(*, number: int, words: Mapping[str, object], files: Sequence[object], previous: str) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of number, words, files and the digest before."""
    said = {"number": number, "words": words, "files": list(files), "previous": previous}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def files_of(document: Document) -> list[dict[str, str]]:
    """Name, role and SHA-256 of each file, in the order in which they came."""
    rows = Attachment.objects.of(document).select_related("blob").order_by("uploaded_at", "pk")
    return [{"name": row.name, "role": row.role, "sha256": row.blob.sha256} for row in rows]


@transaction.atomic
def write_edition(
    *,
    document: Document,
    words: Mapping[str, object],
    actor: Person,
    on_behalf_of: Person | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Edition:
    """The next edition, unless words and files are those of the last one: then that. The caller holds the lock.

    Either way what is searched of the document is kept anew.
    """
    at, last, files = at or now(), latest(document), files_of(document)
    words = json.loads(json.dumps(words, default=str))
    if last and last.words == words and last.files == files:
        refresh_text(document)
        return last
    number, previous = (last.number + 1, last.digest) if last else (1, "")
    made = Edition.objects.create(
        document=document,
        number=number,
        words=words,
        files=files,
        previous=previous,
        digest=digest_of(number=number, words=words, files=files, previous=previous),
        made_by=actor,
        on_behalf_of=on_behalf_of,
        made_at=at,
        reason=reason[:200],
    )
    record(
        actor=actor,
        on_behalf_of=on_behalf_of,
        verb="doc_edition",
        obj=document,
        changes={"edition": [last.number if last else None, number], "digest": [previous, made.digest]},
        note=reason,
        at=at,
    )
    refresh_text(document)
    return made


def latest(document: Document) -> Edition | None:
    return Edition.objects.filter(document=document).order_by("-number").first()


def check_chain(document: Document) -> list[int]:
    """Numbers of the editions whose digest, or place in the chain, does not fit (empty: all is as it was written)."""
    return [row.number for row in broken(Edition.objects.filter(document=document).order_by("number"))]


def broken(rows: Iterable[Edition]) -> Iterator[Edition]:
    """Of whole chains, in the order of document and number, the editions that do not fit. Of a redacted one the place
    alone can be checked, and that it says nothing.
    """
    document, previous, expected = None, "", 1
    for row in rows:
        if row.document_id != document:
            document, previous, expected = row.document_id, "", 1
        digest = digest_of(number=row.number, words=row.words, files=row.files, previous=previous)
        fits = row.words == REDACTED if row.redacted_at else row.digest == digest
        if row.number != expected or row.previous != previous or not fits:
            yield row
        previous, expected = row.digest, row.number + 1


@transaction.atomic
def give_opinion(
    *,
    edition: Edition,
    kind: OpinionKind,
    author: Person,
    words: str = "",
    decision: str = "",
    on_behalf_of: Person | None = None,
    step: Step | None = None,
    picture: Blob | None = None,
    at: datetime | None = None,
) -> Opinion:
    """What `author` says of this edition. The caller checked that they may, and holds the lock on the document."""
    at = at or now()
    made = Opinion.objects.create(
        document_id=edition.document_id,
        edition=edition,
        kind=kind,
        step=step,
        decision=decision,
        words=words.strip(),
        author=author,
        on_behalf_of=on_behalf_of,
        at=at,
        picture=picture,
    )
    record(
        actor=author,
        on_behalf_of=on_behalf_of,
        verb="doc_opinion",
        obj=edition.document,
        changes={"kind": [None, kind], "edition": [None, edition.number], "decision": [None, decision]},
        note=made.words,
        at=at,
    )
    involve(edition.document, author, on_behalf_of, why=WHY_OF.get(kind, Why.DECIDES), actor=author, at=at)
    return made
