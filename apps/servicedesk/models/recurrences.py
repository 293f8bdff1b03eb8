"""Requests that come again by a rule of dates, and what became of each date. Nothing is deleted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.core.clock import now
from apps.core.date_rule_model import RuledDates
from apps.core.date_rules import DateRule, Frequency
from apps.questionnaires.models import AnswerSet
from apps.servicedesk.enums import DateState, RecurrenceState
from apps.servicedesk.managers import RecurrenceQuerySet
from apps.servicedesk.models.requests import Request


class Recurrence(RuledDates):
    """`origin` again on dates: its service and requester, with the answers kept here.

    `files_itself`: filed at its time without anybody looking, else a draft that `kept_by` confirms. `since`: dates
    before it are none of its business (made, changed or resumed then). `next_at` empty while running: the next date
    needs a year that the calendar does not know yet.
    """

    origin = models.ForeignKey(Request, on_delete=models.RESTRICT, related_name="recurrences")
    answer_set = models.OneToOneField(AnswerSet, on_delete=models.RESTRICT, related_name="+")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    time = models.TimeField()
    files_itself = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=RecurrenceState, default=RecurrenceState.RUNNING)
    since = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(frequency=Frequency.WEEKLY, weekday__range=(0, 6))
                | Q(frequency=Frequency.MONTHLY, month_day__range=(1, 31))
                | Q(frequency=Frequency.WORKING_DAY, nth__in=[*range(1, 11), -1])
                | Q(frequency=Frequency.YEARLY, month__range=(1, 12), month_day__range=(1, 31)),
                name="servicedesk_recurrence_has_days",
            ),
            models.CheckConstraint(condition=Q(every__range=(1, 52)), name="servicedesk_recurrence_every"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="servicedesk_recurrence_ends_after",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="servicedesk_recurrence_next", condition=Q(state=RecurrenceState.RUNNING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.frequency}"

    def get_absolute_url(self) -> str:
        return reverse("servicedesk:recurrence", args=[self.pk])

    @property
    def dates(self) -> DateRule:
        return self.rule_at(self.time)

    @property
    def colour(self) -> str:
        return {"running": "green", "paused": "yellow", "ended": "secondary"}[self.state]


class RecurrenceDate(models.Model):
    """One date of a recurrence: the request that was made, or why none was. A draft that was thrown away leaves its
    row without a request.
    """

    recurrence = models.ForeignKey(Recurrence, on_delete=models.RESTRICT, related_name="rows")
    date = models.DateField()
    day = models.DateField()
    state = models.CharField(max_length=8, choices=DateState)
    request = models.ForeignKey(Request, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recurrence", "date"], name="servicedesk_recurrence_date_once")]

    def __str__(self) -> str:
        return f"{self.recurrence_id} {self.date}"

    @property
    def colour(self) -> str:
        return {"draft": "azure", "filed": "green", "missed": "secondary", "failed": "red"}[self.state]
