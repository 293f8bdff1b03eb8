"""Draft, filing, correction."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from apps.core.enums import ClockKind
from apps.core.models import IssuedNumber
from apps.delivery.models import Delivery, Message
from apps.journal.models import Attachment, Blob, Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import ClockEntry, Request
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, MONDAY_TEN, ZONE, filed, moment, stand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


class TestStartDraft:
    def test_holds_an_empty_answer_set_on_the_newest_form(self, student: Person) -> None:
        service = desk.service()
        request = services.start_draft(actor=student, service=service)

        assert request.state == RequestState.DRAFT
        assert request.answer_set.answers == {}
        assert request.answer_set.form_version == service.form.versions.get()
        assert (request.requester, request.filed_by, request.unit) == (student, student, service.unit)
        assert request.number is None

    def test_second_time_gives_the_empty_draft(self, student: Person) -> None:
        service = desk.service()

        assert services.start_draft(actor=student, service=service) == services.start_draft(
            actor=student, service=service
        )

    def test_begun_draft_is_left_alone(self, student: Person) -> None:
        service = desk.service()
        first = services.start_draft(actor=student, service=service)
        services.save_draft(request=first, actor=student, answers={"purpose": "簽證"})

        assert services.start_draft(actor=student, service=service) != first

    def test_clerk_files_for_a_student(self, student: Person) -> None:
        clerk = factories.clerk()
        request = services.start_draft(actor=clerk, service=desk.service(), requester=student)

        assert (request.requester, request.filed_by) == (student, clerk)

    def test_student_cannot_file_for_another(self, student: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.start_draft(actor=student, service=desk.service(), requester=factories.student())

    def test_service_for_others_is_refused(self, student: Person) -> None:
        with pytest.raises(services.UnableToFile):
            services.start_draft(actor=student, service=desk.service(roles=["staff"]))

    def test_service_without_published_form_is_refused(self, student: Person) -> None:
        service = desk.service()
        service.form = type(service.form).objects.create(code="bare")
        service.save()

        with pytest.raises(services.UnableToFile):
            services.start_draft(actor=student, service=service)


class TestSaveDraft:
    def test_keeps_incomplete_answers(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service())
        saved = services.save_draft(request=draft, actor=student, answers={"remarks": "半句"})

        assert saved.answer_set.answers == {"remarks": "半句"}
        assert saved.version == draft.version + 1

    def test_unknown_keys_are_left_out(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service())
        saved = services.save_draft(request=draft, actor=student, answers={"purpose": "a", "state": "resolved"})

        assert saved.answer_set.answers == {"purpose": "a"}

    def test_old_version_raises_changed_with_both(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service())
        services.save_draft(request=draft, actor=student, answers={"purpose": "first"}, version=1)

        with pytest.raises(services.Changed) as error:
            services.save_draft(request=draft, actor=student, answers={"purpose": "second"}, version=1)
        assert (error.value.given, error.value.request.version) == (1, 2)
        assert error.value.request.answer_set.answers == {"purpose": "first"}

    def test_of_another_is_refused(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service())

        with pytest.raises(PermissionDenied):
            services.save_draft(request=draft, actor=factories.student(), answers={})

    def test_filed_one_is_refused(self, student: Person) -> None:
        request = filed(student)

        with pytest.raises(services.UnableToFile):
            services.save_draft(request=request, actor=student, answers={"purpose": "x"})


class TestFiles:
    QUESTIONS = [{"key": "paper", "kind": "file", "label": {"en": "Paper"}, "required": True}]

    def waiting(self, owner: Person) -> Attachment:
        blob = Blob.objects.create(sha256=f"{Blob.objects.count():064d}", size=1, content_type="application/pdf")
        return Attachment.objects.create(blob=blob, name="合同.pdf", uploaded_by=owner)

    def test_become_files_of_the_request(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service(questions=self.QUESTIONS))
        file = self.waiting(student)
        services.save_draft(request=draft, actor=student, answers={"paper": [str(file.key)]})

        assert list(Attachment.objects.of(draft)) == [file]

    def test_of_somebody_else_is_refused(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service(questions=self.QUESTIONS))
        file = self.waiting(factories.student())

        with pytest.raises(services.UnableToFile):
            services.save_draft(request=draft, actor=student, answers={"paper": [str(file.key)]})
        assert not Attachment.objects.of(draft).exists()

    def test_that_is_gone_is_refused(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service(questions=self.QUESTIONS))

        with pytest.raises(services.UnableToFile):
            services.save_draft(
                request=draft, actor=student, answers={"paper": ["8d5a6b3c-8b0e-4f0e-9d0e-3f5b6f1f2a10"]}
            )


class TestSubmit:
    def test_gives_number_clock_and_due_time(self, student: Person) -> None:
        request = filed(student, target_minutes=450)

        assert request.state == RequestState.SUBMITTED
        assert request.number == "R2026-00001"
        assert request.submitted_at == MONDAY_NINE
        assert request.target_minutes == 450
        assert request.calendar_version == desk.calendar_version()
        assert request.due_at == moment(24, 9)
        assert [(row.kind, row.at) for row in request.clock.all()] == [(ClockKind.START, MONDAY_NINE)]

    def test_title_names_the_service_and_its_answers(self, student: Person) -> None:
        assert filed(student, title_fields=["purpose"]).title == "在讀證明：簽證"

    def test_stands_in_the_journal(self, student: Person) -> None:
        entry = Entry.objects.about(filed(student)).get()

        assert (entry.verb, entry.actor, entry.changes) == ("submit", student, {"state": ["draft", "submitted"]})

    def test_tells_the_requester_and_the_clerks_of_the_unit(self, student: Person) -> None:
        clerk, elsewhere = factories.clerk(), factories.person("他系", "clerk", at=factories.unit())
        filed(student)

        told = set(Delivery.objects.filter(channel="portal").values_list("person_id", flat=True))
        assert told == {student.pk, clerk.pk}
        assert elsewhere.pk not in told

    def test_tells_each_in_three_languages(self, student: Person) -> None:
        request = filed(student)
        message = Message.objects.get(
            source=f"servicedesk.request:{request.pk}", deliveries__person=student, deliveries__channel="portal"
        )

        assert set(message.texts.values_list("language", flat=True)) == {"zh-hant", "zh-hans", "en"}
        assert "R2026-00001" in message.texts.get(language="en").subject

    def test_second_time_changes_nothing(self, student: Person) -> None:
        request = filed(student)
        again = services.submit(request=request, actor=student, version=1, at=MONDAY_TEN)

        assert (again.number, again.version, again.submitted_at) == (request.number, request.version, MONDAY_NINE)
        assert IssuedNumber.objects.count() == 1
        assert ClockEntry.objects.count() == 1

    def test_missing_answer_is_named(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service())

        with pytest.raises(services.UnableToFile) as error:
            services.submit(request=draft, actor=student)
        assert error.value.missing == ("purpose",)
        assert IssuedNumber.objects.count() == 0

    def test_of_another_is_refused(self, student: Person) -> None:
        draft = services.start_draft(actor=student, service=desk.service())

        with pytest.raises(PermissionDenied):
            services.submit(request=draft, actor=factories.student())

    def test_service_no_longer_offered_is_refused(self, student: Person) -> None:
        draft = desk.draft(student)
        type(draft.service).objects.update(is_active=False)

        with pytest.raises(services.UnableToFile):
            services.submit(request=draft, actor=student)

    def test_missing_calendar_year_does_not_stop_filing(self, student: Person) -> None:
        draft = desk.draft(student)
        request = services.submit(request=draft, actor=student, at=datetime(2031, 5, 5, 9, 0, tzinfo=ZONE))

        assert request.state == RequestState.SUBMITTED
        assert request.due_at is None


class TestCorrect:
    @pytest.fixture
    def returned(self, student: Person) -> Request:
        request = filed(student)
        return services.return_for_correction(
            request=request, actor=factories.clerk(), fields=["purpose"], note="請寫明國家", at=MONDAY_TEN
        )

    def test_named_field_changes_and_the_clock_runs_on(self, student: Person, returned: Request) -> None:
        answers = {**desk.ANSWERS, "purpose": "德國短期簽證"}
        at = moment(24, 10)
        request = services.correct(request=returned, actor=student, answers=answers, at=at)

        assert request.state == RequestState.IN_PROGRESS
        assert request.answer_set.answers == answers
        assert request.returns.get().corrected_at == at
        assert request.returns.get().answers_before == {"purpose": "簽證"}
        assert list(request.clock.order_by("pk").values_list("kind", flat=True)) == [
            "start",
            "pause",
            "answered",  # the return is the first answer
            "resume",
        ]
        # 960 minutes from Monday nine: 60 used before the return, a day of waiting does not count.
        assert request.due_at == moment(26, 10)

    def test_other_field_is_refused(self, student: Person, returned: Request) -> None:
        with pytest.raises(services.UnableToCorrect):
            services.correct(request=returned, actor=student, answers={"purpose": "德國", "remarks": "改了"})
        returned.answer_set.refresh_from_db()
        assert returned.answer_set.answers == desk.ANSWERS

    def test_only_the_named_field_need_be_given(self, student: Person, returned: Request) -> None:
        request = services.correct(request=returned, actor=student, answers={"purpose": "德國"}, at=MONDAY_TEN)

        assert request.answer_set.answers == {"purpose": "德國", "remarks": "九月出行"}

    def test_emptied_required_field_is_refused(self, student: Person, returned: Request) -> None:
        with pytest.raises(services.UnableToCorrect):
            services.correct(request=returned, actor=student, answers={})

    def test_second_time_changes_nothing(self, student: Person, returned: Request) -> None:
        answers = {"purpose": "德國"}
        first = services.correct(request=returned, actor=student, answers=answers, at=MONDAY_TEN)
        again = services.correct(request=returned, actor=student, answers=answers, version=returned.version)

        assert again.version == first.version

    def test_of_another_is_refused(self, returned: Request) -> None:
        with pytest.raises(PermissionDenied):
            services.correct(request=returned, actor=factories.student(), answers={"purpose": "x"})

    def test_deputy_corrects_in_both_names(self, student: Person, returned: Request) -> None:
        friend = factories.student("代辦同學")
        stand_in(friend, student, scope="requests")
        services.correct(request=returned, actor=friend, answers={"purpose": "德國"}, at=MONDAY_TEN)

        entry = Entry.objects.about(returned).last()
        assert (entry.verb, entry.actor, entry.on_behalf_of) == ("correct", friend, student)
