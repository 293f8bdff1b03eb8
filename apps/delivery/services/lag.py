"""How far behind the outbox is."""

from datetime import datetime

from django.db.models import Min

from apps.delivery.models import Delivery


def outbox_lag(at: datetime) -> float:
    """Seconds that the oldest due row has waited; 0.0 when nothing waits."""
    oldest = Delivery.objects.due(at).aggregate(oldest=Min("not_before"))["oldest"]
    return (at - oldest).total_seconds() if oldest else 0.0
