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
from apps.people.deputies import principals
from apps.people.enums import DeputyScope
from apps.seals.models import SealUse

if TYPE_CHECKING:
    from apps.people.models import Person


def asked_of(user: Person, at: datetime) -> models.QuerySet:
    """Keys of the documents about which `user` may decide now (one query for the deputies)."""
    kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(Document)
    return Step.objects.filter(subject_type=kind).waiting_for(user, at).values("subject_id")


def sealed() -> Exists:
    """Condition: the sheet of the last numbering bears the seal. An earlier sheet of the paper does not count."""
    kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(Document)
    about = SealUse.objects.pressed().filter(subject_type=kind, subject_id=OuterRef("pk"))
    return Exists(about.filter(paper_sha256=OuterRef("final_sheet__blob__sha256")))


def asked_of_nobody() -> models.QuerySet:
    """Keys of the steps about documents of which nobody can decide: who is asked has left, or nobody holds the post."""
    kind = apps.get_model("contenttypes", "ContentType").objects.get_for_model(Document)
    return Step.objects.filter(subject_type=kind).asked_of_nobody()


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> DraftQuerySet:
        return self.filter(document__in=Document.objects.visible_to(user).outgoing())

    def waiting_for(self, user: Person, at: datetime) -> DraftQuerySet:
        return self.filter(document__in=asked_of(user, at))

    def in_hands_of(self, user: Person, at: datetime) -> DraftQuerySet:
        """Of whoever has it in hand: this person, or somebody they stand in for (one query for the deputies)."""
        people = [user, *principals(user, scope=DeputyScope.DOCUMENTS, at=at)]
        return self.filter(document__handler__in=people)

    def asked_of_nobody(self) -> DraftQuerySet:
        return self.filter(document__in=asked_of_nobody().values("subject_id"))

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
        """Numbered, a seal is wanted, and it is not on this sheet yet."""
        return self.filter(~sealed(), document__state=State.NUMBERED, no_seal_by__isnull=True)

    def to_send(self) -> DraftQuerySet:
        is_ready = Q(no_seal_by__isnull=False) | Q(sealed())
        return self.filter(is_ready, document__state=State.NUMBERED)

    def not_set(self) -> DraftQuerySet:
        """On their way, and the paper that lies before people or is to go out could not be typeset."""
        sheets = apps.get_model("dispatch", "Sheet").objects.filter(document=OuterRef("pk"))
        newest = sheets.filter(is_final=False).order_by("-asked_at", "-pk").values("state")[:1]
        rows = self.annotate(draft_state=Subquery(newest))
        signing = Q(document__state__in=[State.SIGNING, State.SIGNED], draft_state=SheetState.FAILED)
        return rows.filter(signing | Q(document__state=State.NUMBERED, final_sheet__state=SheetState.FAILED))

    def to_file(self) -> DraftQuerySet:
        """Out, and not in the file yet."""
        return self.filter(document__state=State.SENT)


class SheetQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SheetQuerySet:
        return self.filter(document__in=Document.objects.visible_to(user))

    def waiting(self) -> SheetQuerySet:
        return self.filter(state=SheetState.WAITING)
