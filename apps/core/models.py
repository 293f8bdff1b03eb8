"""What every app stands on: number series, working calendars, heartbeats."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.enums import NumberState


class NumberSeries(models.Model):
    """A row of numbers without gaps, for example certificates. `pattern` may use {year} and {number} ({number:04d})."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.JSONField(pgettext_lazy("thing", "name"), default=dict)
    pattern = models.CharField(_("pattern"), max_length=80, default="{year}-{number:04d}")

    def __str__(self) -> str:
        return self.code


class NumberCounter(models.Model):
    """The locked row of one series and year. `last` is the highest number handed out."""

    series = models.ForeignKey(NumberSeries, on_delete=models.RESTRICT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="core_counter_once_a_year")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}: {self.last}"


class IssuedNumber(models.Model):
    """The ledger: one line for each number ever handed out. A number is never given twice and never deleted."""

    series = models.ForeignKey(NumberSeries, on_delete=models.RESTRICT)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=NumberState, default=NumberState.ISSUED)
    void_reason = models.CharField(max_length=200, blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="core_number_once"),
            models.UniqueConstraint(fields=["series", "text"], name="core_number_text_once"),
            models.CheckConstraint(
                condition=models.Q(state=NumberState.ISSUED) | ~models.Q(void_reason=""),
                name="core_void_number_has_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text


class Calendar(models.Model):
    """A working calendar by name, for example that of the office. Its content is in versions."""

    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")

    def __str__(self) -> str:
        return self.code


class CalendarVersion(models.Model):
    """What a calendar said from some day on. Things that count working time keep the version they began with.

    `weekly` maps a weekday ("0" is Monday) to intervals: {"0": [["08:00", "12:00"], ["14:00", "17:30"]]}.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.RESTRICT, related_name="versions")
    number = models.PositiveIntegerField()
    weekly = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="core_calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.number}"


class CalendarYear(models.Model):
    """Says that the holidays and make-up days of `year` are known to `version`. Without it, counting stops loudly."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "year"], name="core_calendar_year_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.year}"


class CalendarDay(models.Model):
    """A dated exception: a holiday (no intervals) or a make-up working day (its own intervals)."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    intervals = models.JSONField(default=list)
    name = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="core_calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day}"

    @property
    def is_working(self) -> bool:
        return bool(self.intervals)


class Heartbeat(models.Model):
    """When a process last gave a sign of life: "worker", "beat", "canary"."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
