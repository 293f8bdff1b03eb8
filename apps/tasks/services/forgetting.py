"""Take the words out of the tasks about a thing whose people are removed; who did what and when stays."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models, transaction

from apps.delivery.services import forget_messages
from apps.journal.models import Attachment
from apps.journal.services import redact
from apps.tasks.models import Report, Task

GONE = "—"
KEPT_CHANGES = ("state",)


@transaction.atomic
def forget(
    *, subject: models.Model, reason: str, instead: Mapping[int, int] | None = None, at: datetime | None = None
) -> int:
    """Empty the tasks of `subject`, their reports, files, histories and mails; gives how many tasks there are.

    `instead` maps keys of people to those who stand in their place from now on.
    """
    others, tasks = dict(instead or {}), list(Task.objects.about(subject))
    for task in tasks:
        redact(obj=task, reason=reason, kept=KEPT_CHANGES, instead=others, at=at)
        empty_reports(task, others)
        Attachment.objects.of(task).delete()
        forget_messages(source=f"tasks.task:{task.pk}")
        task.title, task.words = GONE, ""
        task.owner_id = others.get(task.owner_id, task.owner_id)
        task.given_by_id = others.get(task.given_by_id, task.given_by_id)
        task.version += 1
        task.save(update_fields=["title", "words", "owner", "given_by", "version"])
    return len(tasks)


def empty_reports(task: Task, others: Mapping[int, int]) -> None:
    for report in Report.objects.filter(task=task):
        Attachment.objects.of(report).delete()
        Report.objects.filter(pk=report.pk).update(
            text=GONE,
            author=others.get(report.author_id, report.author_id),
            on_behalf_of=others.get(report.on_behalf_of_id, report.on_behalf_of_id),
        )
