"""Why something cannot be done; the text is for people."""

from django.utils.translation import gettext as _

from apps.replies.models import Reply


class UnableToCollect(Exception):
    """The notice cannot collect answers so."""


class UnableToHandIn(Exception):
    """Nothing is taken (any more), or it is not complete."""


class UnableToCheck(Exception):
    """These answers cannot be confirmed or returned now."""


class UnableToSign(Exception):
    """The totals cannot be signed, or the signature not taken back."""


class ReplyChanged(Exception):
    """Somebody changed these answers since they were shown; `current` is how they stand."""

    def __init__(self, current: Reply) -> None:
        self.current = current
        super().__init__(_("These answers were changed meanwhile."))
