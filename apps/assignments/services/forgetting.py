"""Take the words out of the assignments about a thing of which nothing may be said any more."""

from datetime import datetime

from django.db import models, transaction

from apps.assignments.models import Assignment, Part
from apps.delivery.services import forget_messages
from apps.journal.services import redact

KEPT_CHANGES = ("state",)


@transaction.atomic
def forget_words(*, subject: models.Model, title: str, reason: str, at: datetime | None = None) -> int:
    """Title, instruction, what is asked, histories and messages go; who has which part until when, and what units
    reported themselves, stays. Gives how many assignments there are. The caller holds the lock on `subject`.
    """
    rows = list(Assignment.objects.about(subject))
    for row in rows:
        redact(obj=row, reason=reason, kept=KEPT_CHANGES, at=at)
        Assignment.objects.filter(pk=row.pk).update(title=title, words="")
        for part in Part.objects.filter(assignment=row):
            redact(obj=part, reason=reason, kept=KEPT_CHANGES, at=at)
            Part.objects.filter(pk=part.pk).update(asks="")
        forget_messages(source=f"assignments.assignment:{row.pk}")
    return len(rows)
