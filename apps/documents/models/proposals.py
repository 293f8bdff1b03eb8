"""What a proposed handling (擬辦) says beside its words."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.documents.enums import Purpose
from apps.documents.models.editions import Opinion
from apps.people.models import Unit


class Proposal(models.Model):
    """One lead unit and its helpers, or readers; `asks` is what the units are to do. The words are the opinion's."""

    opinion = models.OneToOneField(Opinion, on_delete=models.RESTRICT, primary_key=True, related_name="proposal")
    purpose = models.CharField(max_length=10, choices=Purpose)
    lead = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, related_name="+")
    helpers = models.ManyToManyField(Unit, related_name="+")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    asks = models.TextField(_("what is asked of them"), blank=True)
    due_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"proposal {self.pk}"
