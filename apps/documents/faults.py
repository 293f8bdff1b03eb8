"""What the nightly check may find, kept as codes and said in the language of who reads it."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

RAN_OUT = gettext_noop("The reservation ran out.")
WORDS = {
    "no_line": gettext_noop("%(what)s: no line in the ledger of documents"),
    "void_in_one": gettext_noop("%(what)s: void in one ledger only"),
    "other_number": gettext_noop("%(what)s: the document says %(more)s"),
    "void_goes_on": gettext_noop("%(what)s: void, and its document goes on"),
    "missing": gettext_noop("%(what)s: missing %(more)s"),
    "chain": gettext_noop("%(what)s: the chain of its editions does not fit at %(more)s"),
}

UNKNOWN = "%(what)s %(more)s"


class Fault(NamedTuple):
    """`code` of WORDS; `what` is the number, series or key; JSON keeps it as a list."""

    code: str
    what: str
    more: str = ""


def words_of(kept: Sequence[str] | str) -> str:
    """One fault as it was kept, in words; what an older check kept is words already."""
    if isinstance(kept, str):
        return kept
    fault = Fault(*kept)
    return gettext(WORDS.get(fault.code, UNKNOWN)) % {"what": fault.what, "more": fault.more}


class Lines:
    """All of them, a line each, in the language in which it is asked for."""

    def __init__(self, faults: Sequence[Sequence[str] | str]) -> None:
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(map(words_of, self.faults))
