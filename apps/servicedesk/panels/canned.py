"""The canned replies that can be inserted on a request's page."""

from apps.people.models import Person
from apps.servicedesk.models import CannedReply, Request
from apps.servicedesk.services.canned import replies_for

OFFERED = 50
VERBS = ("complete", "return", "ask", "refuse", "message")


def canned_of(item: Request, user: Person) -> list[CannedReply]:
    """At most OFFERED, for whoever writes for the office (one query; none for others)."""
    return list(replies_for(item, user).only("pk", "name")[:OFFERED]) if user.is_office else []
