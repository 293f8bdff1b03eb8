"""What the old system said, on the page of a request that was brought in."""

from apps.servicedesk.models import ImportedRequest, Request


def imported_of(item: Request) -> ImportedRequest | None:
    """None for a request that was filed here. Without a query where the row came with its neighbours."""
    return getattr(item, "imported", None)
