"""What cannot be done, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from apps.documents.models import Document


class UnableToRegister(Exception):
    """The paper cannot be entered like this: it is there already, classified with a title, or a field is missing."""


class AlreadyRegistered(UnableToRegister):
    """This sender's number stands in the register: `document` is where. The words do not say it: only the caller knows
    whether who reads them may know of that document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        super().__init__(_("This sender's number is in the register already."))


class UnableToNumber(Exception):
    """No number can be given, reserved or taken out of use like this."""


class UnableToMove(Exception):
    """The document is not in a state for this, or somebody else was quicker."""


class UnableToCirculate(Exception):
    """It cannot be circulated, read or urged like this."""


class UnableToLink(Exception):
    """The two cannot be linked like this."""


class Changed(Exception):
    """Somebody else changed it meanwhile."""
