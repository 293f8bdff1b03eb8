"""States of official documents (公文), their moves, and the words for what they are."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import Category

CLASSIFIED_TITLE = "涉密文件"  # all that the portal says of a classified paper, the same in both scripts


class Direction(models.TextChoices):
    INCOMING = "incoming", pgettext_lazy("official document", "incoming")
    OUTGOING = "outgoing", pgettext_lazy("official document", "outgoing")


class Kind(models.TextChoices):
    """文種. The fifteen of 党政机关公文处理工作条例 clause 8 that a college uses, and what else arrives."""

    NOTICE = "notice", pgettext_lazy("kind of official document", "notice")
    REQUEST = "request", pgettext_lazy("kind of official document", "request for instructions")
    REPORT = "report", pgettext_lazy("kind of official document", "report")
    LETTER = "letter", pgettext_lazy("kind of official document", "letter")
    REPLY = "reply", pgettext_lazy("kind of official document", "reply to a request")
    DECISION = "decision", pgettext_lazy("kind of official document", "decision")
    OPINION = "opinion", pgettext_lazy("kind of official document", "opinion")
    CIRCULAR = "circular", pgettext_lazy("kind of official document", "circular")
    ANNOUNCEMENT = "announcement", pgettext_lazy("kind of official document", "announcement")
    MINUTES = "minutes", pgettext_lazy("kind of official document", "minutes")
    OTHER = "other", pgettext_lazy("kind of official document", "other")


class State(models.TextChoices):
    # incoming (收文)
    RECEIVED = "received", pgettext_lazy("state of a document", "signed for")
    REGISTERED = "registered", pgettext_lazy("state of a document", "registered")
    SENT_BACK = "sent_back", pgettext_lazy("state of a document", "sent back")
    PROPOSED = "proposed", pgettext_lazy("state of a document", "for instruction")
    HANDLING = "handling", pgettext_lazy("state of a document", "being handled")
    ANSWERED = "answered", pgettext_lazy("state of a document", "answered")
    CLOSED = "closed", pgettext_lazy("state of a document", "closed")
    # outgoing (發文)
    DRAFT = "draft", pgettext_lazy("state of a document", "draft")
    SIGNING = "signing", pgettext_lazy("state of a document", "being signed")
    RETURNED = "returned", pgettext_lazy("state of a document", "returned to the drafter")
    SIGNED = "signed", pgettext_lazy("state of a document", "signed")
    NUMBERED = "numbered", pgettext_lazy("state of a document", "numbered")
    SENT = "sent", pgettext_lazy("state of a document", "sent out")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a document", "withdrawn")
    # both
    FILED = "filed", pgettext_lazy("state of a document", "filed")
    VOID = "void", pgettext_lazy("state of a document", "void")


CATEGORY = {
    State.RECEIVED: Category.NOT_STARTED,
    State.REGISTERED: Category.RUNNING,
    State.SENT_BACK: Category.VOID,
    State.PROPOSED: Category.RUNNING,
    State.HANDLING: Category.RUNNING,
    State.ANSWERED: Category.RUNNING,
    State.CLOSED: Category.DONE,
    State.DRAFT: Category.NOT_STARTED,
    State.SIGNING: Category.RUNNING,
    State.RETURNED: Category.RUNNING,
    State.SIGNED: Category.RUNNING,
    State.NUMBERED: Category.RUNNING,
    State.SENT: Category.DONE,
    State.WITHDRAWN: Category.VOID,
    State.FILED: Category.DONE,
    State.VOID: Category.VOID,
}
COLOURS = {
    State.RECEIVED: "yellow",
    State.REGISTERED: "azure",
    State.SENT_BACK: "secondary",
    State.PROPOSED: "purple",
    State.HANDLING: "blue",
    State.ANSWERED: "cyan",
    State.CLOSED: "green",
    State.DRAFT: "secondary",
    State.SIGNING: "purple",
    State.RETURNED: "orange",
    State.SIGNED: "azure",
    State.NUMBERED: "blue",
    State.SENT: "green",
    State.WITHDRAWN: "secondary",
    State.FILED: "teal",
    State.VOID: "secondary",
}
# from → to. Who may, and what is needed, stands in rules.py and services/; a trigger holds the moves.
MOVES: dict[str, tuple[str, ...]] = {
    State.RECEIVED: (State.REGISTERED, State.SENT_BACK, State.VOID),
    State.REGISTERED: (State.PROPOSED, State.HANDLING, State.SENT_BACK, State.CLOSED, State.VOID),
    State.SENT_BACK: (),
    State.PROPOSED: (State.REGISTERED, State.HANDLING, State.CLOSED),
    State.HANDLING: (State.PROPOSED, State.ANSWERED, State.CLOSED),
    State.ANSWERED: (State.HANDLING, State.CLOSED),
    State.CLOSED: (State.HANDLING, State.FILED),
    State.DRAFT: (State.SIGNING, State.WITHDRAWN),
    State.SIGNING: (State.RETURNED, State.SIGNED, State.WITHDRAWN),
    State.RETURNED: (State.SIGNING, State.WITHDRAWN),
    State.SIGNED: (State.NUMBERED, State.RETURNED, State.SIGNING, State.WITHDRAWN),
    State.NUMBERED: (State.SENT, State.RETURNED, State.SIGNING, State.VOID),
    State.SENT: (State.FILED,),
    State.WITHDRAWN: (),
    State.FILED: (),
    State.VOID: (),
}
INCOMING_STATES = (
    State.RECEIVED,
    State.REGISTERED,
    State.SENT_BACK,
    State.PROPOSED,
    State.HANDLING,
    State.ANSWERED,
    State.CLOSED,
    State.FILED,
    State.VOID,
)
OUTGOING_STATES = (
    State.DRAFT,
    State.SIGNING,
    State.RETURNED,
    State.SIGNED,
    State.NUMBERED,
    State.SENT,
    State.FILED,
    State.WITHDRAWN,
    State.VOID,
)
OPEN_STATES = tuple(
    state.value for state in State if CATEGORY[state] in (Category.NOT_STARTED, Category.RUNNING, Category.PAUSED)
)
PUBLISHED_STATES = (State.CLOSED.value, State.SENT.value, State.FILED.value)


class Access(models.TextChoices):
    """Who may read it. Who is concerned with a document always may; the office's other people by this level."""

    OPEN = "open", pgettext_lazy("access to a document", "all staff, once it is out")
    INTERNAL = "internal", pgettext_lazy("access to a document", "the office and who is concerned")
    RESERVED = "reserved", pgettext_lazy("access to a document", "who is concerned; the office sees that it exists")
    HIDDEN = "hidden", pgettext_lazy("access to a document", "who is concerned; nobody else sees that it exists")


