"""What cannot be done, in words for people."""


class UnableToRegister(Exception):
    """The paper cannot be entered like this: it is there already, classified with a title, or a field is missing."""


class UnableToNumber(Exception):
    """No number can be given, reserved or taken out of use like this."""


class UnableToMove(Exception):
    """The document is not in a state for this, or somebody else was quicker."""


class UnableToLink(Exception):
    """The two cannot be linked like this."""


class Changed(Exception):
    """Somebody else changed it meanwhile."""
