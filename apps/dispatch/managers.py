"""Which outgoing papers a person sees, and which of them wait for what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.dispatch.enums import SheetState
from apps.documents.enums import OpinionKind, State
from apps.documents.models import Document, Edition
from apps.seals.enums import UseState
from apps.seals.models import SealUse

if TYPE_CHECKING:
    from apps.people.models import Person


def asked_of(user: Person, at: datetime) -> models.QuerySet:
    """Keys of the documents about which `user` may decide now (one query for the deputies)."""
    kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(Document)
    return Step.objects.filter(subject_type=kind).waiting_for(user, at).values("subject_id")


def lines_of_seal(state: str) -> Exists:
    kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(Document)
    return Exists(SealUse.objects.filter(subject_type=kind, subject_id=OuterRef("pk"), state=state))


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> DraftQuerySet:
        return self.filter(document__in=Document.objects.visible_to(user).outgoing())

    def waiting_for(self, user: Person, at: datetime) -> DraftQuerySet:
        return self.filter(document__in=asked_of(user, at))

    def being_signed(self) -> DraftQuerySet:
        return self.filter(document__state=State.SIGNING)

    def to_number(self) -> DraftQuerySet:
        """Signed, and the final check is done too: nothing is asked any more (the newest edition is the signed one)."""
        points = apps.get_model("dispatch", "SignPoint").objects.filter(document=OuterRef("document"))
        newest = Edition.objects.filter(document=OuterRef("document")).order_by("-number").values("pk")[:1]
        checked = points.filter(kind=OpinionKind.FINAL_CHECK, step__state=StepState.APPROVED, edition=Subquery(newest))
        open_ones = points.filter(step__state__in=[StepState.WAITING, StepState.ASKED])
        return self.filter(Exists(checked), ~Exists(open_ones), document__state=State.SIGNED)

    def to_seal(self) -> DraftQuerySet:
        """Numbered, a seal is wanted, and no line of the ledger is closed yet."""
        return self.filter(~lines_of_seal(UseState.CLOSED), document__state=State.NUMBERED, no_seal_by__isnull=True)

    def to_send(self) -> DraftQuerySet:
        sealed = Q(no_seal_by__isnull=False) | Q(lines_of_seal(UseState.CLOSED))
        return self.filter(sealed, document__state=State.NUMBERED)

    def to_file(self) -> DraftQuerySet:
        """Out, and not in the file yet."""
        return self.filter(document__state=State.SENT)


class SheetQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SheetQuerySet:
        return self.filter(document__in=Document.objects.visible_to(user))

    def waiting(self) -> SheetQuerySet:
        return self.filter(state=SheetState.WAITING)
