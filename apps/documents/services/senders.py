"""Whose names are offered for filling in: never one of whom only papers with limited access are here."""

from datetime import datetime

from django.db.models import QuerySet

from apps.documents.enums import RESTRICTED
from apps.documents.models import Document, Incoming, KnownSender


def settle_senders(row: Document, *keys: str, at: datetime) -> None:
    """After its access or sender changed. `keys`: senders that it had before."""
    offered = row.number and row.access not in RESTRICTED and not row.incoming.is_classified
    if offered:
        name = {"name": row.incoming.sender, "last_at": at}
        KnownSender.objects.get_or_create(key=row.incoming.sender_key, defaults=name)
    touched = {row.incoming.sender_key, *keys}
    for known in KnownSender.objects.select_for_update().filter(key__in=touched).order_by("key"):
        if not from_whom_others_read(known.key).exists():
            known.delete()


def from_whom_others_read(key: str) -> QuerySet:
    """Registered papers of this sender that are no secret."""
    lines = Incoming.objects.filter(sender_key=key, is_classified=False).exclude(document__number="")
    return lines.exclude(document__access__in=RESTRICTED)
