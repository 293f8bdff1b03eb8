"""What the service desk tells the leaders' page."""

from datetime import datetime

from apps.core.measure import Measure, Period


def for_period(period: Period, *, at: datetime) -> list[Measure]:
    """The figures of `period` as they stand at `at`."""
    return []