RESTRICTED = (Access.RESERVED.value, Access.HIDDEN.value)  # even of the office only who is concerned reads it


class Purpose(models.TextChoices):
    """A paper is either for reading or for action; mixing them is why "read" is taken for "done"."""

    READING = "reading", pgettext_lazy("purpose of a document", "for reading")
    ACTION = "action", pgettext_lazy("purpose of a document", "for action")


class Received(models.TextChoices):
    """How a paper came in."""

    POST = "post", pgettext_lazy("how a paper came in", "by post or messenger")
    BY_HAND = "by_hand", pgettext_lazy("how a paper came in", "brought by hand")
    MAIL = "mail", pgettext_lazy("how a paper came in", "by mail")
    SYSTEM = "system", pgettext_lazy("how a paper came in", "by the university's system")
    MEETING = "meeting", pgettext_lazy("how a paper came in", "brought back from a meeting")


class NumberUse(models.TextChoices):
    """A line of the ledger of document numbers."""

    RESERVED = "reserved", pgettext_lazy("document number", "reserved")
    ISSUED = "issued", pgettext_lazy("document number", "issued")
    VOID = "void", pgettext_lazy("document number", "void")


class CountsFrom(models.TextChoices):
    """What a deadline of an urgency is counted from."""

    RECEIPT = "receipt", pgettext_lazy("deadline", "the moment of receipt")
    DAY_AFTER = "day_after", pgettext_lazy("deadline", "the working day after receipt")


