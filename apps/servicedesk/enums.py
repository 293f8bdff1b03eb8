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
    WAITING_THIRD = "waiting_third", pgettext_lazy("request", "waiting for somebody else")
    RESOLVED = "resolved", pgettext_lazy("request", "done")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    LAPSED = "lapsed", pgettext_lazy("request", "closed without an answer")
    MERGED = "merged", pgettext_lazy("request", "merged into another")


CATEGORY = {
    RequestState.DRAFT: Category.NOT_STARTED,
    RequestState.SUBMITTED: Category.RUNNING,
    RequestState.RETURNED: Category.PAUSED,
    RequestState.IN_APPROVAL: Category.RUNNING,
    RequestState.IN_PROGRESS: Category.RUNNING,
    RequestState.WAITING_REQUESTER: Category.PAUSED,
    RequestState.WAITING_THIRD: Category.PAUSED,
    RequestState.RESOLVED: Category.DONE,
    RequestState.WITHDRAWN: Category.VOID,
    RequestState.REFUSED: Category.DONE,
    RequestState.LAPSED: Category.VOID,
    RequestState.MERGED: Category.VOID,
}
COLOURS = {
    RequestState.DRAFT: "secondary",
    RequestState.SUBMITTED: "blue",
    RequestState.RETURNED: "yellow",
    RequestState.IN_APPROVAL: "purple",
    RequestState.IN_PROGRESS: "azure",
    RequestState.WAITING_REQUESTER: "yellow",
    RequestState.WAITING_THIRD: "yellow",
    RequestState.RESOLVED: "green",
    RequestState.WITHDRAWN: "secondary",
    RequestState.REFUSED: "red",
    RequestState.LAPSED: "secondary",
    RequestState.MERGED: "secondary",
}


def states_in(*categories: Category) -> tuple[RequestState, ...]:
    return tuple(state for state in RequestState if CATEGORY[state] in categories)


OPEN_STATES = states_in(Category.RUNNING, Category.PAUSED)
RUNNING_STATES = states_in(Category.RUNNING)
PAUSED_STATES = states_in(Category.PAUSED)
CLOSED_STATES = states_in(Category.DONE, Category.VOID)
PASSED_ON_FROM = tuple(state for state in OPEN_STATES if state != RequestState.IN_APPROVAL)  # to another unit
OWED_BY_REQUESTER = (RequestState.RETURNED, RequestState.WAITING_REQUESTER)


class Who(models.TextChoices):
    REQUESTER = "requester"
    HANDLER = "handler"
    APPROVER = "approver"
    DIRECTOR = "director"
    PORTAL = "portal"  # the portal itself, by a rule of the service: no person may


# The ends without what was asked for: what was merged into such a request goes on by itself again.
ENDED_UNDONE = (RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.LAPSED)
NOT_REPEATED = (RequestState.DRAFT, RequestState.REFUSED, RequestState.WITHDRAWN)


@dataclass(frozen=True)
class Move:
    """One allowed move. `clock` is the entry written in the clock ledger in the same transaction.

    `follows`: nobody makes it by itself, it is what another move or a decision leads to.
    """

    verb: str
    sources: tuple[RequestState, ...]
    target: RequestState
    who: Who
    needs_note: bool = False
    clock: ClockKind | None = None
    follows: bool = False


S = RequestState
MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        Move("submit", (S.DRAFT,), S.SUBMITTED, Who.REQUESTER, clock=ClockKind.START),
        Move("take", (S.SUBMITTED, S.IN_PROGRESS), S.IN_PROGRESS, Who.HANDLER),  # where nobody has it
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
        Move(
            "wait", (S.SUBMITTED, S.IN_PROGRESS), S.WAITING_THIRD, Who.HANDLER, needs_note=True, clock=ClockKind.PAUSE
        ),
        Move("resume", PAUSED_STATES, S.IN_PROGRESS, Who.HANDLER, clock=ClockKind.RESUME),
        Move("ask_approval", (S.SUBMITTED, S.IN_PROGRESS), S.IN_APPROVAL, Who.HANDLER),
        Move("approve", (S.IN_APPROVAL,), S.IN_PROGRESS, Who.APPROVER),
        Move("send_back", (S.IN_APPROVAL,), S.IN_PROGRESS, Who.APPROVER, needs_note=True),
        Move("lay_before", (S.SUBMITTED, S.IN_PROGRESS), S.IN_APPROVAL, Who.REQUESTER, follows=True),
        Move("clear", (S.IN_APPROVAL,), S.SUBMITTED, Who.APPROVER, follows=True),
        Move(
            "send_back_first",
            (S.IN_APPROVAL,),
            S.RETURNED,
            Who.APPROVER,
            needs_note=True,
            clock=ClockKind.PAUSE,
            follows=True,
        ),
        Move("recall_approval", (S.IN_APPROVAL,), S.IN_PROGRESS, Who.HANDLER),
        Move("decline", (S.IN_APPROVAL,), S.REFUSED, Who.APPROVER, needs_note=True, clock=ClockKind.STOP),
        Move("complete", (S.IN_PROGRESS,), S.RESOLVED, Who.HANDLER, clock=ClockKind.STOP),
        Move("refuse", (S.SUBMITTED, S.IN_PROGRESS), S.REFUSED, Who.HANDLER, needs_note=True, clock=ClockKind.STOP),
        Move("withdraw", OPEN_STATES, S.WITHDRAWN, Who.REQUESTER, needs_note=True, clock=ClockKind.CANCEL),
        Move("lapse", OWED_BY_REQUESTER, S.LAPSED, Who.PORTAL, clock=ClockKind.CANCEL),
        Move(
            "merge",
            (S.SUBMITTED, S.IN_PROGRESS, *PAUSED_STATES),
            S.MERGED,
            Who.HANDLER,
            needs_note=True,
            clock=ClockKind.CANCEL,
        ),
        # Back to the state before the merge, which its row keeps; from a paused one the clock goes on resting.
        Move("unmerge", (S.MERGED,), S.IN_PROGRESS, Who.HANDLER, needs_note=True, clock=ClockKind.RESUME),
        Move("reopen", (S.RESOLVED, S.LAPSED), S.IN_PROGRESS, Who.REQUESTER, needs_note=True, clock=ClockKind.RESUME),
    )
}


