"""Thirty-odd requests, each brought about by the services themselves, every figure of their clocks worked out by hand.

Office hours 8:00-12:00 and 14:00-17:30: 450 working minutes a day (240 before noon, 210 after). Unless a line says
otherwise a request promises a first answer within 240 and completion within 900 minutes. 23 November 2026 is a Monday.
The comments are the reckoning; the code under test has no part in it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from apps.core.calendar import working_time
from apps.core.models import Calendar, CalendarVersion, CalendarYear
from apps.people.enums import Role
from apps.servicedesk import services
from apps.servicedesk.clock import read_first_answer
from apps.servicedesk.models import Request, Service
from apps.servicedesk.services.clocks import rebuild_clocks
from apps.servicedesk.services.moving import ledger, reading_of
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.clock_play import BY_PRIORITY, First, Play, Whole, berlin, m, nov

pytestmark = pytest.mark.django_db
Steps = Sequence[tuple[str, datetime]]
NINE = ("filed", nov(23, 9))
TAKEN = ("taken", nov(23, 9))
# 23 Nov from nine: 180 + 210 = 390, 24 Nov 450 = 840, 60 more: 25 Nov 9:00. First: 180 until noon, 60 more: 15:00.
USUAL_DUE, USUAL_FIRST = nov(25, 9), nov(23, 15)

CASES: dict[str, tuple[Steps, datetime, Whole, First | None]] = {
    # Begins Tuesday 8:00; Tuesday 450 + Wednesday 450: Wednesday 17:30. First: Tuesday noon. Until 10:00: 120.
    "filed at night": (
        [("filed", nov(23, 22))],
        nov(24, 10),
        Whole(nov(25, 17, 30), 120, 780, "running", [("start", 120)]),
        First(nov(24, 12), 120, 120, "running"),
    ),
    # Begins Thursday 8 October; Thursday 450 + Friday 450. Until Friday 9:00: 450 + 60.
    "filed on a holiday": (
        [("filed", m(10, 3, 10))],
        m(10, 9, 9),
        Whole(m(10, 9, 17, 30), 510, 390, "running", [("start", 510)]),
        First(m(10, 8, 12), 510, -270, "running"),
    ),
    # Saturday 10 October is worked: 180 + 210 = 390; Monday 450 = 840; 60: Tuesday 9:00. First: 180, 60 more: 15:00.
    # Until 16:00: 180 + 120.
    "filed on a make-up Saturday": (
        [("filed", m(10, 10, 9))],
        m(10, 10, 16),
        Whole(m(10, 13, 9), 300, 600, "running", [("start", 300)]),
        First(m(10, 10, 15), 300, -60, "running"),
    ),
    # Begins 14:00: 210; Tuesday 450 = 660; 240: Wednesday noon. First: 210, 30 more: Tuesday 8:30.
    "filed in lunch": (
        [("filed", nov(23, 12, 30))],
        nov(23, 13, 30),
        Whole(nov(25, 12), 0, 900, "running", [("start", 0)]),
        First(nov(24, 8, 30), 0, 240, "running"),
    ),
    # Friday 30; Saturday 19 September is free, Sunday 20 is worked: 450 = 480; Monday 420: 240 + 180 = 17:00.
    # First: 30 + 210: Sunday 11:30. Until Sunday noon: 30 + 240.
    "over a make-up Sunday": (
        [("filed", m(9, 18, 17))],
        m(9, 20, 12),
        Whole(m(9, 21, 17), 270, 630, "running", [("start", 270)]),
        First(m(9, 20, 11, 30), 270, -30, "running"),
    ),
    # 30 on 30 September; 1-7 October free; Thursday 450 = 480; Friday 420: 17:00. First: 30 + 210: Thursday 11:30.
    "over the National Day": (
        [("filed", m(9, 30, 17))],
        m(10, 8, 9),
        Whole(m(10, 9, 17), 90, 810, "running", [("start", 90)]),
        First(m(10, 8, 11, 30), 90, 150, "running"),
    ),
    # Thursday afternoon 210; Friday 25 September is Mid-autumn, then a weekend; Monday 450 = 660; 240: Tuesday noon.
    "over a Friday that is a holiday": (
        [("filed", m(9, 24, 14))],
        m(9, 28, 8),
        Whole(m(9, 29, 12), 210, 690, "running", [("start", 210)]),
        First(m(9, 28, 8, 30), 210, 30, "running"),
    ),
    # Monday 30 November 150; 1 December 450 = 600; 300: 240 until noon, 60 more: 2 December 15:00.
    "over the end of a month": (
        [("filed", nov(30, 15))],
        m(12, 1, 8),
        Whole(m(12, 2, 15), 150, 750, "running", [("start", 150)]),
        First(m(12, 1, 9, 30), 150, 90, "running"),
    ),
    # 31 December 150; Friday 1 January is a holiday, then a weekend; Monday 4th 450 = 600; 300: Tuesday 5th 15:00.
    "over the end of a year": (
        [("filed", m(12, 31, 15))],
        m(1, 4, 8, year=2027),
        Whole(m(1, 5, 15, year=2027), 150, 750, "running", [("start", 150)]),
        First(m(1, 4, 9, 30, year=2027), 150, 90, "running"),
    ),
    # Friday 9-12 and 14-16: 300, the question is the first answer (due Friday 15:00, so missed). Pause: Friday 90,
    # Monday 60. 600 left from Monday 9:00: 390, then 210: Tuesday 11:30.
    "paused over a weekend": (
        [("filed", nov(20, 9)), ("taken", nov(20, 9)), ("asked", nov(20, 16)), ("answered", nov(23, 9))],
        nov(23, 10),
        Whole(nov(24, 11, 30), 360, 540, "running", [("start", 300), ("pause", 150), ("resume", 60)]),
        First(nov(20, 15), 300, -60, "missed", 300),
    ),
    # Used up on Wednesday 9:00; asked at 11:00: 390 + 450 + 180 = 1020. The due time stays. Pause: 60 + 210 + 60.
    "paused past the due time": (
        [NINE, TAKEN, ("asked", nov(25, 11)), ("answered", nov(26, 9))],
        nov(26, 10),
        Whole(USUAL_DUE, 1080, -180, "running", [("start", 1020), ("pause", 330), ("resume", 60)]),
        First(USUAL_FIRST, 1020, -780, "missed", 1020),
    ),
    # 20 s, then 20 s, then 59 min 5 s: 59 whole minutes. The pauses (10 s and 5 s) move the due time by 15 s.
    "two pauses in a minute": (
        [
            NINE,
            TAKEN,
            ("asked", nov(23, 9, 0, 20)),
            ("answered", nov(23, 9, 0, 30)),
            ("asked", nov(23, 9, 0, 50)),
            ("answered", nov(23, 9, 0, 55)),
        ],
        nov(23, 10),
        Whole(
            nov(25, 9, 0, 15),
            59,
            841,
            "running",
            [("start", 0), ("pause", 0), ("resume", 0), ("pause", 0), ("resume", 59)],
        ),
        First(USUAL_FIRST, 0, 240, "met", 0),
    ),
    # 240 in all: 180 until noon, 60 more: 15:00. The first answer was to come within 60: 10:00. Until 14:30: 210.
    "priority raised while it runs": (
        [NINE, TAKEN, ("urgent", nov(23, 11))],
        nov(23, 14, 30),
        Whole(nov(23, 15), 210, 30, "running", [("start", 210)]),
        First(nov(23, 10), 210, -150, "running"),
    ),
    # 60 used; while it rests the target becomes 450; 390 left from Tuesday 9:00: 180 + 210 = 17:30. The question at
    # 10:00 was the first answer, so its promise stays as it was. Pause: Monday 120 + 210, Tuesday 60.
    "priority raised while it rests": (
        [NINE, TAKEN, ("asked", nov(23, 10)), ("high", nov(23, 11)), ("answered", nov(24, 9))],
        nov(24, 10),
        Whole(nov(24, 17, 30), 120, 330, "running", [("start", 60), ("pause", 390), ("resume", 60)]),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
    # Resting, no due time: the pause must end first.
    "priority raised, still resting": (
        [NINE, TAKEN, ("asked", nov(23, 10)), ("high", nov(23, 11))],
        nov(23, 12),
        Whole(None, 60, 390, "paused", [("start", 60), ("pause", 120)]),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
    # By Tuesday 10:00 390 + 120 = 510 are used; 240 were used up on Monday 15:00, so that is when it was due.
    "priority raised when more is used than it allows": (
        [NINE, TAKEN, ("said", nov(23, 9, 30)), ("urgent", nov(24, 10)), ("completed", nov(24, 11))],
        nov(24, 12),
        Whole(nov(23, 15), 570, -330, "missed", [("start", 570)]),
        First(USUAL_FIRST, 30, 210, "met", 30),
    ),
    # Late since Wednesday 9:00. 1800: 390 + 450 + 450 + 450 = 1740 until Thursday evening, 60 more: Friday 9:00.
    # First within 480: 390, 90 more: Tuesday 9:30. Until Wednesday 10:00: 390 + 450 + 120.
    "priority lowered when it is late": (
        [NINE, TAKEN, ("low", nov(25, 10))],
        nov(25, 10),
        Whole(nov(27, 9), 960, 840, "running", [("start", 960)]),
        First(nov(24, 9, 30), 960, -480, "running"),
    ),
    # The new date is replaced by the new target: 390, 60 more: Tuesday 9:00.
    "priority after a new date": (
        [NINE, TAKEN, ("due_on_friday", nov(23, 10)), ("high", nov(23, 11))],
        nov(23, 11),
        Whole(nov(24, 9), 120, 330, "running", [("start", 60), ("start", 60)]),
        First(nov(23, 11), 120, 0, "running"),
    ),
    # 60 used; rests Monday 120 + 210, Tuesday 450, Wednesday 450, Thursday 240 = 1470. 840 left from Thursday 14:00:
    # 210, Friday 450 = 660, 180: Monday 30 November 11:00.
    "waiting for a third party": (
        [NINE, TAKEN, ("waits", nov(23, 10)), ("resumed", nov(26, 14))],
        nov(26, 15),
        Whole(nov(30, 11), 120, 780, "running", [("start", 60), ("pause", 1470), ("resume", 60)]),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
    # Still waiting on Tuesday 9:00: Monday 330, Tuesday 60.
    "still waiting for a third party": (
        [NINE, TAKEN, ("waits", nov(23, 10))],
        nov(24, 9),
        Whole(None, 60, 840, "paused", [("start", 60), ("pause", 390)]),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
    # 180 + 60 used, exactly the first promise too. Stopped until 21 October 9:00: 150; 22-24 September 1350; 28-30
    # September 1350; 8, 9 and Saturday 10 October 1350; 12-16 October 2250; 19, 20 October 900; 60: 7410. 660 left:
    # 390, then 270: 240 until noon, 30: 22 October 14:30.
    "reopened after a month": (
        [
            ("filed", m(9, 21, 9)),
            ("taken", m(9, 21, 9)),
            ("completed", m(9, 21, 15)),
            ("reopened", m(10, 21, 9)),
            ("completed", m(10, 21, 11)),
        ],
        m(10, 21, 12),
        Whole(m(10, 22, 14, 30), 360, 540, "met", [("start", 240), ("stop", 7410), ("resume", 120)]),
        First(m(9, 21, 15), 240, 0, "met", 240),
    ),
    # Two hours, not counted; no promise is judged.
    "withdrawn": (
        [NINE, ("withdrawn", nov(23, 11))],
        nov(24, 9),
        Whole(USUAL_DUE, 120, 780, "cancelled", [("start", 120)]),
        First(USUAL_FIRST, 120, 120, "cancelled"),
    ),
    # To Friday 16:00 from Monday 11:00: 270 + 1350 + 360 = 1980, with the 120 used 2100. Until Tuesday 9:00: 450.
    "new date by the director": (
        [NINE, TAKEN, ("due_on_friday", nov(23, 11))],
        nov(24, 9),
        Whole(nov(27, 16), 450, 1650, "running", [("start", 120), ("start", 330)]),
        First(USUAL_FIRST, 450, -210, "running"),
    ),
    # 60; pause 120 + 60; 60; pause 90 + 60; 60. 780 left from Tuesday 9:00: 390, then 390: Wednesday 240 + 150.
    "returned twice": (
        [
            NINE,
            ("returned", nov(23, 10)),
            ("corrected", nov(23, 15)),
            ("returned", nov(23, 16)),
            ("corrected", nov(24, 9)),
        ],
        nov(24, 10),
        Whole(
            nov(25, 16, 30),
            180,
            720,
            "running",
            [("start", 60), ("pause", 180), ("resume", 60), ("pause", 150), ("resume", 60)],
        ),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
    # The clock runs through the approval: 180 + 180. The approval is the first answer: 180 + 120 = 300, after 240.
    "approved": (
        [NINE, TAKEN, ("laid_before", nov(23, 10)), ("approved", nov(23, 16)), ("completed", nov(23, 17))],
        nov(24, 9),
        Whole(USUAL_DUE, 360, 540, "met", [("start", 360)]),
        First(USUAL_FIRST, 300, -60, "missed", 300),
    ),
    # A refusal by the approver closes it and is the first answer: 150.
    "not approved": (
        [NINE, TAKEN, ("laid_before", nov(23, 10)), ("declined", nov(23, 11, 30))],
        nov(24, 9),
        Whole(USUAL_DUE, 150, 750, "met", [("start", 150)]),
        First(USUAL_FIRST, 150, 90, "met", 150),
    ),
    # What was promised at nine stands.
    "policy changed in mid-run": (
        [NINE, TAKEN, ("policy_changed", nov(23, 10))],
        nov(23, 11),
        Whole(USUAL_DUE, 120, 780, "running", [("start", 120)]),
        First(USUAL_FIRST, 120, 120, "running"),
    ),
    # A new priority asks the policy of the filing too: 450 (390, 60 more: Tuesday 9:00), first within 120: 11:00.
    "priority after a change of policy": (
        [NINE, TAKEN, ("policy_changed", nov(23, 10)), ("high", nov(23, 11))],
        nov(23, 11),
        Whole(nov(24, 9), 120, 330, "running", [("start", 120)]),
        First(nov(23, 11), 120, 0, "running"),
    ),
    # The calendar of the filing counts to the end.
    "calendar edited afterwards": (
        [NINE, TAKEN, ("calendar_changed", nov(23, 10)), ("asked", nov(23, 11)), ("answered", nov(23, 12))],
        nov(23, 15),
        # 120; pause 60; from 14:00 780 left: 210, Tuesday 450 = 660, 120: Wednesday 10:00.
        Whole(nov(25, 10), 180, 720, "running", [("start", 120), ("pause", 60), ("resume", 60)]),
        First(USUAL_FIRST, 120, 120, "met", 120),
    ),
    # A note inside the office is no answer, the word at ten is. 900 to the second are within.
    "done at the last second": (
        [NINE, TAKEN, ("noted", nov(23, 9, 30)), ("said", nov(23, 10)), ("completed", nov(25, 9))],
        nov(25, 12),
        Whole(USUAL_DUE, 900, 0, "met", [("start", 900)]),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
    "done a second late": (
        [NINE, TAKEN, ("completed", nov(25, 9, 0, 1))],
        nov(25, 12),
        Whole(USUAL_DUE, 900, 0, "missed", [("start", 900)]),
        First(USUAL_FIRST, 900, -660, "missed", 900),
    ),
    # Whoever stood at the counter was answered there: no first answer is promised.
    "filed at the counter": (
        [("filed_at_the_counter", nov(23, 9)), TAKEN, ("completed", nov(23, 10))],
        nov(23, 11),
        Whole(USUAL_DUE, 60, 840, "met", [("start", 60)]),
        None,
    ),
    # 60; pause until Friday 27th 10:00: 330 + 1350 + 120 = 1800; closed until Monday 9:00: 120 + 210 + 60 = 390. 840
    # left from Monday 9:00: 390, then 450: 1 December 17:30.
    "closed without an answer and opened again": (
        [NINE, TAKEN, ("asked", nov(23, 10)), ("lapsed", nov(27, 10)), ("reopened", nov(30, 9))],
        nov(30, 10),
        Whole(m(12, 1, 17, 30), 120, 780, "running", [("start", 60), ("pause", 1800), ("cancel", 390), ("resume", 60)]),
        First(USUAL_FIRST, 60, 180, "met", 60),
    ),
}
NIGHT_CASES: dict[str, tuple[Steps, datetime, Whole, First]] = {
    # An office in Berlin that works from midnight to six. On 28 March 2027 two o'clock becomes three: 5 hours = 300;
    # Monday 360 = 660; 240: Tuesday 4:00. First: four real hours after midnight it is five.
    "the night that is an hour short": (
        [("filed", berlin(3, 28, 0))],
        berlin(3, 28, 5),
        Whole(berlin(3, 30, 4), 240, 660, "running", [("start", 240)]),
        First(berlin(3, 28, 5), 240, 0, "running"),
    ),
    # On 31 October three becomes two: 7 hours = 420; Monday 360 = 780; 120: Tuesday 2:00. Four real hours after
    # midnight it is three.
    "the night that is an hour long": (
        [("filed", berlin(10, 31, 0)), ("taken", berlin(10, 31, 1)), ("said", berlin(10, 31, 3))],
        berlin(10, 31, 6),
        Whole(berlin(11, 2, 2), 420, 480, "running", [("start", 420)]),
        First(berlin(10, 31, 3), 240, 0, "met", 240),
    ),
}


@pytest.fixture
def play() -> Play:
    made = Play(
        desk.service(
            target_minutes=900,
            first_response_minutes=240,
            questions=desk.FIELDS[:2],
            reopen_days=25,  # a month, to have one reopened after it
        ),
        factories.student(),
        factories.clerk(),
        factories.director(),
    )
    services.save_targets(service=made.service, rows=BY_PRIORITY, actor=made.director, known=0, at=m(1, 5, 9))
    return made


@pytest.mark.parametrize("name", CASES)
def test_clock(name: str, play: Play) -> None:
    if "approved" in name:
        desk.step(play.service, role=Role.DIRECTOR)
    check(play, *CASES[name])


@pytest.mark.parametrize("name", NIGHT_CASES)
def test_clock_where_the_hours_change(name: str, play: Play) -> None:
    calendar = Calendar.objects.create(code="night", time_zone="Europe/Berlin")
    weekly = {str(day): [["00:00", "06:00"]] for day in range(7)}
    version = CalendarVersion.objects.create(calendar=calendar, number=1, weekly=weekly, created_at=m(1, 5, 9))
    CalendarYear.objects.create(version=version, year=2027, source="by hand")
    Service.objects.filter(pk=play.service.pk).update(calendar_code="night")
    play.service.refresh_from_db()
    check(play, *NIGHT_CASES[name])


def check(play: Play, steps: Steps, at: datetime, whole: Whole, first: First | None) -> None:
    for verb, moment in steps:
        act: Callable[[datetime], None] = getattr(play, verb)
        act(moment)
    row = Request.objects.get(pk=play.request.pk)
    assert whole_of(row, at) == whole
    assert first_of(row, at) == first
    # What the row keeps is what the ledger says: due times, outcomes, and nothing for the repair to mend.
    assert (row.due_at, row.within_target) == (whole.due, whole.within)
    assert (row.first_due_at, row.first_within_target) == ((first.due, first.within) if first else (None, None))
    assert list(rebuild_clocks(write=False)) == []


def whole_of(row: Request, at: datetime) -> Whole:
    reading = reading_of(row, at=at)
    stretches = [(str(part.kind), part.minutes) for part in reading.segments]
    return Whole(reading.due_at, reading.used_minutes, reading.left_minutes, str(reading.outcome), stretches)


def first_of(row: Request, at: datetime) -> First | None:
    reading = read_first_answer(ledger(row), working_time(row.calendar_version_id), at=at)
    if reading is None:
        return None
    return First(
        reading.due_at,
        reading.used_minutes,
        reading.left_minutes,
        str(reading.outcome),
        row.first_response_minutes,
    )


def test_there_are_thirty() -> None:
    assert len(CASES) + len(NIGHT_CASES) >= 30


def test_changed_policy_counts_for_what_is_filed_from_then_on(play: Play) -> None:
    play.filed(nov(23, 9))
    play.policy_changed(nov(23, 10))
    later = play.file_another(nov(23, 10, 30))

    # 60 minutes from 10:30: 11:30; the first answer within 30: 11:00.
    assert (later.due_at, later.first_due_at, later.policy.number) == (nov(23, 11, 30), nov(23, 11), 2)
    assert (play.request.due_at, play.request.policy.number) == (USUAL_DUE, 1)
