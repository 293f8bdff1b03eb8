"""What happens to one demo request: a list of moments and verbs, drawn at random, cut off at the present."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from apps.core.calendar import WorkingTime
from apps.core.enums import ClockKind
from apps.servicedesk.enums import RequestState

State = RequestState


@dataclass(frozen=True)
class Event:
    """One thing that happened. `clock` is the ledger line it wrote, `state` where the request stood afterwards."""

    at: datetime
    verb: str
    state: State
    clock: ClockKind | None = None


class Plot:
    """Draws the life of a request in working time, so that nobody in the demo works at night."""

    def __init__(self, random: Random, working: WorkingTime, *, slow: bool) -> None:
        self.random = random
        self.working = working
        self.slow = slow
        self.events: list[Event] = []

    def draw(self, submitted_at: datetime, *, needs_approval: bool, target_minutes: int) -> list[Event]:
        """The whole life, as if nothing were cut off yet."""
        self.events = [Event(submitted_at, "submit", State.SUBMITTED, ClockKind.START)]
        pace = target_minutes * (2.5 if self.slow else 0.6)
        self._then("take", State.IN_PROGRESS, pace * 0.2)
        if self.random.random() < 0.11:
            self._then("return", State.RETURNED, pace * 0.1, ClockKind.PAUSE)
            self._then("correct", State.IN_PROGRESS, 400, ClockKind.RESUME)
        if needs_approval:
            self._then("ask_approval", State.IN_APPROVAL, pace * 0.1)
            if self.random.random() < 0.03:
                self._then("decline", State.REFUSED, pace * 0.3, ClockKind.STOP)
                return self.events
            self._then("approve", State.IN_PROGRESS, pace * 0.3)
        elif self.random.random() < 0.06:
            self._then("ask", State.WAITING_REQUESTER, pace * 0.1, ClockKind.PAUSE)
            self._then("answer", State.IN_PROGRESS, 500, ClockKind.RESUME)
        if self.random.random() < 0.02:
            self._then("withdraw", State.WITHDRAWN, pace * 0.2, ClockKind.CANCEL)
        else:
            self._then("complete", State.RESOLVED, pace * 0.4, ClockKind.STOP)
        return self.events

    def _then(self, verb: str, state: State, minutes: float, clock: ClockKind | None = None) -> None:
        wait = max(2, int(minutes * self.random.uniform(0.3, 1.7)))
        self.events.append(Event(self.working.add_minutes(self.events[-1].at, wait), verb, state, clock))
