"""An outgoing document (發文): what it has beside its text, which is its latest edition."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.dispatch.managers import DraftQuerySet
from apps.documents.enums import COLOURS, State
from apps.documents.models import Document, Series
from apps.notices.models import Notice

PERSON = settings.AUTH_USER_MODEL


class Draft(models.Model):
    """`series`: in which it will be numbered; `signer`: who is to sign it; `contact`, `printed_by`, `copies`: the foot
    of the paper (版記), which is no part of what is signed; `printed_on`: the day on which it was registered and set.
    `final_sheet`: the paper as it was set when it was numbered last: this one is sealed and sent.
    `no_seal_by`: who signed it said that it needs no seal. `notice`: by which the units were told.
    """

    document = models.OneToOneField(Document, on_delete=models.RESTRICT, primary_key=True, related_name="draft")
    drafter = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.RESTRICT, related_name="+")
    signer = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    answers = models.ForeignKey(Document, on_delete=models.RESTRICT, null=True, related_name="answer_drafts")
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    printed_by = models.CharField(_("printed by"), max_length=120, blank=True)
    printed_on = models.DateField(null=True)
    final_sheet = models.ForeignKey("dispatch.Sheet", on_delete=models.RESTRICT, null=True, related_name="+")
    copies = models.PositiveSmallIntegerField(pgettext_lazy("a paper", "copies"), default=1)
    no_seal_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    notice = models.OneToOneField(Notice, on_delete=models.RESTRICT, null=True, related_name="dispatched_draft")
    sent_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(copies__gte=1), name="dispatch_at_least_one_copy"),
            models.CheckConstraint(condition=~Q(drafter=F("signer")), name="dispatch_nobody_signs_the_own_draft"),
            models.CheckConstraint(
                condition=Q(answers__isnull=True) | ~Q(answers=F("document")), name="dispatch_answers_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)

    def get_absolute_url(self) -> str:
        return reverse("dispatch:detail", args=[self.pk])

    @property
    def colour(self) -> str:
        return COLOURS[State(self.document.state)]
