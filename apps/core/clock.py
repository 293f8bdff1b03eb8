"""The one place that reads the clock. Services take `at=` and fall back to this."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware (UTC)."""
    return timezone.now()
