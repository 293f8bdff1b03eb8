"""The columns of a DateRule, for rows that come again."""

from datetime import time

from django.db import models

from apps.core.date_rules import DateRule, DayOff, Frequency


class RuledDates(models.Model):
    """What says on which dates something comes again; each frequency has its own columns, the others stay empty.

    `weekday`: 0 is Monday. `nth`: of the month's working days; -1 is the last.
    """

    frequency = models.CharField(max_length=12, choices=Frequency)
    every = models.PositiveSmallIntegerField(default=1)
    weekday = models.PositiveSmallIntegerField(null=True)
    month_day = models.PositiveSmallIntegerField(null=True)
    month = models.PositiveSmallIntegerField(null=True)
    nth = models.SmallIntegerField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    day_off = models.CharField(max_length=10, choices=DayOff, default=DayOff.NEXT)

    class Meta:
        abstract = True

    def rule_at(self, at: time, *, lead_days: int = 0) -> DateRule:
        """The rule with its time of day."""
        return DateRule(
            frequency=self.frequency,
            every=self.every,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            time=at,
            day_off=self.day_off,
            lead_days=lead_days,
            weekday=self.weekday,
            month_day=self.month_day,
            month=self.month,
            nth=self.nth,
        )
