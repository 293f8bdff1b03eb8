"""What a token may ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
