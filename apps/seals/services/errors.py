"""What cannot be done, in words for people."""


class UnableToKeep(Exception):
    """The register, a keeper or a hand-over cannot be changed like this."""


class UnableToRegister(Exception):
    """The paper cannot be passed to the keeper: no approval, no paper, a blank one, or no seal in use."""


class UnableToSeal(Exception):
    """An impression, a correction or the end of a line cannot be written like this."""


class UnableToTakeOut(Exception):
    """The seal cannot leave the house or come back like this."""
