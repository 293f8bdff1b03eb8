"""What the one message of a day needs to be one."""

from django.conf import settings
from django.db import models


class DailyWord(models.Model):
    """A person was looked at on this day, and told of `things` that wait; 0: of none. Once a day by constraint."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    day = models.DateField()
    things = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="dashboard_one_word_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"
