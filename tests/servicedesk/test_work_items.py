"""What stands on whose dashboard, in which section, with which buttons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.approvals.enums import StepState
from apps.core.work_item import Section
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request
from apps.servicedesk.services.consent import note_consent
from apps.servicedesk.work_items import for_user, read_sections
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, completed, filed, laid_before, moment, stand_in, taken

pytestmark = pytest.mark.django_db
NOON = moment(23, 12)


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def director() -> Person:
    return factories.director()


@pytest.fixture
def student() -> Person:
    return factories.student()


def shown(user: Person, at: object = NOON) -> list[tuple[str, str]]:
    """(section, number) of every item."""
    return [(item.section, item.number) for item in for_user(Person.objects.get(pk=user.pk), at=at)]


def due(request: Request, **fields: object) -> Request:
    Request.objects.filter(pk=request.pk).update(**fields)
    return request


class TestSections:
    def test_asked_approval_needs_the_directors_decision(
        self, student: Person, clerk: Person, director: Person
    ) -> None:
        request, _step = laid_before(student, clerk)

        assert shown(director) == [(Section.DECIDE, request.number)]

    def test_late_one_is_overdue(self, student: Person, clerk: Person, director: Person) -> None:
        request = due(taken(student, clerk), due_at=moment(23, 11))

        assert shown(director) == [(Section.OVERDUE, request.number)]
        assert shown(clerk) == [(Section.OVERDUE, request.number)]

    def test_due_until_the_end_of_the_next_working_day_is_soon(
        self, student: Person, clerk: Person, director: Person
    ) -> None:
        last = due(taken(student, clerk), due_at=moment(24, 17, 30))
        due(taken(student, clerk), due_at=moment(25, 8))

        assert shown(director) == [(Section.SOON, last.number)]

    def test_on_friday_soon_reaches_to_monday(self, student: Person, clerk: Person, director: Person) -> None:
        monday = due(taken(student, clerk, at=moment(20, 9)), due_at=moment(23, 17))

        assert shown(director, moment(20, 12)) == [(Section.SOON, monday.number)]

    def test_new_one_is_not_assigned(self, student: Person, clerk: Person, director: Person) -> None:
        request = filed(student)

        assert shown(director) == [(Section.UNASSIGNED, request.number)]
        assert shown(clerk) == [(Section.UNASSIGNED, request.number)]

    def test_silent_for_three_working_days_is_stuck(self, student: Person, clerk: Person, director: Person) -> None:
        stuck = due(taken(student, clerk, at=moment(18, 9)), due_at=moment(30, 9))
        due(taken(student, clerk, at=moment(19, 9)), due_at=moment(30, 9))

        assert shown(director) == [(Section.STUCK, stuck.number)]

    def test_returned_twice_is_stuck(self, student: Person, clerk: Person, director: Person) -> None:
        request = due(taken(student, clerk), due_at=moment(30, 9), return_count=2)

        assert shown(director) == [(Section.STUCK, request.number)]

    def test_paused_one_waits(self, student: Person, clerk: Person, director: Person) -> None:
        request = taken(student, clerk)
        services.ask_requester(request=request, actor=clerk, note="哪一天？", at=MONDAY_NINE)

        assert shown(director) == [(Section.WAITING, request.number)]
        assert shown(clerk) == [(Section.WAITING, request.number)]

    def test_one_in_work_is_in_its_handlers_hands_only(self, student: Person, clerk: Person, director: Person) -> None:
        request = due(taken(student, clerk), due_at=moment(30, 9))

        assert shown(clerk) == [(Section.MINE, request.number)]
        assert shown(director) == []

    def test_returned_one_is_in_the_requesters_hands(self, student: Person, clerk: Person) -> None:
        request = filed(student)
        assert shown(student) == [(Section.WAITING, request.number)]

        services.return_for_correction(
            request=request, actor=clerk, fields=["purpose"], note="寫明國家", at=MONDAY_NINE
        )
        assert shown(student) == [(Section.MINE, request.number)]

    def test_finished_one_is_nowhere(self, student: Person, clerk: Person, director: Person) -> None:
        completed(student, clerk)

        assert shown(director) == shown(clerk) == shown(student) == []

    def test_each_stands_once_in_the_first_section_that_fits(
        self, student: Person, clerk: Person, director: Person
    ) -> None:
        late, _step = laid_before(student, clerk)
        due(late, due_at=moment(20, 9), last_event_at=moment(10, 9), return_count=3)
        unassigned = due(filed(student), due_at=moment(20, 9), last_event_at=moment(10, 9))

        assert shown(director) == [(Section.DECIDE, late.number), (Section.OVERDUE, unassigned.number)]

    def test_others_requests_are_not_shown_to_a_clerk(self, student: Person, clerk: Person) -> None:
        due(taken(student, clerk), due_at=moment(23, 11))

        assert shown(factories.clerk("科員乙")) == []

    def test_deputy_sees_what_is_in_the_principals_hands(self, student: Person, clerk: Person) -> None:
        request = due(taken(student, clerk), due_at=moment(23, 11))
        other = factories.clerk("科員乙")
        stand_in(other, clerk, scope="requests")

        assert shown(other) == [(Section.OVERDUE, request.number)]

    def test_own_one_stands_with_a_clerk_as_with_everybody(self, clerk: Person, director: Person) -> None:
        request = filed(clerk)
        assert shown(clerk) == [(Section.WAITING, request.number)]
        assert shown(director) == [(Section.UNASSIGNED, request.number)]

        services.return_for_correction(
            request=request, actor=director, fields=["purpose"], note="寫明國家", at=MONDAY_NINE
        )
        item = for_user(Person.objects.get(pk=clerk.pk), at=NOON)[0]
        assert (item.section, [action.label for action in item.actions]) == (Section.MINE, ["補正"])

    def test_own_one_of_the_director_is_shown_and_not_offered(self, clerk: Person, director: Person) -> None:
        request = due(taken(director, clerk), due_at=moment(23, 11))

        item = for_user(director, at=NOON)[0]
        assert (item.section, item.number, item.actions) == (Section.WAITING, request.number, ())

    def test_counter_filing_stands_once(self, student: Person, clerk: Person) -> None:
        request = services.start_draft(actor=clerk, service=desk.service(), requester=student, at=MONDAY_NINE)
        services.save_draft(request=request, actor=clerk, answers=desk.ANSWERS, at=MONDAY_NINE)
        note_consent(request=request, actor=clerk, asked_by="phone")
        request = services.submit(request=request, actor=clerk, at=MONDAY_NINE)

        assert shown(clerk) == [(Section.UNASSIGNED, request.number)]

    def test_stand_in_of_a_requester_sees_what_is_asked_of_them(self, student: Person, clerk: Person) -> None:
        friend = factories.student("同學")
        stand_in(friend, student, scope="requests")
        request = taken(student, clerk)
        assert shown(friend) == [(Section.WAITING, request.number)]

        services.ask_requester(request=request, actor=clerk, note="哪一天？", at=MONDAY_NINE)
        item = for_user(Person.objects.get(pk=friend.pk), at=NOON)[0]
        assert (item.section, [action.label for action in item.actions]) == (Section.MINE, ["回覆"])

    def test_stand_in_of_a_clerk_keeps_the_own_ones(self, student: Person, clerk: Person) -> None:
        teacher = factories.person("教師", "staff")
        stand_in(teacher, clerk, scope="requests")
        own, theirs = taken(teacher, clerk), taken(student, clerk)

        assert shown(teacher) == [(Section.WAITING, own.number)]
        due(theirs, due_at=moment(23, 11))
        due(own, due_at=moment(23, 11))
        assert shown(teacher) == [(Section.OVERDUE, theirs.number), (Section.WAITING, own.number)]

    def test_one_in_work_that_nobody_has_can_be_taken(self, clerk: Person) -> None:
        desk.request(RequestState.IN_PROGRESS, submitted_at=MONDAY_NINE)

        assert [action.key for action in for_user(clerk, at=NOON)[0].actions] == ["t"]

    def test_deputy_of_the_director_decides(self, student: Person, clerk: Person, director: Person) -> None:
        request, _step = laid_before(student, clerk)
        stand_in(clerk, director, scope="approvals")

        assert shown(clerk) == [(Section.DECIDE, request.number)]


class TestItem:
    def test_decision_has_its_buttons(self, student: Person, clerk: Person, director: Person) -> None:
        request, step = laid_before(student, clerk)
        item = for_user(director, at=NOON)[0]

        assert item.key == f"servicedesk.request:{request.pk}"
        assert item.since == step.asked_at
        assert [(action.key, action.needs_reason, action.fields["decision"]) for action in item.actions] == [
            ("y", False, StepState.APPROVED),
            ("b", True, StepState.RETURNED),
            ("", True, StepState.REFUSED),
        ]

    def test_director_assigns_urges_and_dates_the_late_one(
        self, student: Person, clerk: Person, director: Person
    ) -> None:
        due(taken(student, clerk), due_at=moment(23, 11))
        item = for_user(director, at=NOON)[0]

        assert [action.key for action in item.actions] == ["a", "n", "d"]
        assert (item.overdue, item.handler_id, item.paused) == (True, clerk.pk, False)

    def test_clerk_takes_the_unassigned_one(self, student: Person, clerk: Person) -> None:
        filed(student)

        assert [action.key for action in for_user(clerk, at=NOON)[0].actions] == ["t"]

    def test_says_who_asks_from_where(self, clerk: Person) -> None:
        filed(factories.student("林曉晴", at=factories.unit("軟件2303班")))

        assert for_user(clerk, at=NOON)[0].who == "林曉晴 · 軟件2303班"


def test_limit_holds_for_each_section(student: Person, clerk: Person) -> None:
    for _n in range(3):
        filed(student)
        due(taken(student, clerk), due_at=moment(23, 11))

    found = [item.section for item in for_user(clerk, at=NOON, limit=2)]
    assert found == [Section.OVERDUE] * 2 + [Section.UNASSIGNED] * 2


def test_counts_stop_at_the_cap(student: Person, clerk: Person, director: Person) -> None:
    for _n in range(3):
        filed(student)
    laid_before(student, clerk)

    _items, counts = read_sections(director, at=NOON, limit=1, cap=2)
    assert counts[Section.UNASSIGNED] == (2, True)
    assert counts[Section.DECIDE] == (1, False)


def test_more_rows_need_no_more_queries(student: Person, clerk: Person, director: Person) -> None:
    def queries() -> int:
        user = Person.objects.get(pk=director.pk)
        with CaptureQueriesContext(connection) as captured:
            for_user(user, at=NOON)
        return len(captured)

    def one_of_each() -> None:
        laid_before(student, clerk)
        filed(student)
        due(taken(student, clerk), due_at=moment(23, 11))
        due(taken(student, clerk), last_event_at=moment(1, 9), due_at=moment(30, 9))

    one_of_each()
    for_user(director, at=NOON)  # fills the caches of content types and calendar
    one = queries()
    for _n in range(2):
        one_of_each()
    assert queries() == one
    assert one <= 16


def test_paused_one_is_never_late(student: Person, clerk: Person, director: Person) -> None:
    request = desk.request(RequestState.WAITING_REQUESTER, requester=student, handler=clerk)
    due(request, due_at=NOON - timedelta(days=9), last_event_at=NOON)

    assert shown(director) == [(Section.WAITING, request.number)]
