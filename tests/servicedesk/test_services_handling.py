"""What the office does on the way: take, assign, return, ask, resume, a new date, messages."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.delivery.models import Delivery
from apps.journal.models import Attachment, Blob, Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request, RequestMessage
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import (
    MONDAY_ELEVEN,
    MONDAY_NINE,
    MONDAY_TEN,
    completed,
    filed,
    moment,
    stand_in,
    taken,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def request_(student: Person, clerk: Person) -> Request:
    return taken(student, clerk)


def told(person: Person) -> list[str]:
    """English subjects of what a person was told, oldest first."""
    rows = Delivery.objects.filter(person=person, channel="portal", message__texts__language="en")
    return [subject.split(":")[0] for subject in rows.order_by("pk").values_list("message__texts__subject", flat=True)]


class TestTake:
    def test_has_a_handler_and_runs_on(self, student: Person, clerk: Person) -> None:
        request = services.take(request=filed(student), actor=clerk, at=MONDAY_TEN)

        assert (request.state, request.handler) == (RequestState.IN_PROGRESS, clerk)
        assert request.first_response_at is None
        assert Entry.objects.about(request).last().changes["handler"] == [None, clerk.pk]

    def test_second_time_changes_nothing(self, request_: Request, clerk: Person) -> None:
        again = services.take(request=request_, actor=clerk, version=1)

        assert again.version == request_.version

    def test_second_clerk_is_told_who_has_it(self, request_: Request) -> None:
        with pytest.raises((services.UnableToTake, PermissionDenied)):
            services.take(request=request_, actor=factories.clerk("科員乙"))

    def test_assigned_one_is_taken_by_its_handler_only(self, student: Person, clerk: Person) -> None:
        request = services.assign(request=filed(student), actor=factories.director(), handler=clerk)

        with pytest.raises(PermissionDenied):
            services.take(request=request, actor=factories.clerk("科員乙"))
        assert services.take(request=request, actor=clerk).handler == clerk

    def test_one_in_work_that_nobody_has_is_taken(self, clerk: Person) -> None:
        request = services.take(request=desk.request(RequestState.IN_PROGRESS), actor=clerk, at=MONDAY_TEN)

        assert (request.state, request.handler) == (RequestState.IN_PROGRESS, clerk)

    def test_one_in_work_with_a_handler_is_not(self, request_: Request, clerk: Person) -> None:
        services.assign(request=request_, actor=clerk, handler=factories.director("主任"))

        with pytest.raises(services.UnableToTake):
            services.take(request=request_, actor=factories.director())

    def test_own_one_is_refused_kindly(self, clerk: Person) -> None:
        with pytest.raises(PermissionDenied, match="本人的申請"):
            services.take(request=filed(clerk), actor=clerk, at=MONDAY_TEN)

    def test_reader_may_not(self, student: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.take(request=filed(student), actor=factories.leader())

    def test_old_version_raises_changed(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.Changed):
            services.take(request=filed(student), actor=clerk, version=99)


class TestStandInOfTheRequester:
    def test_hears_what_the_requester_hears(self, student: Person, request_: Request, clerk: Person) -> None:
        friend = factories.student("同學")
        stand_in(friend, student, scope="requests")
        services.post_message(request=request_, author=clerk, body="請補照片", at=MONDAY_TEN)
        services.ask_requester(request=request_, actor=clerk, note="哪一天？", at=MONDAY_TEN)
        asked = [each.split(" about")[0] for each in told(friend)]
        assert asked == ["A message", "A question"]

        services.answer(request=request_, actor=friend, note="九月", at=MONDAY_ELEVEN)
        assert len(told(friend)) == 2


class TestAssign:
    def test_director_gives_it_to_another(self, request_: Request) -> None:
        other = factories.clerk("科員乙")
        request = services.assign(request=request_, actor=factories.director(), handler=other)

        assert (request.handler, request.state) == (other, RequestState.IN_PROGRESS)
        assert told(other) == ["Given to you"]

    def test_handler_hands_it_on(self, request_: Request, clerk: Person) -> None:
        other = factories.clerk("科員乙")

        assert services.assign(request=request_, actor=clerk, handler=other).handler == other

    def test_second_time_changes_nothing(self, request_: Request, clerk: Person) -> None:
        director = factories.director()
        again = services.assign(request=request_, actor=director, handler=clerk)

        assert again.version == request_.version
        assert "Given to you" not in told(clerk)

    def test_another_clerk_may_not(self, request_: Request) -> None:
        other = factories.clerk("科員乙")

        with pytest.raises(PermissionDenied):
            services.assign(request=request_, actor=other, handler=other)

    def test_to_who_asked_for_it_is_refused(self, clerk: Person) -> None:
        with pytest.raises(services.UnableToAssign, match="本人的申請"):
            services.assign(request=filed(clerk), actor=factories.director(), handler=clerk)

    def test_to_a_student_is_refused(self, request_: Request) -> None:
        with pytest.raises(services.UnableToAssign):
            services.assign(request=request_, actor=factories.director(), handler=factories.student())

    def test_closed_one_is_refused(self, student: Person, clerk: Person) -> None:
        request = completed(student, clerk)

        with pytest.raises(services.UnableToAssign):
            services.assign(request=request, actor=factories.director(), handler=factories.clerk("科員乙"))


class TestReturn:
    def returned(self, request: Request, actor: Person, **fields: object) -> Request:
        values = {"fields": ["purpose"], "note": "請寫明國家", "at": MONDAY_TEN}
        return services.return_for_correction(request=request, actor=actor, **(values | fields))

    def test_rests_the_clock_and_names_the_fields(self, request_: Request, clerk: Person, student: Person) -> None:
        request = self.returned(request_, clerk)

        assert (request.state, request.return_count, request.due_at) == (RequestState.RETURNED, 1, None)
        assert (request.first_response_at, request.first_response_minutes) == (MONDAY_TEN, 60)
        back = request.returns.get()
        assert (back.fields, back.note, back.answers_before) == (["purpose"], "請寫明國家", {"purpose": "簽證"})
        assert request.messages.get().body == "請寫明國家"
        assert told(student)[-1] == "Please correct"

    @pytest.mark.parametrize("fields", [[], ["state"], ["purpose", "nonsense"], ["register"]])
    def test_without_a_field_of_the_requester_is_refused(
        self, request_: Request, clerk: Person, fields: list[str]
    ) -> None:
        with pytest.raises(services.UnableToReturn):
            self.returned(request_, clerk, fields=fields)

    def test_without_reason_is_refused(self, request_: Request, clerk: Person) -> None:
        with pytest.raises(services.UnableToReturn):
            self.returned(request_, clerk, note=" ")

    def test_second_time_changes_nothing(self, request_: Request, clerk: Person) -> None:
        self.returned(request_, clerk)
        again = self.returned(request_, clerk, at=MONDAY_ELEVEN)

        assert (again.return_count, again.returns.count()) == (1, 1)

    def test_clerk_who_returns_a_new_one_has_it(self, student: Person, clerk: Person) -> None:
        assert self.returned(filed(student), clerk).handler == clerk

    def test_director_who_returns_a_new_one_does_not(self, student: Person) -> None:
        assert self.returned(filed(student), factories.director()).handler is None

    def test_deputy_returns_in_both_names(self, request_: Request, clerk: Person) -> None:
        other = factories.clerk("科員乙")
        stand_in(other, clerk, scope="requests")
        request = self.returned(request_, other)

        entry = Entry.objects.about(request).last()
        assert (entry.actor, entry.on_behalf_of) == (other, clerk)
        assert request.messages.get().on_behalf_of == clerk
        assert request.handler == clerk

    def test_go_on_without_correction_settles_the_return(self, request_: Request, clerk: Person) -> None:
        request = services.resume(request=self.returned(request_, clerk), actor=clerk, at=MONDAY_ELEVEN)

        assert request.state == RequestState.IN_PROGRESS
        assert request.returns.get().corrected_at == MONDAY_ELEVEN
        assert self.returned(request, clerk, at=moment(23, 15)).return_count == 2


class TestAskAndAnswer:
    def test_question_rests_the_clock_and_the_answer_starts_it(
        self, request_: Request, clerk: Person, student: Person
    ) -> None:
        asked = services.ask_requester(request=request_, actor=clerk, note="哪一天？", at=MONDAY_TEN)
        assert (asked.state, asked.due_at) == (RequestState.WAITING_REQUESTER, None)

        answered = services.answer(request=asked, actor=student, note="週五", at=MONDAY_ELEVEN)
        assert answered.state == RequestState.IN_PROGRESS
        assert answered.due_at == request_.due_at + timedelta(hours=1)
        assert [row.body for row in RequestMessage.objects.order_by("at")] == ["哪一天？", "週五"]
        assert told(student)[-1].startswith("A question")
        assert told(clerk)[-1] == "Answered"

    def test_stranger_cannot_answer(self, request_: Request, clerk: Person) -> None:
        asked = services.ask_requester(request=request_, actor=clerk, note="哪一天？")

        with pytest.raises(PermissionDenied):
            services.answer(request=asked, actor=factories.student(), note="x")

    def test_answer_to_nothing_is_refused(self, request_: Request, student: Person) -> None:
        with pytest.raises(services.UnableToAnswer):
            services.answer(request=request_, actor=student, note="x")


class TestSetDue:
    def test_gives_a_new_date_with_reason(self, request_: Request, student: Person, clerk: Person) -> None:
        director = factories.director()
        request = services.set_due(
            request=request_, actor=director, due_at=moment(27, 16), reason="等校方批覆", at=MONDAY_TEN
        )

        assert request.due_at == moment(27, 16)
        assert request.clock.last().reason == "等校方批覆"
        assert told(student)[-1] == told(clerk)[-1] == "New date"
        entry = Entry.objects.about(request).last()
        assert (entry.verb, entry.note) == ("set_due", "等校方批覆")

    @pytest.mark.parametrize(("due_at", "reason"), [(moment(27, 16), " "), (moment(20, 9), "x")])
    def test_without_reason_or_in_the_past_is_refused(self, request_: Request, due_at: object, reason: str) -> None:
        with pytest.raises(services.UnableToSetDue):
            services.set_due(request=request_, actor=factories.director(), due_at=due_at, reason=reason, at=MONDAY_TEN)

    def test_clerk_may_not(self, request_: Request, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.set_due(request=request_, actor=clerk, due_at=moment(27, 16), reason="x", at=MONDAY_TEN)

    def test_paused_one_is_refused(self, request_: Request, clerk: Person) -> None:
        asked = services.ask_requester(request=request_, actor=clerk, note="哪一天？", at=MONDAY_NINE)

        with pytest.raises(services.UnableToSetDue):
            services.set_due(
                request=asked, actor=factories.director(), due_at=moment(27, 16), reason="x", at=MONDAY_TEN
            )


class TestMessages:
    def test_of_the_office_is_its_first_answer(self, request_: Request, clerk: Person, student: Person) -> None:
        services.post_message(request=request_, author=clerk, body="已收到", at=MONDAY_TEN)
        services.post_message(request=request_, author=clerk, body="明天可取", at=MONDAY_ELEVEN)

        request_.refresh_from_db()
        assert (request_.first_response_at, request_.first_response_minutes) == (MONDAY_TEN, 60)
        assert told(student)[-1].startswith("A message")

    def test_open_forms_of_others_stay_good(self, request_: Request, clerk: Person, student: Person) -> None:
        before = Request.objects.get(pk=request_.pk).version
        services.post_message(request=request_, author=student, body="急用")
        services.post_message(request=request_, author=clerk, body="先查學籍", internal=True)

        request_.refresh_from_db()
        assert request_.version == before
        assert services.return_for_correction(
            request=request_, actor=clerk, fields=["purpose"], note="寫明國家", version=before
        )

    def test_of_the_requester_goes_to_the_handler(self, request_: Request, clerk: Person, student: Person) -> None:
        services.post_message(request=request_, author=student, body="急用")

        request_.refresh_from_db()
        assert request_.first_response_at is None
        assert told(clerk)[-1].startswith("A message")

    def test_internal_note_tells_nobody_and_answers_nothing(
        self, request_: Request, clerk: Person, student: Person
    ) -> None:
        before = told(student)
        note = services.post_message(request=request_, author=clerk, body="先查學籍", internal=True)

        request_.refresh_from_db()
        assert request_.first_response_at is None
        assert told(student) == before
        assert not RequestMessage.objects.visible_to(student).filter(pk=note.pk).exists()
        assert RequestMessage.objects.visible_to(clerk).filter(pk=note.pk).exists()

    def test_requester_writes_no_internal_note(self, request_: Request, student: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.post_message(request=request_, author=student, body="x", internal=True)

    def test_stranger_may_not(self, request_: Request) -> None:
        with pytest.raises(PermissionDenied):
            services.post_message(request=request_, author=factories.student(), body="x")

    def test_empty_one_is_refused(self, request_: Request, clerk: Person) -> None:
        with pytest.raises(services.UnableToWrite):
            services.post_message(request=request_, author=clerk, body="  ")

    def test_file_of_somebody_else_is_refused(self, request_: Request, clerk: Person, student: Person) -> None:
        blob = Blob.objects.create(sha256="0" * 64, size=1, content_type="text/plain")
        theirs = Attachment.objects.create(blob=blob, name="a.txt", uploaded_by=student)

        with pytest.raises(services.UnableToWrite):
            services.post_message(request=request_, author=clerk, body="x", attachments=[theirs])
        assert not request_.messages.exists()

    def test_file_comes_along(self, request_: Request, student: Person) -> None:
        blob = Blob.objects.create(sha256="1" * 64, size=1, content_type="text/plain")
        mine = Attachment.objects.create(blob=blob, name="a.txt", uploaded_by=student)
        message = services.post_message(request=request_, author=student, body="見附件", attachments=[mine])

        assert list(Attachment.objects.of(message)) == [mine]


def test_row_and_ledger_agree_after_every_move(student: Person, clerk: Person) -> None:
    request = filed(student, of=desk.service())
    request = services.take(request=request, actor=clerk, at=MONDAY_TEN)
    request = services.ask_requester(request=request, actor=clerk, note="?", at=MONDAY_ELEVEN)
    request = services.answer(request=request, actor=student, note="!", at=moment(24, 9))
    request = services.complete(request=request, actor=clerk, at=moment(24, 10))
    reading = services.reading_of(request)

    assert (request.due_at, request.used_minutes, request.within_target) == (
        reading.due_at,
        reading.used_minutes,
        reading.within_target,
    )
    assert (request.used_minutes, request.within_target) == (180, True)


class TestFillOfficePart:
    def test_keeps_the_answers_of_the_requester(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk)
        row = services.fill_office_part(request=request, actor=clerk, answers={"register": "0042"}, at=MONDAY_TEN)

        assert row.answer_set.answers == {**desk.ANSWERS, "register": "0042"}
        assert row.version == request.version + 1
        entry = Entry.objects.about(row).last()
        assert (entry.verb, entry.changes, entry.internal) == ("office", {"answers": ["register"]}, True)

    def test_second_time_changes_nothing(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk)
        first = services.fill_office_part(request=request, actor=clerk, answers={"register": "0042"})
        again = services.fill_office_part(
            request=request, actor=clerk, answers={"register": "0042"}, version=request.version
        )

        assert again.version == first.version

    def test_answer_of_the_requester_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToFillIn):
            services.fill_office_part(
                request=taken(student, clerk), actor=clerk, answers={"purpose": "改了", "register": "0042"}
            )

    def test_requester_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.fill_office_part(request=taken(student, clerk), actor=student, answers={"register": "0042"})

    def test_closed_request_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToFillIn):
            services.fill_office_part(request=completed(student, clerk), actor=clerk, answers={"register": "0042"})

    def test_old_page_is_told(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk)
        with pytest.raises(services.Changed):
            services.fill_office_part(
                request=request, actor=clerk, answers={"register": "0042"}, version=request.version - 1
            )

    def test_missing_answer_of_the_office_keeps_from_completing(self, student: Person, clerk: Person) -> None:
        fields = [*desk.FIELDS[:2], {**desk.FIELDS[2], "required": True}]
        request = taken(student, clerk, questions=fields)
        with pytest.raises(services.UnableToComplete, match="學籍號"):
            services.complete(request=request, actor=clerk)
        services.fill_office_part(request=request, actor=clerk, answers={"register": "0042"})

        assert services.complete(request=request, actor=clerk).state == RequestState.RESOLVED
