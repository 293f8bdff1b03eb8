"""What a token may ask for, what programs are told of, and what becomes of a call."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Scope(models.TextChoices):
    """What a token may do, each a part of what its owner may do. Nothing is allowed that is not named."""

    SERVICES_READ = "services:read", _("read the catalogue")
    REQUESTS_READ = "requests:read", _("read the owner's own requests")
    REQUESTS_WRITE = "requests:write", _("file requests, and act as their requester")
    DESK_READ = "desk:read", _("read all requests that the owner may see, with internal notes")
    DESK_WRITE = "desk:write", _("handle requests as the owner may")
    CERTIFICATES_READ = "certificates:read", _("read and check certificates")
    PEOPLE_READ = "people:read", _("look up a person by number: name and unit")


LONGEST_DAYS = 365  # of a token
IDLE_DAYS = 90  # after which the page says that a token may not be needed any more


class EventKind(models.TextChoices):
    """What a program may be told of."""

    SUBMITTED = "request.submitted", _("a request is filed")
    MOVED = "request.moved", _("a request changes its state")
    MESSAGE = "request.message", _("a message is written (not its words)")
    CLOSED = "request.closed", _("a request is done, refused or withdrawn")
    RATED = "request.rated", _("a request is rated")
    ISSUED = "certificate.issued", _("a certificate is issued")
    REPLACED = "certificate.replaced", _("a certificate is replaced by a new one")
    REVOKED = "certificate.revoked", _("a certificate is revoked")
    TRIAL = "trial", _("a trial")


FOLLOWED = tuple(kind for kind in EventKind if kind != EventKind.TRIAL)


class CallState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("webhook", "waiting")
    SENDING = "sending", pgettext_lazy("webhook", "being sent")
    DONE = "done", pgettext_lazy("webhook", "taken")
    DEAD = "dead", pgettext_lazy("webhook", "given up")


CALL_COLOURS = {
    CallState.WAITING: "yellow",
    CallState.SENDING: "azure",
    CallState.DONE: "green",
    CallState.DEAD: "red",
}