class LinkKind(models.TextChoices):
    """What the first document is to the second."""

    REPLIES_TO = "replies_to", pgettext_lazy("link between documents", "replies to")
    IMPLEMENTS = "implements", pgettext_lazy("link between documents", "implements")
    SUPERSEDES = "supersedes", pgettext_lazy("link between documents", "supersedes")
    ANNEX_OF = "annex_of", pgettext_lazy("link between documents", "annex of")


class Why(models.TextChoices):
    """Why a person or a unit is concerned with a document."""

    REGISTERED = "registered", pgettext_lazy("concerned with a document", "registered it")
    DRAFTED = "drafted", pgettext_lazy("concerned with a document", "drafted it")
    HANDLES = "handles", pgettext_lazy("concerned with a document", "handles it")
    DECIDES = "decides", pgettext_lazy("concerned with a document", "is asked for a decision")
    READS = "reads", pgettext_lazy("concerned with a document", "is to read it")
    ACTS = "acts", pgettext_lazy("concerned with a document", "has a part in it")
    SEALS = "seals", pgettext_lazy("concerned with a document", "seals it")
    RECEIVES = "receives", pgettext_lazy("concerned with a document", "it was sent to them")


class OpinionKind(models.TextChoices):
    PROPOSAL = "proposal", pgettext_lazy("opinion on a document", "proposed handling")
    INSTRUCTION = "instruction", pgettext_lazy("opinion on a document", "instruction")
    CHECK = "check", pgettext_lazy("opinion on a document", "check of the draft")
    CO_SIGN = "co_sign", pgettext_lazy("opinion on a document", "co-signature")
    SIGN = "sign", pgettext_lazy("opinion on a document", "signature")
    FINAL_CHECK = "final_check", pgettext_lazy("opinion on a document", "final check")
    READ = "read", pgettext_lazy("opinion on a document", "read")


class CirculationMode(models.TextChoices):
    IN_TURN = "in_turn", pgettext_lazy("circulation", "one after the other")
    TOGETHER = "together", pgettext_lazy("circulation", "all at once")


class ReaderState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("reader of a document", "not their turn yet")
    WITH = "with", pgettext_lazy("reader of a document", "has it now")
    READ = "read", pgettext_lazy("reader of a document", "read")
    EXCUSED = "excused", pgettext_lazy("reader of a document", "excused")


READER_MOVES: dict[str, tuple[str, ...]] = {
    ReaderState.WAITING: (ReaderState.WITH, ReaderState.EXCUSED),
    ReaderState.WITH: (ReaderState.READ, ReaderState.EXCUSED),
    ReaderState.READ: (),
    ReaderState.EXCUSED: (),
}
READER_COLOURS = {
    ReaderState.WAITING: "secondary",
    ReaderState.WITH: "yellow",
    ReaderState.READ: "green",
    ReaderState.EXCUSED: "teal",
}


class TextState(models.TextChoices):
    """Of the words taken out of an attached file."""

    WAITING = "waiting", pgettext_lazy("words of a file", "not read yet")
    READ = "read", pgettext_lazy("words of a file", "read")
    NONE = "none", pgettext_lazy("words of a file", "has no words")
    FAILED = "failed", pgettext_lazy("words of a file", "could not be read")


class Retention(models.TextChoices):
    """保管期限 of a filed document."""

    PERMANENT = "permanent", pgettext_lazy("retention", "for ever")
    THIRTY = "thirty", pgettext_lazy("retention", "30 years")
    TEN = "ten", pgettext_lazy("retention", "10 years")


# Why a person may be taken out again who was brought in by mistake; the other reasons are facts.
TAKEN_BACK = (Why.READS.value, Why.ACTS.value, Why.RECEIVES.value)


TEXT_COLOURS = {
    TextState.WAITING: "yellow",
    TextState.READ: "green",
    TextState.NONE: "secondary",
    TextState.FAILED: "orange",
}
