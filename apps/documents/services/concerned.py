"""Need to know: who is brought into a document, and why."""

from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.documents.enums import Why
from apps.documents.models import Concerned, Document
from apps.people.models import Person, Unit


@transaction.atomic
def involve(
    document: Document, *who: Person | Unit | None, why: Why, actor: Person | None, at: datetime | None = None
) -> None:
    """Each of these may read the document from now on; who may already stays as they are (two queries)."""
    at = at or now()
    rows = [
        Concerned(
            document=document,
            person=each if isinstance(each, Person) else None,
            unit=each if isinstance(each, Unit) else None,
            why=why,
            added_by=actor,
            added_at=at,
        )
        for each in who
        if each is not None
    ]
    if rows:
        Concerned.objects.bulk_create(rows, ignore_conflicts=True)
