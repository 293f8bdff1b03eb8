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
        Move("reopen", (S.RESOLVED,), S.IN_PROGRESS, Who.REQUESTER, needs_note=True, clock=ClockKind.RESUME),
    )
}


class Priority(models.IntegerChoices):
    NORMAL = 0, pgettext_lazy("request", "normal")
    URGENT = 1, pgettext_lazy("request", "urgent")


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


class PaperLayout(models.TextChoices):
    """The fixed set of sheets; each is a typst file that takes words, never code."""

    LETTER = "letter", pgettext_lazy("layout", "letter (A4)")
    TABLE = "table", pgettext_lazy("layout", "with a table, for example of grades (A4)")
    CARD = "card", pgettext_lazy("layout", "card in two languages (A5 across)")
    APPOINTMENT = "appointment", pgettext_lazy("layout", "letter of appointment (A4 across)")
    HONOUR = "honour", pgettext_lazy("layout", "honour certificate (A4 across)")


class HolderKind(models.TextChoices):
    """Who can hold a paper of a template."""

    STUDENT = "student", pgettext_lazy("paper", "students")
    STAFF = "staff", pgettext_lazy("paper", "staff")
    ANYONE = "anyone", pgettext_lazy("paper", "anyone with a post in the college")


class ValidityUnit(models.TextChoices):
    NONE = "none", pgettext_lazy("paper", "without end")
    DAYS = "days", pgettext_lazy("paper", "days")
    MONTHS = "months", pgettext_lazy("paper", "months")


class BatchState(models.TextChoices):
    CHECKED = "checked", pgettext_lazy("batch of papers", "looked at, nothing issued")
    ISSUING = "issuing", pgettext_lazy("batch of papers", "being issued")
    DONE = "done", pgettext_lazy("batch of papers", "issued")
    CANCELLED = "cancelled", pgettext_lazy("batch of papers", "thrown away")


BATCH_COLOURS = {
    BatchState.CHECKED: "yellow",
    BatchState.ISSUING: "azure",
    BatchState.DONE: "green",
    BatchState.CANCELLED: "secondary",
}


class PaperRowState(models.TextChoices):
    READY = "ready", pgettext_lazy("row of a batch", "will get one")
    LEFT_OUT = "left_out", pgettext_lazy("row of a batch", "left out")
    ISSUED = "issued", pgettext_lazy("row of a batch", "issued")
    FAILED = "failed", pgettext_lazy("row of a batch", "not issued")


class ClockOutcome(models.TextChoices):
    """What a clock says of its promise. Late is not among them: it is read from the due time."""

    NOT_STARTED = "not_started", pgettext_lazy("clock reading", "not started")
    RUNNING = "running", pgettext_lazy("clock reading", "running")
    PAUSED = "paused", pgettext_lazy("clock reading", "paused")
    MET = "met", pgettext_lazy("clock reading", "within target")
    MISSED = "missed", pgettext_lazy("clock reading", "after the due time")
    CANCELLED = "cancelled", pgettext_lazy("clock reading", "not counted")
