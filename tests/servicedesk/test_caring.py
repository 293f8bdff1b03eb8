"""What the portal looks after by itself; office days of November 2026, 23 is a Monday."""

from datetime import datetime

import pytest

from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request, Service, ServiceCare
from apps.servicedesk.services.caring import care, save_care
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.work_items import for_user
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import moment, taken

pytestmark = pytest.mark.django_db
VALUES = {
    "pause_days": 2,
    "handler_days": 3,
    "director_days": 5,
    "requester_days": 3,
    "lapse_days": 6,
    "urges_per_week": 2,
}


@pytest.fixture
def service() -> Service:
    made = desk.service(target_minutes=9000)
    ServiceCare.objects.create(service=made, **VALUES)
    return made


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def student() -> Person:
    return factories.student()


def told(person: Person, begins: str) -> int:
    rows = Delivery.objects.filter(person=person, channel="portal", message__texts__language="en")
    return rows.filter(message__texts__subject__startswith=begins).count()


STILL = "Nothing has happened"


def test_untouched_one_reminds_the_handler_then_the_director(service: Service, clerk: Person, student: Person) -> None:
    """Silent since Monday: three working days after it is Thursday, five is the Monday after."""
    director = factories.director()
    taken(student, clerk, of=service)
    seen = []
    for at in (moment(25, 16), moment(26, 9), moment(26, 10), moment(28, 10), moment(29, 10), moment(30, 9)):
        care(at=at)
        seen.append((told(clerk, STILL), told(director, STILL)))

    assert seen == [(0, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 1)]


def test_who_is_asked_for_a_decision_is_reminded_too(service: Service, clerk: Person, student: Person) -> None:
    leader = factories.leader()
    desk.step(service, role="leader")
    services.ask_approval(request=taken(student, clerk, of=service), actor=clerk, at=moment(23, 10))
    care(at=moment(26, 11))

    assert (told(leader, STILL), told(clerk, STILL)) == (1, 1)


def test_anything_that_happens_begins_the_silence_anew(service: Service, clerk: Person, student: Person) -> None:
    request = taken(student, clerk, of=service)
    care(at=moment(26, 9))
    services.post_message(request=request, author=clerk, body="在辦", at=moment(26, 10))
    care(at=moment(30, 9))
    assert told(clerk, STILL) == 1
    care(at=moment(1, 9, month=12))
    assert told(clerk, STILL) == 2


def test_reminding_changes_nothing_of_the_request(service: Service, clerk: Person, student: Person) -> None:
    request = taken(student, clerk, of=service)
    before = Request.objects.filter(pk=request.pk).values().get()
    assert care(at=moment(26, 9)) == 1

    assert Request.objects.filter(pk=request.pk).values().get() == before


class TestSilentRequester:
    @pytest.fixture
    def asked(self, service: Service, clerk: Person, student: Person) -> Request:
        request = taken(student, clerk, of=service)
        return services.ask_requester(request=request, actor=clerk, note="哪國？", at=moment(23, 10))

    def run(self, *moments: datetime) -> None:
        for at in moments:
            care(at=at)

    def test_is_reminded_and_then_closed_with_a_way_back(self, asked: Request, clerk: Person, student: Person) -> None:
        """Reminded on Thursday 26th; six working days are over on Tuesday 1 December, three after the reminder too."""
        self.run(moment(26, 9), moment(30, 17))
        assert told(student, "The office waits for you") == 1
        assert Request.objects.get(pk=asked.pk).state == RequestState.WAITING_REQUESTER

        self.run(moment(1, 9, month=12), moment(1, 10, month=12))
        row = Request.objects.get(pk=asked.pk)
        assert (row.state, row.within_target, row.closed_at) == (
            RequestState.LAPSED,
            None,
            moment(1, 9, month=12),
        )
        assert (told(student, "Closed without"), told(clerk, "Closed without")) == (1, 1)
        assert Entry.objects.about(row).filter(verb="lapse", actor=None).count() == 1

        services.reopen(request=row, actor=student, note="德國", at=moment(2, 9, month=12))
        row.refresh_from_db()
        assert (row.state, row.closed_at) == (RequestState.IN_PROGRESS, None)

    def test_is_never_closed_without_having_been_reminded(self, asked: Request, student: Person) -> None:
        """The sweep stood still for weeks: first the reminder, then the days between."""
        self.run(moment(14, 9, month=12))
        assert told(student, "The office waits for you") == 1
        assert Request.objects.get(pk=asked.pk).state == RequestState.WAITING_REQUESTER
        self.run(moment(16, 9, month=12))
        assert Request.objects.get(pk=asked.pk).state == RequestState.WAITING_REQUESTER
        self.run(moment(17, 9, month=12))
        assert Request.objects.get(pk=asked.pk).state == RequestState.LAPSED

    def test_answer_in_time_keeps_it(self, asked: Request, student: Person) -> None:
        self.run(moment(26, 9))
        services.answer(request=asked, actor=student, note="德國", at=moment(30, 9))
        self.run(moment(1, 9, month=12), moment(20, 9, month=12))

        assert Request.objects.get(pk=asked.pk).state == RequestState.IN_PROGRESS

    def test_returned_one_is_closed_too_and_its_return_settled(
        self, service: Service, clerk: Person, student: Person
    ) -> None:
        request = taken(student, clerk, of=service)
        services.return_for_correction(request=request, actor=clerk, fields=["purpose"], note="寫明", at=moment(23, 10))
        self.run(moment(26, 9), moment(1, 9, month=12))

        assert Request.objects.get(pk=request.pk).state == RequestState.LAPSED
        assert not request.returns.filter(corrected_at=None).exists()

    def test_is_off_where_the_service_says_nothing(self, clerk: Person, student: Person) -> None:
        request = taken(student, clerk, of=desk.service())
        services.ask_requester(request=request, actor=clerk, note="哪國？", at=moment(23, 10))
        self.run(moment(28, 9), moment(28, 9, month=12))

        assert Request.objects.get(pk=request.pk).state == RequestState.WAITING_REQUESTER
        assert told(student, "The office waits for you") == 0


