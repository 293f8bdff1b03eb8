"""Everything that is done with collected answers. One function a verb."""

from apps.replies.services.checking import Outcome, confirm, confirm_many, give_back
from apps.replies.services.collecting import collect, stop_collecting
from apps.replies.services.errors import (
    ReplyChanged,
    UnableToCheck,
    UnableToCollect,
    UnableToHandIn,
    UnableToSign,
)
from apps.replies.services.filling import hand_in, save_draft
from apps.replies.services.rows import make_missing_rows, make_row, make_rows
from apps.replies.services.signing import close, reopen, sign_off

__all__ = [
    "Outcome",
    "ReplyChanged",
    "UnableToCheck",
    "UnableToCollect",
    "UnableToHandIn",
    "UnableToSign",
    "close",
    "collect",
    "confirm",
    "confirm_many",
    "give_back",
    "hand_in",
    "make_missing_rows",
    "make_row",
    "make_rows",
    "reopen",
    "save_draft",
    "sign_off",
    "stop_collecting",
]
