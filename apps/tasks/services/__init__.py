"""Everything that can be done with a task; one function a move.

The app whose thing a task is about checks the right to give one and what the thing's own end means for its tasks.
"""

from apps.tasks.services.errors import (
    Changed,
    UnableToAnswer,
    UnableToCancel,
    UnableToChange,
    UnableToGive,
    UnableToHandOver,
    UnableToMove,
    UnableToReport,
)
from apps.tasks.services.forgetting import forget
from apps.tasks.services.giving import change, due_after, give, hand_over
from apps.tasks.services.reminding import remind_due
from apps.tasks.services.reporting import accept, call_off, cancel, give_back, report

__all__ = [
    "Changed",
    "UnableToAnswer",
    "UnableToCancel",
    "UnableToChange",
    "UnableToGive",
    "UnableToHandOver",
    "UnableToMove",
    "UnableToReport",
    "accept",
    "call_off",
    "cancel",
    "change",
    "due_after",
    "forget",
    "give",
    "give_back",
    "hand_over",
    "remind_due",
    "report",
]
