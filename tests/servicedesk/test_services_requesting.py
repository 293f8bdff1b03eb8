"""What the requester does after filing: withdraw, reopen, rate, urge."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.approvals.enums import StepState
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, completed, filed, laid_before, moment, stand_in, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


class TestWithdraw:
    def test_is_not_counted_and_calls_off_the_approval(self, student: Person, clerk: Person) -> None:
        request, step = laid_before(student, clerk)
        request = services.withdraw(request=request, actor=student, note="不需要了", at=MONDAY_ELEVEN)

        step.refresh_from_db()
        assert (request.state, request.within_target) == (RequestState.WITHDRAWN, None)
        assert request.closed_at == MONDAY_ELEVEN
        assert step.state == StepState.CANCELLED

    def test_returned_one_settles_its_return(self, student: Person, clerk: Person) -> None:
        request = services.return_for_correction(
            request=filed(student), actor=clerk, fields=["purpose"], note="?", at=MONDAY_TEN
        )
        request = services.withdraw(request=request, actor=student, note="不辦了", at=MONDAY_ELEVEN)

        assert request.returns.get().corrected_at == MONDAY_ELEVEN

    def test_without_reason_is_refused(self, student: Person) -> None:
        with pytest.raises(services.UnableToWithdraw):
            services.withdraw(request=filed(student), actor=student, note="")

    def test_handler_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.withdraw(request=taken(student, clerk), actor=clerk, note="x")

    def test_finished_one_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToWithdraw):
            services.withdraw(request=completed(student, clerk), actor=student, note="x")

    def test_second_time_changes_nothing(self, student: Person) -> None:
        request = services.withdraw(request=filed(student), actor=student, note="不辦了", at=MONDAY_TEN)
        again = services.withdraw(request=request, actor=student, note="不辦了", at=MONDAY_ELEVEN)

        assert (again.version, again.closed_at) == (request.version, MONDAY_TEN)


class TestReopen:
    def test_goes_on_where_the_clock_stopped(self, student: Person, clerk: Person) -> None:
        request = completed(student, clerk)
        request = services.reopen(request=request, actor=student, note="姓名印錯", at=moment(30, 9))

        assert (request.state, request.closed_at, request.within_target) == (RequestState.IN_PROGRESS, None, None)
        assert request.used_minutes == 60
        assert request.due_at == moment(2, 9, month=12)

    def test_on_the_tenth_working_day_is_possible(self, student: Person, clerk: Person) -> None:
        request = completed(student, clerk)

        assert services.may_still_reopen(request, moment(7, 17, month=12))
        assert not services.may_still_reopen(request, moment(8, 9, month=12))

    def test_later_is_refused_with_the_days(self, student: Person, clerk: Person) -> None:
        request = completed(student, clerk)

        with pytest.raises(services.UnableToReopen, match="10"):
            services.reopen(request=request, actor=student, note="姓名印錯", at=moment(8, 9, month=12))

    def test_clerk_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.reopen(request=completed(student, clerk), actor=clerk, note="x", at=MONDAY_ELEVEN)

    def test_second_time_changes_nothing(self, student: Person, clerk: Person) -> None:
        request = completed(student, clerk)
        first = services.reopen(request=request, actor=student, note="印錯", at=MONDAY_ELEVEN)
        again = services.reopen(request=request, actor=student, note="印錯", at=MONDAY_ELEVEN)

        assert again.version == first.version


class TestRate:
    def test_keeps_score_and_words(self, student: Person, clerk: Person) -> None:
        request = services.rate(request=completed(student, clerk), actor=student, score=5, note="很快")

        assert (request.rating, request.rating_note) == (5, "很快")

    def test_second_time_changes_nothing(self, student: Person, clerk: Person) -> None:
        request = services.rate(request=completed(student, clerk), actor=student, score=5)
        again = services.rate(request=request, actor=student, score=5)

        assert again.version == request.version
        assert Entry.objects.about(request).filter(verb="rate").count() == 1

    def test_may_be_changed(self, student: Person, clerk: Person) -> None:
        request = services.rate(request=completed(student, clerk), actor=student, score=5)

        assert services.rate(request=request, actor=student, score=3).rating == 3

    @pytest.mark.parametrize("score", [0, 6])
    def test_other_numbers_are_refused(self, student: Person, clerk: Person, score: int) -> None:
        with pytest.raises(services.UnableToRate):
            services.rate(request=completed(student, clerk), actor=student, score=score)

    def test_unfinished_one_is_refused(self, student: Person) -> None:
        with pytest.raises(services.UnableToRate):
            services.rate(request=filed(student), actor=student, score=5)

    def test_clerk_who_filed_it_may_not(self, student: Person, clerk: Person) -> None:
        request = completed(student, clerk)

        with pytest.raises(PermissionDenied):
            services.rate(request=request, actor=clerk, score=5)


class TestUrge:
    def urgent(self, person: Person) -> int:
        return Delivery.objects.filter(person=person, channel="portal", message__queue="urgent").count()

    def test_reaches_the_handler_at_once(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk)
        services.urge(request=request, actor=student, at=MONDAY_TEN)

        assert self.urgent(clerk) == 1
        assert Entry.objects.about(request).last().verb == "urge"

    def test_reaches_who_stands_in_too(self, student: Person, clerk: Person) -> None:
        other = factories.clerk("科員乙")
        stand_in(other, clerk, scope="requests")
        services.urge(request=taken(student, clerk), actor=student, at=MONDAY_TEN)

        assert (self.urgent(clerk), self.urgent(other)) == (1, 1)

    def test_once_a_working_day(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk)
        services.urge(request=request, actor=student, at=MONDAY_TEN)

        with pytest.raises(services.UnableToUrge):
            services.urge(request=request, actor=student, at=MONDAY_ELEVEN)
        services.urge(request=request, actor=student, at=moment(24, 8))
        assert self.urgent(clerk) == 2

    def test_of_friday_stands_until_monday(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk, at=moment(20, 9))
        services.urge(request=request, actor=student, at=moment(20, 10))

        with pytest.raises(services.UnableToUrge):
            services.urge(request=request, actor=student, at=moment(22, 10))
        services.urge(request=request, actor=student, at=moment(23, 8))

    def test_director_urges_the_handler(self, student: Person, clerk: Person) -> None:
        services.urge(request=taken(student, clerk), actor=factories.director(), at=MONDAY_TEN)

        assert self.urgent(clerk) == 1

    def test_another_clerk_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.urge(request=taken(student, clerk), actor=factories.clerk("科員乙"), at=MONDAY_TEN)

    def test_while_the_requester_owes_something_is_refused(self, student: Person, clerk: Person) -> None:
        request = services.ask_requester(request=taken(student, clerk), actor=clerk, note="?", at=MONDAY_TEN)

        with pytest.raises(services.UnableToUrge):
            services.urge(request=request, actor=student, at=MONDAY_ELEVEN)
