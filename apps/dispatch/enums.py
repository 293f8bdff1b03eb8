"""What an outgoing document passes through. Its states and moves are those of apps.documents.enums."""

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.documents.enums import Kind, OpinionKind, State

# The points of the route in their order, and the place of the first step of each in a round: between them is room for
# steps that come one after the other, and for signers who are added while it runs.
POINTS: dict[str, int] = {
    OpinionKind.CHECK: 10,
    OpinionKind.CO_SIGN: 20,
    OpinionKind.SIGN: 1000,
    OpinionKind.FINAL_CHECK: 2000,
}
POINT_NAMES: dict[str, dict[str, str]] = {
    OpinionKind.CHECK: {"zh-hant": "核稿", "zh-hans": "核稿", "en": "Check of the draft"},
    OpinionKind.CO_SIGN: {"zh-hant": "會簽", "zh-hans": "会签", "en": "Co-signature"},
    OpinionKind.SIGN: {"zh-hant": "簽發", "zh-hans": "签发", "en": "Signature"},
    OpinionKind.FINAL_CHECK: {"zh-hant": "複核", "zh-hans": "复核", "en": "Final check"},
}
EDITABLE = (State.DRAFT, State.RETURNED)
VOID_FROM = (State.NUMBERED, State.RETURNED, State.SIGNED, State.SIGNING)  # where it has a number
TAKEN_BACK_FROM = (State.SIGNING, State.SIGNED, State.NUMBERED)
# Papers that go up (上行文) name who signed them in their head; only papers of the college carry “文件” in it.
UPWARD = (Kind.REQUEST, Kind.REPORT)
WITHOUT_FILE = (Kind.LETTER, Kind.MINUTES)


class SheetState(models.TextChoices):
    """Of a paper that typst sets."""

    WAITING = "waiting", pgettext_lazy("sheet of a document", "is being typeset")
    READY = "ready", pgettext_lazy("sheet of a document", "typeset")
    FAILED = "failed", pgettext_lazy("sheet of a document", "could not be typeset")


SHEET_MOVES: dict[str, tuple[str, ...]] = {
    SheetState.WAITING: (SheetState.READY, SheetState.FAILED),
    SheetState.FAILED: (SheetState.WAITING,),
    SheetState.READY: (),
}
SHEET_COLOURS = {SheetState.WAITING: "yellow", SheetState.READY: "green", SheetState.FAILED: "red"}


class SentHow(models.TextChoices):
    """How a paper went to somebody outside."""

    POST = "post", pgettext_lazy("how a paper was sent", "by post or messenger")
    BY_HAND = "by_hand", pgettext_lazy("how a paper was sent", "by hand")
    MAIL = "mail", pgettext_lazy("how a paper was sent", "by mail")
    FAX = "fax", pgettext_lazy("how a paper was sent", "by fax")
    SYSTEM = "system", pgettext_lazy("how a paper was sent", "by the receiver's system")


class Chip(models.TextChoices):
    """Which outgoing papers the list shows."""

    MINE = "mine", pgettext_lazy("outgoing papers", "my drafts")
    FOR_ME = "for_me", pgettext_lazy("outgoing papers", "waiting for me")
    SIGNING = "signing", pgettext_lazy("outgoing papers", "being signed")
    TO_NUMBER = "to_number", pgettext_lazy("outgoing papers", "to be numbered")
    TO_SEAL = "to_seal", pgettext_lazy("outgoing papers", "to be sealed")
    TO_SEND = "to_send", pgettext_lazy("outgoing papers", "to be sent")
    TO_FILE = "to_file", pgettext_lazy("outgoing papers", "to be filed")
    LATE = "late", pgettext_lazy("outgoing papers", "overdue")
    ALL = "all", pgettext_lazy("outgoing papers", "all")
