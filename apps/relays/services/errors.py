"""Why something cannot be done; the text is for people."""


class UnableToRelay(Exception):
    """The notice cannot go to these units so."""


class UnableToSign(Exception):
    """This unit's copy cannot be signed for by this person, or not now."""


class UnableToPassOn(Exception):
    """It cannot be passed on now, or to nobody."""


class UnableToReport(Exception):
    """Nothing can be reported (yet, or any more)."""


class UnableToDecide(Exception):
    """The report cannot be accepted or returned, the unit not excused."""


class UnableToExtend(Exception):
    """More time cannot be asked for or given so."""
