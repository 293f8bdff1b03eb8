"""The clock of a request: from its ledger to used working minutes, due time and outcome.

Pure: entries, a calendar and a target come in, a reading goes out; nothing is read or written. The ledger is the truth,
what a request's row keeps of it is a projection (`manage.py rebuild_clocks` makes it again).

Rules: working time counts while the clock runs; pauses, and the time between a stop and a reopening, do not. What was
used before a pause or a reopening stays used. A new due time given by the office turns into the target that would be
used up at that moment; pauses after it move the due time on, as they move any other. A clock stopped within its target
is met, to the second; withdrawn requests have no outcome to count.

A new priority opens a new target over the same events: what was used stays used, pauses stay pauses, and the due time
is the moment at which the new target is used up, even when that lies behind. The last of new target and new due time
counts. The first answer is a second promise on the same ledger: it stops at the first answer (`read_first_answer`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apps.core.calendar import HORIZON_DAYS, CalendarYearMissing, WorkingTime
from apps.core.enums import TURNS, ClockKind
from apps.servicedesk.enums import ClockOutcome


class Entry(Protocol):
    """What the reading needs of a ledger line."""

    kind: str
    at: datetime
    reason: str
    new_due_at: datetime | None
    target_minutes: int | None
    first_minutes: int | None


@dataclass(frozen=True)
class Line:
    """A ledger line as one promise reads it."""

    kind: str
    at: datetime
    reason: str = ""
    new_due_at: datetime | None = None
    target_minutes: int | None = None
    first_minutes: int | None = None


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
    ran: list[tuple[datetime, timedelta]] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return self.phase in RUNNING_KINDS

    @property
    def is_open(self) -> bool:
        return self.runs or self.phase == ClockKind.PAUSE

    def take(self, entry: Entry) -> None:
        """Count up to the entry, then do what it says. A line that changes nothing (a second pause) is passed over."""
        at = entry.at.astimezone(UTC)
        if entry.kind == ClockKind.START and entry.target_minutes is not None:
            self.target = timedelta(minutes=entry.target_minutes)
        if entry.kind == ClockKind.SET_DUE:
            self.retarget(at, entry.new_due_at.astimezone(UTC), entry.reason)
        elif entry.kind == ClockKind.SET_TARGET:
            self.aim(timedelta(minutes=entry.target_minutes))
        elif entry.kind in TURNS and entry.kind != self.phase and not (self.runs and entry.kind in RUNNING_KINDS):
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
            self.ran.append((self.since, time))
        self.segments.append(Segment(self.phase, self.since, at, minutes_of(time), self.reason))
        self.since = at

    def retarget(self, at: datetime, new_due_at: datetime, reason: str) -> None:
        self.close_segment(at)
        self.reason = reason
        self.target = self.used + worked(self.working, at, max(at, new_due_at))
        self.due_at = None
        self.project(at)

    def aim(self, target: timedelta) -> None:
        """A new target over the same events; a clock that has ended keeps the one it ended with."""
        if self.is_open:
            self.target, self.due_at = target, self.moment_of(target)

    def moment_of(self, used: timedelta) -> datetime | None:
        """When that much working time was used, or will be if the clock runs on; None while a pause must end first."""
        counted = timedelta()
        for start, time in self.ran:
            if counted + time >= used:
                return moment_after(self.working, start, used - counted)
            counted += time
        return moment_after(self.working, self.since, used - counted) if self.runs else None

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


def count_entries(entries: Iterable[Entry], working: WorkingTime, target_minutes: int) -> Counter:
    """The count after the last line of a ledger given in its order. Raises CalendarYearMissing."""
    counter = Counter(working, timedelta(minutes=target_minutes))
    for entry in entries:
        counter.take(entry)
    return counter


def read_clock(
    entries: Iterable[Entry], working: WorkingTime, target_minutes: int, *, at: datetime | None = None
) -> ClockReading:
    """Read a ledger given in its order (moment, then key). With `at`, the open stretch is counted up to that moment.

    `target_minutes` counts where the first line names no target. Raises CalendarYearMissing when a day is needed whose
    year the calendar does not know.
    """
    return reading_of_count(count_entries(entries, working, target_minutes), at)


def reading_of_count(counter: Counter, at: datetime | None = None) -> ClockReading:
    """What a count says; with `at`, the open stretch up to that moment."""
    outcome, due_at, segments, used = counter.outcome(), counter.due_at, list(counter.segments), counter.used
    if counter.since is not None and outcome in (ClockOutcome.RUNNING, ClockOutcome.PAUSED):
        time = worked(counter.working, counter.since, at.astimezone(UTC)) if at else timedelta()
        used += time if counter.runs else timedelta()
        segments.append(Segment(counter.phase, counter.since, None, minutes_of(time), counter.reason))
    return ClockReading(minutes_of(used), minutes_of(counter.target), due_at, outcome, tuple(segments))


def first_answer_lines(entries: Iterable[Entry]) -> Iterator[Line]:
    """The ledger as the promise of a first answer reads it, up to that answer.

    A new due time is no matter of this promise. The move that answers often pauses or closes too, in the same moment:
    the answer comes first then. What was closed without an answer only rests.
    """
    lines = list(entries)
    answered = next((entry.at for entry in lines if entry.kind == ClockKind.ANSWERED), None)
    for entry in lines:
        if entry.kind in (ClockKind.START, ClockKind.SET_TARGET):
            if entry.first_minutes is not None and (answered is None or entry.at <= answered):
                yield Line(entry.kind, entry.at, entry.reason, target_minutes=entry.first_minutes)
        elif entry.kind in TURNS and (answered is None or entry.at < answered):
            kind = ClockKind.PAUSE if entry.kind == ClockKind.STOP else entry.kind
            yield Line(kind, entry.at, entry.reason)
    if answered:
        yield Line(ClockKind.STOP, answered)


def count_first_answer(entries: Iterable[Entry], working: WorkingTime) -> Counter | None:
    """The count of the first promise; None when none was made (filed at the counter, or before there were any)."""
    lines = list(first_answer_lines(entries))
    if not lines or lines[0].kind != ClockKind.START:
        return None
    return count_entries(lines, working, 0)


def read_first_answer(
    entries: Iterable[Entry], working: WorkingTime, *, at: datetime | None = None
) -> ClockReading | None:
    """The first promise as `read_clock` reads the other; None when none was made."""
    counter = count_first_answer(entries, working)
    return None if counter is None else reading_of_count(counter, at)