NEVER_REOPENED = tuple(state for state in CLOSED_STATES if state not in MOVES["reopen"].sources)


class Priority(models.IntegerChoices):
    LOW = -1, pgettext_lazy("request", "low")
    NORMAL = 0, pgettext_lazy("request", "normal")
    HIGH = 1, pgettext_lazy("request", "high")
    URGENT = 2, pgettext_lazy("request", "urgent")


PRIORITY_COLOURS = {Priority.LOW: "secondary", Priority.HIGH: "orange", Priority.URGENT: "red"}


class Promise(models.TextChoices):
    """What the office promises with a request; both are read from the same ledger."""

    FIRST = "first", pgettext_lazy("promise", "first answer")
    COMPLETION = "completion", pgettext_lazy("promise", "completion")


class EscalationWhen(models.TextChoices):
    BEFORE = "before", pgettext_lazy("escalation", "before it is due")
    AT = "at", pgettext_lazy("escalation", "when it is due")
    AFTER = "after", pgettext_lazy("escalation", "after it was due")
    USED = "used", pgettext_lazy("escalation", "when a share of the time is used")


class EscalationTo(models.TextChoices):
    HANDLER = "handler", pgettext_lazy("escalation", "handler")
    CLERKS = "clerks", pgettext_lazy("escalation", "clerks of the unit")
    DIRECTOR = "director", pgettext_lazy("escalation", "director")
    LEADER = "leader", pgettext_lazy("escalation", "leaders")
    PERSON = "person", pgettext_lazy("escalation", "a person by name")


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


class MailState(models.TextChoices):
    """What became of a mail that came in."""

    WAITING = "waiting", pgettext_lazy("mail", "waits for a person")
    IN_REQUEST = "in_request", pgettext_lazy("mail", "stands in its request")
    PLACED = "placed", pgettext_lazy("mail", "put to a request by hand")
    FILED = "filed", pgettext_lazy("mail", "made into a request")
    ANSWERED = "answered", pgettext_lazy("mail", "answered")
    DISCARDED = "discarded", pgettext_lazy("mail", "discarded")
    ASIDE = "aside", pgettext_lazy("mail", "put aside by rule")


BY_HAND = (MailState.PLACED, MailState.FILED, MailState.ANSWERED, MailState.DISCARDED)


class MailReason(models.TextChoices):
    """Why a mail does not stand in a request by itself; the first that fits, in this order."""

    REPEATED = "repeated", _("The same mail came before.")
    AUTOMATIC = "automatic", _("A machine wrote it: an absence note, a report, a mailing list or a mail of our own.")
    TOO_MANY = "too_many", _("More mails came from this address within an hour than one person writes.")
    NO_ADDRESS = "no_address", _("It names no request: it came to no reply address.")
    BAD_ADDRESS = "bad_address", _("Its reply address is void, mistyped or made up.")
    WRONG_SENDER = "wrong_sender", _("The reply address belongs to another person than the sender.")
    FORGED = "forged", _("The receiving server says that the sender's address may be forged.")
    UNPROVED = "unproved", _("Nothing proves that it comes from the sender's address.")
    TOO_LARGE = "too_large", _("It is larger than 25 MiB and was cut.")
    BROKEN = "broken", _("It is broken, or built so deeply that it was not read to the end.")
    ENCRYPTED = "encrypted", _("It is encrypted; the portal cannot read it.")
    EMPTY = "empty", _("It has neither words nor files.")
    NOT_ALLOWED = "not_allowed", _("Its sender may not write to this request any more.")


class MailProof(models.TextChoices):
    """What is known of the sender's address."""

    PROVED = "proved", _("address proved")
    ANSWERED = "answered", _("answered from where our mail went")
    INNER = "inner", _("inner address, not checked")
    UNPROVED = "unproved", _("address not proved")


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


class ViewScope(models.TextChoices):
    """Who finds a saved view beside the chips."""

    OWN = "own", pgettext_lazy("saved view", "only me")
    UNIT = "unit", pgettext_lazy("saved view", "my unit")
    OFFICE = "office", pgettext_lazy("saved view", "the whole office")


class AssignmentKind(models.TextChoices):
    """How a service's new requests find their handler."""

    BY_HAND = "by_hand", pgettext_lazy("assignment", "by hand: somebody takes or assigns it")
    ROUND_ROBIN = "round_robin", pgettext_lazy("assignment", "in turn: the clerk of the unit with the fewest open ones")
    BY_UNIT = "by_unit", pgettext_lazy("assignment", "by the requester's unit: its named handler")
    BY_SKILL = (
        "by_skill",
        pgettext_lazy("assignment", "by skill: of those who know the service, the one with the fewest"),
    )
