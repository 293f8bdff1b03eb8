"""What relays remember beside: who was reminded on which day, and which notice repeats which."""

from django.db import models
from django.db.models import F, Q

from apps.notices.models import Notice
from apps.people.models import Person
from apps.relays.managers import CopyQuerySet


class Reminder(models.Model):
    """A person was reminded on this day of everything that is owed: once a day, whoever sweeps."""

    person = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="relays_reminded_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class Copy(models.Model):
    """A notice that repeats `edition` of `source` for the people of a unit, below the unit's own `note`.

    `acknowledge_by`: the day of the original when it was last taken over, so that a new one shows.
    """

    notice = models.OneToOneField(Notice, on_delete=models.RESTRICT, related_name="copied_from")
    source = models.ForeignKey(Notice, on_delete=models.RESTRICT, related_name="copies")
    edition = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    acknowledge_by = models.DateTimeField(null=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(notice=F("source")), name="relays_copy_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} repeats {self.source_id}"
