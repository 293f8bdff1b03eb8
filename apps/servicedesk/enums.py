"""States of a request, and its table of moves: from, to, who may, what is needed, what the clock does."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category, ClockKind


class RequestState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("request", "draft")
    SUBMITTED = "submitted", pgettext_lazy("request", "submitted")
    RETURNED = "returned", pgettext_lazy("request", "returned for correction")
    IN_APPROVAL = "in_approval", pgettext_lazy("request", "in approval")
    IN_PROGRESS = "in_progress", pgettext_lazy("request", "in progress")
    WAITING_REQUESTER = "waiting_requester", pgettext_lazy("request", "waiting for the requester")
    RESOLVED = "resolved", pgettext_lazy("request", "done")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    MERGED = "merged", pgettext_lazy("request", "merged into another")


CATEGORY = {
    RequestState.DRAFT: Category.NOT_STARTED,
    RequestState.SUBMITTED: Category.RUNNING,
    RequestState.RETURNED: Category.PAUSED,
    RequestState.IN_APPROVAL: Category.RUNNING,
    RequestState.IN_PROGRESS: Category.RUNNING,
    RequestState.WAITING_REQUESTER: Category.PAUSED,
    RequestState.RESOLVED: Category.DONE,
    RequestState.WITHDRAWN: Category.VOID,
    RequestState.REFUSED: Category.DONE,
    RequestState.MERGED: Category.VOID,
}
COLOURS = {
    RequestState.DRAFT: "secondary",
    RequestState.SUBMITTED: "blue",
    RequestState.RETURNED: "yellow",
    RequestState.IN_APPROVAL: "purple",
    RequestState.IN_PROGRESS: "azure",
    RequestState.WAITING_REQUESTER: "yellow",
    RequestState.RESOLVED: "green",
    RequestState.WITHDRAWN: "secondary",
    RequestState.REFUSED: "red",
    RequestState.MERGED: "secondary",
}


def states_in(*categories: Category) -> tuple[RequestState, ...]:
    return tuple(state for state in RequestState if CATEGORY[state] in categories)


OPEN_STATES = states_in(Category.RUNNING, Category.PAUSED)
RUNNING_STATES = states_in(Category.RUNNING)
CLOSED_STATES = states_in(Category.DONE, Category.VOID)


class Who(models.TextChoices):
    REQUESTER = "requester"
    HANDLER = "handler"
    APPROVER = "approver"
    DIRECTOR = "director"


@dataclass(frozen=True)
class Move:
    """One allowed move. `clock` is the entry written in the clock ledger in the same transaction."""

    verb: str
    sources: tuple[RequestState, ...]
    target: RequestState
    who: Who
    needs_note: bool = False
    clock: ClockKind | None = None


S = RequestState
MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        Move("submit", (S.DRAFT,), S.SUBMITTED, Who.REQUESTER, clock=ClockKind.START),
        Move("take", (S.SUBMITTED,), S.IN_PROGRESS, Who.HANDLER),
        Move("return", (S.SUBMITTED, S.IN_PROGRESS), S.RETURNED, Who.HANDLER, needs_note=True, clock=ClockKind.PAUSE),
        Move("correct", (S.RETURNED,), S.IN_PROGRESS, Who.REQUESTER, clock=ClockKind.RESUME),
        Move(
            "ask",
            (S.SUBMITTED, S.IN_PROGRESS),
            S.WAITING_REQUESTER,
            Who.HANDLER,
            needs_note=True,
            clock=ClockKind.PAUSE,
        ),
        Move("answer", (S.WAITING_REQUESTER,), S.IN_PROGRESS, Who.REQUESTER, needs_note=True, clock=ClockKind.RESUME),
        Move("resume", (S.WAITING_REQUESTER, S.RETURNED), S.IN_PROGRESS, Who.HANDLER, clock=ClockKind.RESUME),
        Move("ask_approval", (S.SUBMITTED, S.IN_PROGRESS), S.IN_APPROVAL, Who.HANDLER),
        Move("approve", (S.IN_APPROVAL,), S.IN_PROGRESS, Who.APPROVER),
        Move("send_back", (S.IN_APPROVAL,), S.IN_PROGRESS, Who.APPROVER, needs_note=True),
        Move("decline", (S.IN_APPROVAL,), S.REFUSED, Who.APPROVER, needs_note=True, clock=ClockKind.STOP),
        Move("complete", (S.IN_PROGRESS,), S.RESOLVED, Who.HANDLER, clock=ClockKind.STOP),
        Move("refuse", (S.SUBMITTED, S.IN_PROGRESS), S.REFUSED, Who.HANDLER, needs_note=True, clock=ClockKind.STOP),
        Move("withdraw", OPEN_STATES, S.WITHDRAWN, Who.REQUESTER, needs_note=True, clock=ClockKind.CANCEL),
        Move(
            "merge",
            (S.SUBMITTED, S.RETURNED, S.IN_PROGRESS, S.WAITING_REQUESTER),
            S.MERGED,
            Who.HANDLER,
            needs_note=True,
            clock=ClockKind.CANCEL,
        ),
        # Back to the state before the merge, which its row keeps; from a paused one the clock goes on resting.
        Move("unmerge", (S.MERGED,), S.IN_PROGRESS, Who.HANDLER, needs_note=True, clock=ClockKind.RESUME),
        Move("reopen", (S.RESOLVED,), S.IN_PROGRESS, Who.REQUESTER, needs_note=True, clock=ClockKind.RESUME),
    )
}


class Priority(models.IntegerChoices):
    NORMAL = 0, pgettext_lazy("request", "normal")
    URGENT = 1, pgettext_lazy("request", "urgent")


class LinkKind(models.TextChoices):
    """How a request stands to another one."""

    RELATES = "relates", pgettext_lazy("request", "relates to")
    FOLLOWS = "follows", pgettext_lazy("request", "follows")
    BLOCKS = "blocks", pgettext_lazy("request", "blocks")
    SPLIT = "split", pgettext_lazy("request", "was split off from")


# The same from the other side.
LINK_BACK = {
    LinkKind.RELATES: pgettext_lazy("request", "relates to"),
    LinkKind.FOLLOWS: pgettext_lazy("request", "is followed by"),
    LinkKind.BLOCKS: pgettext_lazy("request", "waits for"),
    LinkKind.SPLIT: pgettext_lazy("request", "gave a part to"),
}


class TaskMoment(models.TextChoices):
    """When a service gives its tasks."""

    SUBMITTED = "submitted", pgettext_lazy("task", "when the request is filed")
    TAKEN = "taken", pgettext_lazy("task", "when somebody takes it on")


class RecurrenceState(models.TextChoices):
    """Of a request that comes again by a rule. Paused and running change into each other; ended is the end."""

    RUNNING = "running", pgettext_lazy("recurring request", "running")
    PAUSED = "paused", pgettext_lazy("recurring request", "paused")
    ENDED = "ended", pgettext_lazy("recurring request", "ended")


class DateState(models.TextChoices):
    """What became of one date of it."""

    DRAFT = "draft", pgettext_lazy("recurring request", "draft made")
    FILED = "filed", pgettext_lazy("recurring request", "filed by itself")
    MISSED = "missed", pgettext_lazy("recurring request", "missed")
    FAILED = "failed", pgettext_lazy("recurring request", "could not be made")


class Product(models.TextChoices):
    """What the requester gets at the end."""

    NONE = "none", _("nothing to hand over")
    CERTIFICATE = "certificate", _("certificate with check page")
    SEAL_USE = "seal_use", _("sealed paper")


class CertificateState(models.TextChoices):
    VALID = "valid", pgettext_lazy("certificate", "valid")
    REPLACED = "replaced", pgettext_lazy("certificate", "replaced")
    REVOKED = "revoked", pgettext_lazy("certificate", "revoked")
    EXPIRED = "expired", pgettext_lazy("certificate", "expired")


class ClockOutcome(models.TextChoices):
    """What a clock says of its promise. Late is not among them: it is read from the due time."""

    NOT_STARTED = "not_started", pgettext_lazy("clock reading", "not started")
    RUNNING = "running", pgettext_lazy("clock reading", "running")
    PAUSED = "paused", pgettext_lazy("clock reading", "paused")
    MET = "met", pgettext_lazy("clock reading", "within target")
    MISSED = "missed", pgettext_lazy("clock reading", "after the due time")
    CANCELLED = "cancelled", pgettext_lazy("clock reading", "not counted")
