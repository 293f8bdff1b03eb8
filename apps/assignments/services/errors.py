"""Why something cannot be done; the text is for people."""


class UnableToAct(Exception):
    """An act on an assignment or a part that is not possible now, or not for this person."""


class UnableToGive(UnableToAct):
    """The assignment, or a further part of it, cannot be given so."""


class UnableToSign(UnableToAct):
    """This part cannot be signed for by this person, or not now."""


class UnableToName(UnableToAct):
    """This person cannot be named."""


class UnableToPassDown(UnableToAct):
    """The part cannot be passed to these units."""


class UnableToReport(UnableToAct):
    """Nothing can be reported or confirmed (yet, or any more)."""


class UnableToDecide(UnableToAct):
    """The report cannot be accepted or returned, the unit not excused."""


class UnableToExtend(UnableToAct):
    """More time cannot be asked for or given so."""


class UnableToSetDay(UnableToAct):
    """Another day cannot be set so."""


class UnableToPause(UnableToAct):
    """The clock cannot be stopped, or not started again."""


class UnableToUrge(UnableToAct):
    """It was urged a short while ago, or nothing is owed."""


class UnableToChangeLead(UnableToAct):
    """Another unit cannot lead."""


class UnableToClose(UnableToAct):
    """The assignment cannot be closed, called off or opened again."""
