"""Kinds of seals, states of a seal and of a line in its ledger, and the allowed moves."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category


class SealKind(models.TextChoices):
    COLLEGE = "college", pgettext_lazy("seal", "seal of the college")
    PARTY = "party", pgettext_lazy("seal", "seal of the Party committee")
    OFFICE = "office", pgettext_lazy("seal", "seal of the office")
    CONTRACT = "contract", pgettext_lazy("seal", "seal for contracts")
    SIGNATURE = "signature", pgettext_lazy("seal", "signature stamp")
    LABORATORY = "laboratory", pgettext_lazy("seal", "seal of a laboratory")
    OTHER = "other", pgettext_lazy("seal", "other seal")


class SealState(models.TextChoices):
    IN_USE = "in_use", pgettext_lazy("seal", "in use")
    STORED = "stored", pgettext_lazy("seal", "sealed away")
    DESTROYED = "destroyed", pgettext_lazy("seal", "destroyed")


SEAL_CATEGORY = {
    SealState.IN_USE: Category.RUNNING,
    SealState.STORED: Category.PAUSED,
    SealState.DESTROYED: Category.VOID,
}
SEAL_COLOURS = {SealState.IN_USE: "green", SealState.STORED: "yellow", SealState.DESTROYED: "secondary"}
SEAL_MOVES: dict[SealState, tuple[SealState, ...]] = {
    SealState.IN_USE: (SealState.STORED, SealState.DESTROYED),
    SealState.STORED: (SealState.IN_USE, SealState.DESTROYED),
    SealState.DESTROYED: (),
}
NEEDS_PAPER = (SealState.STORED, SealState.DESTROYED)


class KeeperRole(models.TextChoices):
    KEEPER = "keeper", pgettext_lazy("seal", "keeper")
    STAND_IN = "stand_in", pgettext_lazy("seal", "stand-in of the keeper")


class HandoverState(models.TextChoices):
    GIVEN = "given", pgettext_lazy("hand-over", "signed by who gives")
    TAKEN = "taken", pgettext_lazy("hand-over", "signed by both")
    CANCELLED = "cancelled", pgettext_lazy("hand-over", "called off")


HANDOVER_COLOURS = {HandoverState.GIVEN: "orange", HandoverState.TAKEN: "green", HandoverState.CANCELLED: "secondary"}


class UseState(models.TextChoices):
    """A line of the ledger. What is left of the allowed impressions is computed, never a state."""

    OPEN = "open", pgettext_lazy("seal use", "waits for the seal")
    CLOSED = "closed", pgettext_lazy("seal use", "closed")
    CANCELLED = "cancelled", pgettext_lazy("seal use", "called off")


USE_CATEGORY = {
    UseState.OPEN: Category.RUNNING,
    UseState.CLOSED: Category.DONE,
    UseState.CANCELLED: Category.VOID,
}
USE_COLOURS = {UseState.OPEN: "orange", UseState.CLOSED: "green", UseState.CANCELLED: "secondary"}
FINISHED = tuple(state for state in UseState if USE_CATEGORY[state] in (Category.DONE, Category.VOID))
