"""Figures about notices for reports."""

from datetime import datetime

from apps.core.measure import Measure, Period


def for_period(period: Period, at: datetime) -> list[Measure]:
    return []
