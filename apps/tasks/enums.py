"""States of a task, and its table of moves: from, to, who may, what is needed."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy

from apps.core.enums import OPEN_CATEGORIES, Category


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "to do")
    REPORTED = "reported", pgettext_lazy("task", "reported, to be accepted")
    RETURNED = "returned", pgettext_lazy("task", "report returned")
    DONE = "done", pgettext_lazy("task", "done")
    CANCELLED = "cancelled", pgettext_lazy("task", "called off")


CATEGORY = {
    TaskState.OPEN: Category.RUNNING,
    TaskState.REPORTED: Category.PAUSED,
    TaskState.RETURNED: Category.RUNNING,
    TaskState.DONE: Category.DONE,
    TaskState.CANCELLED: Category.VOID,
}
COLOURS = {
    TaskState.OPEN: "azure",
    TaskState.REPORTED: "purple",
    TaskState.RETURNED: "yellow",
    TaskState.DONE: "green",
    TaskState.CANCELLED: "secondary",
}


def states_in(*categories: Category) -> tuple[TaskState, ...]:
    return tuple(state for state in TaskState if CATEGORY[state] in categories)


UNFINISHED = states_in(*OPEN_CATEGORIES)
WITH_OWNER = states_in(Category.RUNNING)


class Who(models.TextChoices):
    OWNER = "owner"
    GIVER = "giver"


@dataclass(frozen=True)
class Move:
    verb: str
    sources: tuple[TaskState, ...]
    target: TaskState
    who: Who
    needs_note: bool = False


S = TaskState
MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        # Where nobody has to accept the report, "finish" stands for "report".
        Move("report", WITH_OWNER, S.REPORTED, Who.OWNER, needs_note=True),
        Move("finish", WITH_OWNER, S.DONE, Who.OWNER, needs_note=True),
        Move("accept", (S.REPORTED,), S.DONE, Who.GIVER),
        Move("give_back", (S.REPORTED,), S.RETURNED, Who.GIVER, needs_note=True),
        Move("cancel", UNFINISHED, S.CANCELLED, Who.GIVER, needs_note=True),
    )
}


class Reminded(models.TextChoices):
    """Why a task was reminded of: on which side of its day, a report that waits to be accepted, an owner who left."""

    BEFORE = "before"
    AFTER = "after"
    ACCEPT = "accept"
    LEFT = "left"
