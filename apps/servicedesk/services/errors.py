"""Why something cannot be done. The text of each error is for the person who tried."""

from django.utils.translation import gettext as _

from apps.servicedesk.models import Request


class UnableToMove(Exception):
    """A move that is not possible now."""


class UnableToFile(UnableToMove):
    """A draft cannot be begun, kept or handed in. `missing` lists keys of fields that still need an answer."""

    def __init__(self, message: str, *, missing: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.missing = missing


class UnableToTake(UnableToMove):
    pass


class UnableToPass(UnableToMove):
    """A paper cannot be passed to the keeper of the seal."""


class UnableToAssign(UnableToMove):
    pass


class UnableToPassOn(UnableToMove):
    """A request cannot go to another unit."""


class UnableToReturn(UnableToMove):
    pass


class UnableToCorrect(UnableToMove):
    pass


class UnableToAsk(UnableToMove):
    pass


class UnableToRecall(UnableToMove):
    pass


class UnableToAnswer(UnableToMove):
    pass


class UnableToResume(UnableToMove):
    pass


class UnableToDecide(UnableToMove):
    pass


class UnableToComplete(UnableToMove):
    pass


class UnableToRefuse(UnableToMove):
    pass


class UnableToWithdraw(UnableToMove):
    pass


class UnableToReopen(UnableToMove):
    pass


class UnableToRate(UnableToMove):
    pass


class UnableToUrge(UnableToMove):
    pass


class UnableToObject(UnableToMove):
    pass


class UnableToSetDue(UnableToMove):
    pass


class UnableToSetPriority(UnableToMove):
    pass


class UnableToWait(UnableToMove):
    pass


class UnableToLapse(UnableToMove):
    pass


class UnableToWrite(UnableToMove):
    pass


class UnableToFillIn(UnableToMove):
    pass


class UnableToGiveTask(UnableToMove):
    pass


class UnableToAdd(UnableToMove):
    """Somebody cannot take part, or be told."""


class UnableToLink(UnableToMove):
    """Two requests cannot be linked."""


class UnableToMerge(UnableToMove):
    pass


class UnableToSplit(UnableToMove):
    pass


class UnableToFollowUp(UnableToMove):
    pass


class UnableToRepeat(UnableToMove):
    pass


class Changed(UnableToMove):
    """Somebody changed it meanwhile. `request` is what stands now; the caller still has what was typed."""

    def __init__(self, request: Request, *, given: int) -> None:
        super().__init__(
            _("Somebody changed this request while you had it open. Look at what is new, then decide again.")
        )
        self.request = request
        self.given = given


ERROR_OF: dict[str, type[UnableToMove]] = {
    "submit": UnableToFile,
    "take": UnableToTake,
    "return": UnableToReturn,
    "correct": UnableToCorrect,
    "ask": UnableToAsk,
    "answer": UnableToAnswer,
    "wait": UnableToWait,
    "resume": UnableToResume,
    "lapse": UnableToLapse,
    "ask_approval": UnableToAsk,
    "recall_approval": UnableToRecall,
    "approve": UnableToDecide,
    "send_back": UnableToDecide,
    "decline": UnableToDecide,
    "complete": UnableToComplete,
    "refuse": UnableToRefuse,
    "withdraw": UnableToWithdraw,
    "reopen": UnableToReopen,
    "merge": UnableToMerge,
    "unmerge": UnableToMerge,
}
