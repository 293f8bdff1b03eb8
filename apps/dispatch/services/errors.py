"""What cannot be done, in words for people."""


class UnableToDraft(Exception):
    """The text cannot be changed now, or not like this."""


class UnableToRoute(Exception):
    """It cannot be put up for signing, nobody can be added, changed or urged like this."""


class UnableToDecide(Exception):
    """The decision cannot be taken: it was taken otherwise, or the text is another one by now."""


class UnableToTakeBack(Exception):
    """It cannot be taken back or withdrawn any more, or the reason is missing."""


class UnableToIssue(Exception):
    """It cannot be numbered, sealed or sent like this."""
