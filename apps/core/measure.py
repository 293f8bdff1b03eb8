"""What an app offers to reports: one plain object for each figure, with its definition and the rows it counts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included, in the portal's time zone."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.first, time.min, ZoneInfo(settings.TIME_ZONE))

    @property
    def ends_at(self) -> datetime:
        """The first moment after the period (half-open: starts_at <= t < ends_at)."""
        return datetime.combine(self.last + timedelta(days=1), time.min, ZoneInfo(settings.TIME_ZONE))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period of the same length that ends the day before this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True)
class Measure:
    """One figure. `rows_url` opens exactly the rows counted, under the reader's own rights. `is_of_now`: it is counted
    as things stand now, whatever the period; nothing of the period before can stand beside it.
    """

    code: str
    name: str
    definition: str
    value: float | int | None
    unit: str = ""
    of: int | None = None
    rows_url: str = ""
    higher_is_better: bool | None = None
    is_partial: bool = False
    is_of_now: bool = False
