"""Tasks given to a person about any thing, and the reports back. Nothing is deleted."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.tasks.enums import CATEGORY, COLOURS, UNFINISHED, WITH_OWNER, Reminded, TaskState
from apps.tasks.managers import ReportQuerySet, TaskQuerySet


class Task(models.Model):
    """One thing that one person is to do, about a request, a document, a meeting.

    `given_by` empty: given by a rule of the thing itself (`made_from` names it, so that it gives the task once).
    `shows_subject`: an owner who has no other right to see the thing may open it; else only its name is shown.
    """

    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT)
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    title = models.CharField(pgettext_lazy("task", "what is to be done"), max_length=120)
    words = models.TextField(_("words to it"), blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="tasks")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    given_at = models.DateTimeField(default=now)
    made_from = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True)
    wants_acceptance = models.BooleanField(default=False)
    shows_subject = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "made_from"],
                condition=~Q(made_from=""),
                name="tasks_once_from_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, ended_at__isnull=True)
                | ~Q(state__in=UNFINISHED) & Q(ended_at__isnull=False),
                name="tasks_end_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="tasks_subject"),
            models.Index(fields=["owner", "due_on", "id"], name="tasks_to_do", condition=Q(state__in=WITH_OWNER)),
            models.Index(fields=["owner", "-given_at", "-id"], name="tasks_of_owner"),
            models.Index(fields=["given_by", "-given_at", "-id"], name="tasks_of_giver"),
            models.Index(fields=["due_on", "id"], name="tasks_open_due", condition=Q(state__in=WITH_OWNER)),
            models.Index(fields=["due_on", "id"], name="tasks_to_accept", condition=Q(state=TaskState.REPORTED)),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.owner_id})"

    def get_absolute_url(self) -> str:
        return reverse("tasks:detail", args=[self.pk])

    @property
    def category(self) -> str:
        return CATEGORY[TaskState(self.state)]

    @property
    def colour(self) -> str:
        return COLOURS[TaskState(self.state)]

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def is_to_do(self) -> bool:
        return self.state in WITH_OWNER

    def is_late(self, today: date) -> bool:
        return bool(self.is_to_do and self.due_on and self.due_on < today)


# A report stays as it was written, but for one way: its task was redacted first, and then its words go.
ONLY_EMPTIED = """
IF TG_OP = 'UPDATE' AND NEW.text = '—'
   AND (NEW.author_id = OLD.author_id OR EXISTS (
        SELECT 1 FROM people_person AS nobody WHERE nobody.id = NEW.author_id AND nobody.number LIKE 'removed-%'))
   AND (NEW.on_behalf_of_id IS NOT DISTINCT FROM OLD.on_behalf_of_id OR EXISTS (
        SELECT 1 FROM people_person AS nobody WHERE nobody.id = NEW.on_behalf_of_id AND nobody.number LIKE 'removed-%'))
   AND (to_jsonb(NEW) - '{text,author_id,on_behalf_of_id}'::text[])
       = (to_jsonb(OLD) - '{text,author_id,on_behalf_of_id}'::text[])
   AND EXISTS (SELECT 1 FROM journal_redaction AS redaction
                 JOIN django_content_type AS kind ON kind.id = redaction.subject_type_id
                WHERE kind.app_label = 'tasks' AND kind.model = 'task' AND redaction.subject_id = OLD.task_id)
THEN RETURN NEW;
END IF;
RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""


class Report(models.Model):
    """What the owner says was done, append-only; a returned report is followed by another. Files hang on it.

    services.forget is the one way to take the words out.
    """

    task = models.ForeignKey(Task, on_delete=models.RESTRICT, related_name="reports")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=ONLY_EMPTIED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.at:%Y-%m-%d}"

    @property
    def bears_files(self) -> Task:
        """Whose page and history know of a file of this report (apps.journal.scanning)."""
        return self.task


class Reminder(models.Model):
    """A task was reminded of on a day; once a day, whoever runs the job."""

    task = models.ForeignKey(Task, on_delete=models.RESTRICT, related_name="reminders")
    day = models.DateField()
    side = models.CharField(max_length=6, choices=Reminded)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "day"], name="tasks_one_reminder_a_day")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.day}"
