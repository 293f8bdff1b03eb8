"""The ledger of document numbers: each line of the core's ledger in a series of documents has exactly one here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.models import IssuedNumber, NumberSeries
from apps.documents.enums import Access, Direction, NumberUse
from apps.documents.models.document import Concerned, Document
from apps.people.models import Unit

if TYPE_CHECKING:
    from apps.people.models import Person

PERSON = settings.AUTH_USER_MODEL


class Series(models.Model):
    """A row of document numbers: 院辦發〔2026〕12號. `numbers` holds the pattern, which never pads the number."""

    numbers = models.OneToOneField(NumberSeries, on_delete=models.RESTRICT, related_name="documents_series")
    direction = models.CharField(max_length=10, choices=Direction)
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    is_active = models.BooleanField(_("in use"), default=True)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["direction", "order", "pk"]

    def __str__(self) -> str:
        return self.numbers.code


class NumberQuerySet(models.QuerySet):
    def known_to(self, user: Person) -> NumberQuerySet:
        """Lines without those of which even the office does not see that they exist, unless they concern the user."""
        concerned = Concerned.objects.reaching(user).filter(document=OuterRef("document"))
        return self.filter(Q(document=None) | ~Q(document__access=Access.HIDDEN) | Exists(concerned))


class DocumentNumber(models.Model):
    """Once issued, a number belongs to its document for ever: return, new signatures and voiding keep it.

    `reserved_*`: for a paper that is written outside the portal; after `reserved_until` it is void, with that reason.
    """

    issued = models.OneToOneField(
        IssuedNumber, on_delete=models.RESTRICT, primary_key=True, related_name="document_line"
    )
    series = models.ForeignKey(Series, on_delete=models.RESTRICT, related_name="lines")
    use = models.CharField(max_length=10, choices=NumberUse, default=NumberUse.ISSUED)
    document = models.OneToOneField(Document, on_delete=models.RESTRICT, null=True, related_name="number_line")
    issued_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    issued_at = models.DateTimeField(default=now)
    reserved_for = models.CharField(_("reserved for"), max_length=200, blank=True)
    reserved_until = models.DateField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)
    voided_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(use=NumberUse.ISSUED) | Q(document__isnull=False), name="documents_number_has_document"
            ),
            models.CheckConstraint(
                condition=~Q(use=NumberUse.RESERVED)
                | Q(document__isnull=True, reserved_until__isnull=False) & ~Q(reserved_for=""),
                name="documents_reserved_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(use=NumberUse.VOID) | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="documents_void_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["reserved_until"], name="documents_reserved", condition=Q(use=NumberUse.RESERVED))
        ]
        triggers = [
            pgtrigger.FSM(
                name="uses",
                field="use",
                transitions=[
                    (NumberUse.RESERVED.value, NumberUse.ISSUED.value),
                    (NumberUse.RESERVED.value, NumberUse.VOID.value),
                    (NumberUse.ISSUED.value, NumberUse.VOID.value),
                ],
            ),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="stays_with_its_document",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__document__isnull=False)
                & pgtrigger.Q(old__document__df=pgtrigger.F("new__document")),
            ),
        ]

    def __str__(self) -> str:
        return self.issued.text
