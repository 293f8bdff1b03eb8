"""The clock of a request: from its ledger to used working minutes, due time and outcome.

Pure: entries, a calendar and a target come in, a reading goes out; nothing is read or written. The ledger is the truth,
what a request's row keeps of it is a projection (`manage.py rebuild_clocks` makes it again).

Rules: working time counts while the clock runs; pauses, and the time between a stop and a reopening, do not. What was
used before a pause or a reopening stays used. A new due time given by the office turns into the target that would be
used up at that moment; pauses after it move the due time on, as they move any other. A clock stopped within its target
is met, to the second; withdrawn requests have no outcome to count.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apps.core.calendar import HORIZON_DAYS, CalendarYearMissing, WorkingTime
from apps.core.enums import ClockKind
from apps.servicedesk.enums import ClockOutcome


class Entry(Protocol):
    """What the reading needs of a ledger line."""

    kind: str
    at: datetime
    reason: str
    new_due_at: datetime | None


@dataclass(frozen=True)
class Segment:
    """A stretch of the request's life. `ends_at` is empty for the last, open one; minutes are working minutes."""

    kind: str
    starts_at: datetime
    ends_at: datetime | None
    minutes: int
    reason: str = ""


@dataclass(frozen=True)
class ClockReading:
    """`due_at` is empty while it depends on when a pause ends; a target used up already keeps its moment."""

    used_minutes: int
    target_minutes: int
    due_at: datetime | None
    outcome: ClockOutcome
    segments: tuple[Segment, ...]

    @property
    def left_minutes(self) -> int:
        """Working minutes left of the target, negative when it is overrun."""
        return self.target_minutes - self.used_minutes

    @property
    def within_target(self) -> bool | None:
        return {ClockOutcome.MET: True, ClockOutcome.MISSED: False}.get(self.outcome)


def worked(working: WorkingTime, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end`, exact. Counted in UTC, so a change of summer time neither adds nor loses."""
    total = timedelta()
    day, last = working.day(start), working.day(end)
    while day <= last:
        for opens, closes in working.spans(day):
            overlap = min(closes.astimezone(UTC), end) - max(opens.astimezone(UTC), start)
            total += max(overlap, timedelta())
        day += timedelta(days=1)
    return total


def moment_after(working: WorkingTime, start: datetime, left: timedelta) -> datetime:
    """When `left` of working time after `start` is used up. Raises CalendarYearMissing."""
    day = working.day(start)
    for _n in range(HORIZON_DAYS):
        for opens, closes in working.spans(day):
            begins, ends = max(opens.astimezone(UTC), start), closes.astimezone(UTC)
            if begins >= ends:
                continue
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        day += timedelta(days=1)
    raise CalendarYearMissing(day.year)


RUNNING_KINDS = (ClockKind.START, ClockKind.RESUME)


@dataclass
class Counter:
    """The state of the count between two ledger lines."""

    working: WorkingTime
    target: timedelta
    used: timedelta = timedelta()
    due_at: datetime | None = None
    phase: str = ""
    since: datetime | None = None
    reason: str = ""
    segments: list[Segment] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return self.phase in RUNNING_KINDS

    def take(self, entry: Entry) -> None:
        """Count up to the entry, then do what it says. A line that changes nothing (a second pause) is passed over."""
        at = entry.at.astimezone(UTC)
        if entry.kind == ClockKind.SET_DUE:
            self.retarget(at, entry.new_due_at.astimezone(UTC), entry.reason)
        elif entry.kind != self.phase and not (self.runs and entry.kind in RUNNING_KINDS):
            self.turn(entry.kind, at, entry.reason)

    def turn(self, kind: str, at: datetime, reason: str) -> None:
        self.close_segment(at)
        self.phase, self.since, self.reason = kind, at, reason
        self.project(at)

    def close_segment(self, at: datetime) -> None:
        if self.since is None:
            return
        time = worked(self.working, self.since, at)
        if self.runs:
            self.used += time
        self.segments.append(Segment(self.phase, self.since, at, minutes_of(time), self.reason))
        self.since = at

    def retarget(self, at: datetime, new_due_at: datetime, reason: str) -> None:
        self.close_segment(at)
        self.reason = reason
        self.target = self.used + worked(self.working, at, max(at, new_due_at))
        self.due_at = None
        self.project(at)

    def project(self, at: datetime) -> None:
        """The due time after a line at `at`: fixed once the target is used up or the clock stopped."""
        if self.used >= self.target and self.due_at and self.due_at <= at:
            return
        if self.runs:
            self.due_at = moment_after(self.working, at, self.target - self.used)
        elif self.phase == ClockKind.PAUSE:
            self.due_at = None

    def outcome(self) -> ClockOutcome:
        if not self.phase:
            return ClockOutcome.NOT_STARTED
        if self.runs:
            return ClockOutcome.RUNNING
        if self.phase == ClockKind.PAUSE:
            return ClockOutcome.PAUSED
        if self.phase == ClockKind.CANCEL:
            return ClockOutcome.CANCELLED
        return ClockOutcome.MET if self.used <= self.target else ClockOutcome.MISSED


def minutes_of(time: timedelta) -> int:
    """Whole minutes, begun ones not counted."""
    return int(time.total_seconds() // 60)


def read_clock(
    entries: Iterable[Entry], working: WorkingTime, target_minutes: int, *, at: datetime | None = None
) -> ClockReading:
    """Read a ledger given in its order (moment, then key). With `at`, the open stretch is counted up to that moment.

    Raises CalendarYearMissing when a day is needed whose year the calendar does not know.
    """
    counter = Counter(working, timedelta(minutes=target_minutes))
    for entry in entries:
        counter.take(entry)
    outcome, due_at, segments, used = counter.outcome(), counter.due_at, list(counter.segments), counter.used
    if counter.since is not None and outcome in (ClockOutcome.RUNNING, ClockOutcome.PAUSED):
        time = worked(working, counter.since, at.astimezone(UTC)) if at else timedelta()
        used += time if counter.runs else timedelta()
        segments.append(Segment(counter.phase, counter.since, None, minutes_of(time), counter.reason))
    return ClockReading(minutes_of(used), minutes_of(counter.target), due_at, outcome, tuple(segments))
