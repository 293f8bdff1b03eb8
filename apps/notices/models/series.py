"""A series: a template sent on dates that a rule gives, and what became of each date."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.date_rule_model import RuledDates
from apps.core.date_rules import DateRule, Frequency
from apps.notices.audience import Rule
from apps.notices.enums import OccurrenceState, SeriesState
from apps.notices.models.audiences import SavedAudience
from apps.notices.models.notice import Notice
from apps.notices.models.templates import NoticeTemplate
from apps.notices.series_managers import OccurrenceQuerySet, SeriesQuerySet
from apps.people.models import Unit


class Series(RuledDates):
    """A series of notices (定期通知): each gets the newest version of `template` and goes out in the sender's name.

    `since`: dates whose moment lies before it are none of this series' business (made, changed or resumed then).
    `lead_days`: working days by which the draft is made before. `waits_for_go`: the sender publishes each draft, else
    it goes out by itself. `blocked_year`: the next date needs this year's calendar, which is not loaded.
    """

    name = models.CharField(pgettext_lazy("series", "name"), max_length=80)
    template = models.ForeignKey(NoticeTemplate, on_delete=models.RESTRICT, related_name="series")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    saved_audience = models.ForeignKey(SavedAudience, on_delete=models.RESTRICT, null=True, related_name="+")
    publish_time = models.TimeField()
    lead_days = models.PositiveSmallIntegerField(default=2)
    waits_for_go = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=SeriesState, default=SeriesState.RUNNING)
    since = models.DateTimeField()
    blocked_year = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(frequency=Frequency.WEEKLY, weekday__isnull=False)
                | Q(frequency=Frequency.MONTHLY, month_day__isnull=False)
                | Q(frequency=Frequency.WORKING_DAY, nth__isnull=False)
                | Q(frequency=Frequency.YEARLY, month__isnull=False, month_day__isnull=False),
                name="notices_series_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(every__range=(1, 52))
                & (Q(weekday__isnull=True) | Q(weekday__range=(0, 6)))
                & (Q(month_day__isnull=True) | Q(month_day__range=(1, 31)))
                & (Q(month__isnull=True) | Q(month__range=(1, 12)))
                & (Q(nth__isnull=True) | Q(nth__in=[*range(1, 11), -1])),
                name="notices_series_days_are_days",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="notices_series_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="notices_series_newest"),
            models.Index(fields=["id"], name="notices_series_running", condition=Q(state=SeriesState.RUNNING)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("notices:one_series", args=[self.pk])

    @property
    def dates(self) -> DateRule:
        return self.rule_at(self.publish_time, lead_days=self.lead_days)

    @property
    def state_colour(self) -> str:
        return SeriesState(self.state).colour

    @property
    def is_running(self) -> bool:
        return self.state == SeriesState.RUNNING

    @property
    def is_paused(self) -> bool:
        return self.state == SeriesState.PAUSED

    @property
    def is_ended(self) -> bool:
        return self.state == SeriesState.ENDED

    def own_rule(self) -> Rule | None:
        """The rule of its own saved audience; None where the template says whom it is for."""
        return self.saved_audience.as_rule if self.saved_audience else None


class Occurrence(models.Model):
    """One date of a series. `date` is fixed by the rule and names it; `day` is when it goes out (moved where the date
    is no working day). Rows fall due at `make_at`; what is planned follows the calendar until then.

    `reason`, in each language: why it was left out, missed or could not be sent. `decided_by` empty: the portal itself.
    """

    series = models.ForeignKey(Series, on_delete=models.RESTRICT, related_name="occurrences")
    date = models.DateField()
    day = models.DateField()
    make_at = models.DateTimeField()
    publish_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=OccurrenceState, default=OccurrenceState.PLANNED)
    notice = models.OneToOneField(Notice, on_delete=models.SET_NULL, null=True, related_name="occurrence")
    reason = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=now)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "date"], name="notices_one_occurrence_a_date"),
            models.CheckConstraint(
                condition=Q(state__in=[OccurrenceState.PLANNED, OccurrenceState.MADE, OccurrenceState.SENT])
                | ~Q(reason={}),
                name="notices_occurrence_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[OccurrenceState.MADE, OccurrenceState.SENT]) | Q(notice__isnull=False),
                name="notices_occurrence_has_notice",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                name="notices_occurrences_open",
                condition=Q(state__in=[OccurrenceState.MADE, OccurrenceState.REFUSED]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.date}: {self.state}"

    @property
    def state_colour(self) -> str:
        return OccurrenceState(self.state).colour

    @property
    def waits_for_decision(self) -> bool:
        """It could not even be made: somebody tries it again or leaves it out."""
        return self.state == OccurrenceState.REFUSED and self.notice_id is None

    def is_past(self, at: datetime) -> bool:
        return self.publish_at <= at