class TestFollowUp:
    def test_handler_is_reminded_on_the_day_once(self, service: Service, clerk: Person, student: Person) -> None:
        request = taken(student, clerk, of=service)
        services.wait_for_others(
            request=request,
            actor=clerk,
            party="教務處",
            expected_on=moment(25, 0).date(),
            note="等蓋章",
            at=moment(23, 10),
        )
        seen = []
        for at in (moment(24, 17), moment(25, 7), moment(25, 8), moment(25, 9), moment(26, 9)):
            care(at=at)
            seen.append(told(clerk, "Follow up today"))
        assert seen == [0, 0, 1, 1, 1]

    def test_day_that_is_no_working_day_is_told_when_the_office_opens(
        self, service: Service, clerk: Person, student: Person
    ) -> None:
        request = taken(student, clerk, of=service)
        services.wait_for_others(
            request=request,
            actor=clerk,
            party="教務處",
            expected_on=moment(28, 0).date(),
            note="等蓋章",
            at=moment(23, 10),
        )
        care(at=moment(28, 10))
        assert told(clerk, "Follow up today") == 0
        care(at=moment(30, 8))
        assert told(clerk, "Follow up today") == 1


def test_long_pause_stands_as_stuck_and_a_short_one_does_not(service: Service, clerk: Person, student: Person) -> None:
    """Two working days may pass: from Monday to the end of Wednesday."""
    request = taken(student, clerk, of=service)
    services.wait_for_others(
        request=request,
        actor=clerk,
        party="教務處",
        expected_on=moment(27, 0).date(),
        note="等蓋章",
        at=moment(23, 10),
    )

    def section(at: datetime) -> list[tuple[str, str]]:
        return [(item.section, item.reason) for item in for_user(clerk, at=at)]

    assert [name for name, _reason in section(moment(25, 17))] == ["waiting"]
    assert [name for name, _reason in section(moment(26, 8))] == ["stuck"]


class TestUrging:
    def test_ends_at_what_the_service_allows_and_says_so(
        self, service: Service, clerk: Person, student: Person
    ) -> None:
        request = taken(student, clerk, of=service)
        for day in (24, 25):
            services.urge(request=request, actor=student, at=moment(day, 9))
        with pytest.raises(services.UnableToUrge, match="2"):
            services.urge(request=request, actor=student, at=moment(26, 9))
        services.urge(request=request, actor=student, at=moment(1, 10, month=12))

        request.refresh_from_db()
        assert (request.urged_by, request.urged_at) == (student, moment(1, 10, month=12))

    def test_counts_everybody_together(self, service: Service, clerk: Person, student: Person) -> None:
        request, director = taken(student, clerk, of=service), factories.director()
        services.urge(request=request, actor=student, at=moment(24, 9))
        services.urge(request=request, actor=director, at=moment(24, 10))

        with pytest.raises(services.UnableToUrge):
            services.urge(request=request, actor=student, at=moment(25, 9))


class TestSettings:
    def test_are_kept_with_their_history(self, clerk: Person) -> None:
        service = desk.service()
        row = save_care(service=service, values=VALUES, actor=clerk, known=0)
        again = save_care(service=service, values=VALUES, actor=clerk, known=1)

        assert (row.pk, again.version) == (again.pk, 1)
        assert Entry.objects.about(service).get(verb="care").changes["handler_days"] == [None, 3]

    def test_clash_is_told(self, service: Service, clerk: Person) -> None:
        with pytest.raises(ServiceChanged):
            save_care(service=service, values=VALUES, actor=clerk, known=0)
