"""Why something cannot be done. The text of each error is for the person who tried."""

from django.utils.translation import gettext as _


class UnableToMove(Exception):
    """A move of a task that is not possible now."""


class UnableToGive(UnableToMove):
    pass


class UnableToReport(UnableToMove):
    pass


class UnableToAnswer(UnableToMove):
    """A report that cannot be accepted or returned."""


class UnableToCancel(UnableToMove):
    pass


class UnableToHandOver(UnableToMove):
    pass


class UnableToChange(UnableToMove):
    pass


class Changed(UnableToMove):
    """Somebody changed the task meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this task while you had it open. Look at what is new, then decide again."))


ERROR_OF: dict[str, type[UnableToMove]] = {
    "report": UnableToReport,
    "finish": UnableToReport,
    "accept": UnableToAnswer,
    "give_back": UnableToAnswer,
    "cancel": UnableToCancel,
}
