"""The day of a part: more time before it is over, the clock that stands still, the ledger that explains both."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse

from apps.assignments import services
from apps.assignments.causes import UnableToFindCause, find_cause
from apps.assignments.enums import DueKind, ExtensionState, PartState
from apps.assignments.explaining import explain
from apps.assignments.models import DueEntry, Extension, Part
from apps.assignments.services import PartWanted, UnableToExtend, UnableToPause
from apps.core.models import CalendarYear
from apps.journal.models import Entry
from apps.notices.audience import Rule
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import DUE, moment
from tests.notices import factories as board
from tests.replies.test_views import signed_in

LATER = moment(2, 17, 30, month=12)
TUESDAY_THREE = moment(24, 15)


@pytest.fixture
def row(college):
    """甲系 leads and has signed, 乙系 helps."""
    made = make.given(college.clerk, college.units[:2])
    make.signed(made, college.units[0], college.secretaries[0])
    return made


@pytest.fixture
def part(college, row) -> Part:
    return make.of(row, college.units[0])


def ask(part: Part, actor, **given) -> Extension:
    values = {"until": LATER, "reason": "名單未齊", "at": moment(26)} | given
    return services.ask_extension(part=part, actor=actor, **values)


def test_day_stands_until_it_is_granted_and_the_old_one_is_kept(college, row, part):
    wish = ask(part, college.secretaries[0])
    assert ask(part, college.secretaries[0], until=moment(9, month=12)) == wish, "while one waits nothing changes"
    assert make.of(row, college.units[0]).due_at == DUE
    assert make.subjects_to(college.clerk) == [f"甲系 asks for more time: {make.TITLE}"]
    services.grant_extension(part=part, actor=college.clerk, note="同意", at=moment(30))
    wish.refresh_from_db()
    row.refresh_from_db()
    assert (wish.state, wish.old, wish.granted) == (ExtensionState.GRANTED, DUE, LATER)
    assert (make.of(row, college.units[0]).due_at, row.due_at) == (LATER, LATER), "the lead's day is that of the whole"
    assert make.of(row, college.units[1]).due_at == DUE, "the helper keeps its own"
    days = part.days.order_by("pk").values_list("kind", "old_due", "due_at", "by")
    assert list(days) == [
        (DueKind.CHOSEN, None, DUE, college.clerk.pk),
        (DueKind.EXTENDED, DUE, LATER, college.clerk.pk),
    ]
    assert make.subjects_to(college.secretaries[0])[-1].startswith("More time until 2 Dec 2026")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"at": DUE}, "day is over"),
        ({"at": moment(28)}, "day is over"),
        ({"until": DUE}, "after the one"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_only_before_the_day_is_over_with_a_reason(college, part, given, words):
    with pytest.raises(UnableToExtend, match=words):
        ask(part, college.secretaries[0], **given)


def test_database_keeps_wishes_in_time_and_old_days(college, part):
    values = {"part": part, "old": DUE, "wanted": LATER, "reason": "改", "asked_by": college.clerk}
    with pytest.raises(IntegrityError, match="wish_in_time"), transaction.atomic():
        Extension.objects.create(asked_at=DUE, **values)
    ask(part, college.secretaries[0])
    for change in ({"old": moment(1)}, {"wanted": moment(9, month=12)}, {"reason": "他"}):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            Extension.objects.update(**change)
    for act in (lambda: DueEntry.objects.update(words="改"), lambda: DueEntry.objects.all().delete()):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            act()


def test_refused_with_a_reason_by_who_set_the_day_never_by_who_asked(college, part):
    ask(part, college.secretaries[0])
    for actor, words in ((college.secretaries[0], "may not decide"), (college.heads[1], "may not decide")):
        with pytest.raises(UnableToExtend, match=words):
            services.refuse_extension(part=part, actor=actor, note="不行")
    with pytest.raises(UnableToExtend, match="Say why"):
        services.refuse_extension(part=part, actor=college.clerk, note="")
    services.refuse_extension(part=part, actor=college.clerk, note="已逾兩次")
    assert Extension.objects.get().state == ExtensionState.REFUSED
    assert make.subjects_to(college.secretaries[0])[-1] == f"No more time: {make.TITLE}"
    with pytest.raises(UnableToExtend, match="waits any more"):
        services.grant_extension(part=part, actor=college.clerk)


def test_unit_above_grants_within_its_own_day_and_those_below_go_along(college, row, part):
    below = factories.unit("教研室", parent=college.units[0])
    clerk = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.pass_down(part=part, actor=college.secretaries[0], parts=[PartWanted(below)])
    lower = make.signed(row, below, clerk)
    ask(lower, clerk)
    with pytest.raises(UnableToExtend, match="may not decide"):
        services.grant_extension(part=lower, actor=college.clerk, at=moment(26))
    with pytest.raises(UnableToExtend, match="unit above"):
        services.grant_extension(part=lower, actor=college.secretaries[0], at=moment(26))
    ask(part, college.secretaries[0])
    services.grant_extension(part=part, actor=college.director, at=moment(26))
    assert make.of(row, below).due_at == LATER
    assert lower.days.latest("pk").kind == DueKind.FOLLOWED


def test_a_wish_lapses_with_the_report(college, row, part):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    ask(part, college.secretaries[0])
    services.report(part=part, actor=college.secretaries[0], text="好", at=moment(26, 10))
    assert Extension.objects.get().state == ExtensionState.LAPSED


@pytest.fixture
def paper(college):
    """What went out and is waited for."""
    return board.published(college.clerk, title={"en": "inquiry"})


def stop(part, actor, paper, at=TUESDAY_THREE, **given):
    return services.pause(part=part, actor=actor, cause=paper, words=given.get("words", "等教育局函覆"), at=at)


@pytest.mark.parametrize(
    ("stopped", "run", "minutes", "due"),
    [
        # From Tuesday 15:00 to Friday 17:30 there are 150 + 3 × 450 = 1500 working minutes left.
        pytest.param(moment(24, 15), moment(25, 15), 450, moment(30, 17, 30), id="a working day, over a weekend"),
        pytest.param(moment(24, 15), moment(24, 16), 60, moment(30, 9), id="an hour"),
        pytest.param(moment(27, 17), moment(28, 10), 30, moment(30, 8, 30), id="until Saturday"),
    ],
)
def test_pause_stops_the_clock_and_the_day_moves_by_working_time(college, row, part, paper, stopped, run, minutes, due):
    stop(part, college.secretaries[0], paper, at=stopped)
    part = make.of(row, college.units[0])
    assert (part.paused_at, part.due_at, part.is_late(moment(1, month=12))) == (stopped, DUE, False)
    services.resume(part=part, actor=college.secretaries[0], at=run)
    part = make.of(row, college.units[0])
    assert (part.paused_at, part.due_at) == (None, due)
    last = part.days.latest("pk")
    assert (last.kind, last.minutes, last.old_due, last.due_at) == (DueKind.RESUMED, minutes, DUE, due)
    row.refresh_from_db()
    assert row.due_at == due


def test_pause_over_the_holiday_and_a_make_up_day(college, paper):
    """1 to 7 October 2026 are free, Saturday the 10th is worked."""
    row = make.given(college.clerk, college.units[:1], at=moment(28, month=9), due_at=moment(30, 17, 30, month=9))
    part = make.signed(row, college.units[0], college.secretaries[0], at=moment(28, month=9))
    stop(part, college.secretaries[0], paper, at=moment(30, 8, month=9))
    services.resume(part=part, actor=college.clerk, at=moment(9, 17, 30, month=10))
    part = make.of(row, college.units[0])
    assert part.due_at == moment(10, 17, 30, month=10), "a whole day was left: Saturday"
    assert part.days.latest("pk").minutes == 3 * 450
    odd = explain(part, moment(12, month=10)).odd
    assert [(each.day.day, each.is_working) for each in odd] == [
        (1, False),
        (2, False),
        (5, False),
        (6, False),
        (7, False),
        (10, True),
    ]


def test_pause_needs_a_paper_words_and_time_left(college, row, part, paper):
    for given, words in (
        ({"paper": None}, "Name the paper"),
        ({"words": " "}, "Say what is waited for"),
        ({"at": moment(28)}, "day is over"),
        ({"actor": college.secretaries[1]}, "may not stop"),
    ):
        values = {"actor": college.secretaries[0], "paper": paper} | given
        with pytest.raises(UnableToPause, match=words):
            stop(part, **values)
    with pytest.raises(IntegrityError, match="pause_has_cause"), transaction.atomic():
        DueEntry.objects.create(part=part, kind=DueKind.PAUSED, words="等", by=college.clerk)
    with pytest.raises(UnableToPause, match="signed for"):
        stop(make.of(row, college.units[1]), college.clerk, paper)


def test_paused_twice_or_run_twice_changes_nothing(college, row, part, paper):
    for _each in range(2):
        stop(part, college.secretaries[0], paper)
    for _each in range(2):
        services.resume(part=part, actor=college.secretaries[0], at=moment(25, 15))
    assert list(part.days.order_by("pk").values_list("kind", flat=True)) == ["chosen", "paused", "resumed"]
    assert make.subjects_to(college.clerk)[0] == f"甲系 waits for an answer from outside: {make.TITLE}"
    assert Entry.objects.about(part).filter(verb__in=["paused", "resumed"]).count() == 2


def test_no_wish_for_more_time_while_the_clock_stands_still(college, part, paper):
    stop(part, college.secretaries[0], paper)
    with pytest.raises(UnableToExtend, match="stands still"):
        ask(part, college.secretaries[0])


def test_report_lets_the_clock_run_again(college, row, part, paper):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    stop(part, college.secretaries[0], paper)
    services.report(part=part, actor=college.secretaries[0], text="函覆已到", at=moment(25, 15))
    part = make.of(row, college.units[0])
    assert (part.state, part.paused_at, part.due_at) == (PartState.REPORTED, None, moment(30, 17, 30))


def test_clock_waits_for_a_calendar_year_it_does_not_know(college, row, part, paper):
    stop(part, college.secretaries[0], paper)
    CalendarYear.objects.filter(year=2027).delete()
    with pytest.raises(UnableToPause, match="2027"):
        services.resume(part=part, actor=college.secretaries[0], at=moment(4, month=1, year=2027))


def test_the_page_explains_in_steps(college, row, part, paper):
    stop(part, college.secretaries[0], paper)
    services.resume(part=part, actor=college.secretaries[0], at=moment(25, 15))
    found = explain(make.of(row, college.units[0]), moment(25, 16))
    assert [(step.kind, step.due_at, step.cause) for step in found.steps] == [
        (DueKind.CHOSEN, DUE, None),
        (DueKind.PAUSED, None, paper),
        (DueKind.RESUMED, moment(30, 17, 30), None),
    ]
    assert (found.stood_still, found.days_by_urgency, found.odd) == (450, None, [])


def test_paper_is_found_by_its_number_under_the_rights_of_who_looks(college, paper):
    assert find_cause(f" {paper.number} ", college.clerk) == paper
    for number, person in ((paper.number, factories.student()), ("", college.clerk), ("無此號", college.clerk)):
        with pytest.raises(UnableToFindCause):
            find_cause(number, person)


def test_what_a_unit_received_or_works_on_is_no_reason_to_wait(college, row, paper):
    """The office waits for the answers to a notice; the unit that got it cannot stop its clock with it."""
    for person in (college.secretaries[0], college.heads[0], college.teachers[0]):
        with pytest.raises(UnableToFindCause, match="that went out"):
            find_cause(paper.number, person)
    make.deputy(college.clerk, college.heads[0], scope="notices")
    sender = make.afresh(college.heads[0])
    assert find_cause(paper.number, sender) == paper, "who sends for the clerk waits for the answers too"
    with pytest.raises(UnableToFindCause):
        find_cause(paper.number, sender, subject=paper)
    about = make.given(college.clerk, college.units[2:], subject=paper)
    part = make.signed(about, college.units[2], college.secretaries[2])
    with pytest.raises(UnableToPause, match="the unit works on"):
        services.pause(part=part, actor=college.clerk, cause=paper, words="等", at=moment(23))
    url = reverse("assignments:pause", args=[part.pk])
    answer = signed_in(college.clerk).post(url, {"number": paper.number, "words": "等"})
    assert (answer.status_code, make.of(about, college.units[2]).is_paused) == (422, False)


def test_cause_of_a_pause_is_named_only_to_who_may_see_it(college, row, part):
    """The number of a paper is found under the rights of who pauses, and shown under those of who reads."""
    secret = board.published(college.clerk, rule=Rule(numbers=(college.clerk.number,)), title={"en": "zqsecret"})
    services.pause(part=part, actor=college.clerk, cause=secret, words="等函覆", at=moment(24))
    for person, sees in ((college.clerk, True), (college.secretaries[0], False), (college.heads[0], False)):
        page = signed_in(person).get(part.get_absolute_url()).content.decode()
        assert "等函覆" in page
        assert [secret.number in page, secret.get_absolute_url() in page] == [sees, sees], person
    assert "zqsecret" not in str(Entry.objects.about(part).get(verb="paused").changes)
