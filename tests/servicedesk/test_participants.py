"""Several people on the requesting side: what each sees and may do, added, changed, removed and gone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.journal.files import accept_upload, attach
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, Participant, Request, RequestMessage
from apps.servicedesk.rules import allowed_verbs
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.company import history, sees, told
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, completed, stand_in, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def mate() -> Person:
    return factories.student("同學")


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def request_(student: Person, clerk: Person) -> Request:
    return taken(student, clerk)


def add(request: Request, person: Person, **rights: bool) -> Participant:
    return services.add_participant(request=request, actor=request.requester, person=person, at=MONDAY_TEN, **rights)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


class TestAdding:
    def test_person_sees_it_and_is_told(self, request_: Request, mate: Person) -> None:
        assert not sees(mate, request_)
        add(request_, mate)

        assert sees(mate, request_)
        assert told(mate) == ["Taking part"]
        assert history(request_, public=True)[-1] == "add_participant"

    def test_twice_is_one_row_with_the_rights_named_last(self, request_: Request, mate: Person) -> None:
        add(request_, mate)
        add(request_, mate, may_act=True)

        assert list(request_.participants.values_list("may_act", "sees_papers")) == [(True, False)]
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.create(request=request_, person=mate, added_by=mate)

    def test_requester_handler_and_deputies_may(self, request_: Request, student: Person, clerk: Person) -> None:
        deputy = factories.student("代理")
        stand_in(deputy, student, scope="requests")
        for actor in (student, clerk, deputy):
            person = factories.student("組員")
            services.add_participant(request=request_, actor=actor, person=person, at=MONDAY_TEN)
        assert request_.participants.count() == 3

    def test_others_may_not(self, request_: Request, mate: Person) -> None:
        add(request_, mate, may_act=True)
        for actor in (mate, factories.student("路人"), factories.clerk("科員乙"), factories.leader()):
            with pytest.raises(PermissionDenied):
                services.add_participant(request=request_, actor=actor, person=factories.student("誰"), at=MONDAY_TEN)

    def test_requester_and_who_left_are_refused(self, request_: Request, student: Person) -> None:
        for person in (student, factories.student("離校", is_active=False)):
            with pytest.raises(services.UnableToAdd):
                add(request_, person)

    def test_nobody_takes_part_in_a_draft(self, student: Person, mate: Person) -> None:
        with pytest.raises(services.UnableToAdd):
            add(desk.draft(student), mate)


class TestRights:
    def test_who_only_sees_may_nothing_but_leave(self, request_: Request, mate: Person) -> None:
        add(request_, mate)

        assert allowed_verbs(mate, request_, MONDAY_TEN) == {"leave"}
        with pytest.raises(PermissionDenied):
            services.post_message(request=request_, author=mate, body="在嗎", at=MONDAY_ELEVEN)

    def test_who_may_act_answers_in_both_names(self, request_: Request, mate: Person, clerk: Person) -> None:
        add(request_, mate, may_act=True)
        services.ask_requester(request=request_, actor=clerk, note="幾份？", at=MONDAY_TEN)
        row = services.answer(request=request_, actor=mate, note="兩份", at=MONDAY_ELEVEN)

        assert row.state == RequestState.IN_PROGRESS
        said = row.messages.latest("pk")
        assert (said.author, said.on_behalf_of) == (mate, request_.requester)

    def test_who_may_act_corrects(self, request_: Request, mate: Person, clerk: Person) -> None:
        add(request_, mate, may_act=True)
        services.return_for_correction(request=request_, actor=clerk, fields=["purpose"], note="寫清楚", at=MONDAY_TEN)
        row = services.correct(request=request_, actor=mate, answers={"purpose": "申根簽證"}, at=MONDAY_ELEVEN)

        assert row.answer_set.answers["purpose"] == "申根簽證"

    def test_withdrawing_reopening_and_rating_stay_with_the_requester(self, student, mate, clerk) -> None:
        open_one, done = taken(student, clerk), completed(student, clerk)
        for row in (open_one, done):
            add(row, mate, may_act=True)
        with pytest.raises(PermissionDenied):
            services.withdraw(request=open_one, actor=mate, note="x", at=MONDAY_ELEVEN)
        with pytest.raises(PermissionDenied):
            services.reopen(request=done, actor=mate, note="x", at=MONDAY_ELEVEN)
        with pytest.raises(PermissionDenied):
            services.rate(request=done, actor=mate, score=5, at=MONDAY_ELEVEN)

    def test_everybody_on_the_side_is_told_of_turns(self, request_: Request, mate: Person, clerk: Person) -> None:
        add(request_, mate)
        services.post_message(request=request_, author=clerk, body="收到", at=MONDAY_TEN)
        services.complete(request=request_, actor=clerk, at=MONDAY_ELEVEN)

        assert told(mate) == ["Taking part", "A message about 在讀證明 (R2026-00001)", "Done"]

    def test_internal_notes_and_their_files_stay_hidden(self, request_: Request, mate: Person, clerk: Person) -> None:
        add(request_, mate, may_act=True)
        note = services.post_message(request=request_, author=clerk, body="存疑", internal=True, at=MONDAY_TEN)
        word = services.post_message(request=request_, author=clerk, body="收到", at=MONDAY_TEN)
        files = {}
        for message in (note, word):
            file = accept_upload(SimpleUploadedFile("a.txt", b"paper"), person=clerk)
            attach([file], to=message, person=clerk)
            files[message] = client(mate).get(reverse("journal:download", args=[file.key])).status_code

        assert list(RequestMessage.objects.visible_to(mate)) == [word]
        assert files == {note: 404, word: 200}

    def test_files_of_the_answers_are_seen(self, request_: Request, mate: Person, student: Person) -> None:
        file = accept_upload(SimpleUploadedFile("a.txt", b"paper"), person=student)
        attach([file], to=request_, person=student, role="answer")
        url = reverse("journal:download", args=[file.key])
        assert client(mate).get(url).status_code == 404
        add(request_, mate)
        assert client(mate).get(url).status_code == 200

    @pytest.mark.parametrize("let", [True, False])
    def test_paper_only_for_who_was_let(self, request_: Request, mate: Person, clerk: Person, let: bool) -> None:
        add(request_, mate, sees_papers=let)
        desk.certificate(request_)
        assert Certificate.objects.visible_to(mate).exists() == let


class TestEnding:
    def test_removed_person_sees_nothing_any_more(self, request_: Request, mate: Person, student: Person) -> None:
        known = add(request_, mate, may_act=True)
        for _each in range(2):
            services.remove_participant(participant=known, actor=student, at=MONDAY_ELEVEN)

        assert not sees(mate, request_)
        assert told(mate) == ["Taking part", "You no longer take part"]
        assert history(request_)[-1] == "remove_participant"
        known.refresh_from_db()
        assert (known.ended_by, known.ended_at) == (student, MONDAY_ELEVEN)

    def test_who_leaves_tells_the_requester(self, request_: Request, mate: Person, student: Person) -> None:
        add(request_, mate)
        for _each in range(2):
            services.leave(request=request_, actor=mate, at=MONDAY_ELEVEN)

        assert not sees(mate, request_)
        assert told(student)[-1] == "Somebody left"
        assert history(request_).count("leave") == 1

    def test_may_come_again(self, request_: Request, mate: Person) -> None:
        add(request_, mate)
        services.leave(request=request_, actor=mate, at=MONDAY_ELEVEN)
        add(request_, mate)

        assert (sees(mate, request_), request_.participants.count()) == (True, 2)

    def test_participant_removes_nobody(self, request_: Request, mate: Person) -> None:
        add(request_, mate, may_act=True)
        other = add(request_, factories.student("另一個"))
        with pytest.raises(PermissionDenied):
            services.remove_participant(participant=other, actor=mate, at=MONDAY_ELEVEN)


class TestPages:
    def test_students_must_know_number_and_name(self, request_: Request, mate: Person, student: Person) -> None:
        url = reverse("servicedesk:add_person", args=[request_.pk])
        browser = client(student)
        for given in ({"number": mate.number}, {"number": mate.number, "name": "別人"}, {"name": mate.name}):
            answer = browser.post(url, given)
            assert (answer.status_code, request_.participants.count()) == (422, 0), given
            assert given.get("name") == mate.name or mate.name not in answer.content.decode()

        assert browser.post(url, {"number": mate.number, "name": mate.name}).status_code == 302
        assert request_.participants.get().person == mate

    def test_office_finds_by_name_alone(self, request_: Request, mate: Person, clerk: Person) -> None:
        client(clerk).post(reverse("servicedesk:add_person", args=[request_.pk]), {"name": mate.name})

        assert request_.participants.get().person == mate

    def test_participants_page_and_list(self, request_: Request, mate: Person) -> None:
        add(request_, mate)
        browser = client(mate)
        seen = browser.get(request_.get_absolute_url()).content.decode()
        listed = browser.get(reverse("servicedesk:mine")).content.decode()

        assert desk.ANSWERS["purpose"] in seen
        assert reverse("servicedesk:leave", args=[request_.pk]) in seen
        assert reverse("servicedesk:withdraw", args=[request_.pk]) not in seen
        assert request_.number in listed

    def test_leaving_leads_to_the_own_list(self, request_: Request, mate: Person) -> None:
        add(request_, mate)
        answer = client(mate).post(reverse("servicedesk:leave", args=[request_.pk]))

        assert answer.url == reverse("servicedesk:mine")
        assert client(mate).get(request_.get_absolute_url()).status_code == 404

    def test_participant_of_another_request_cannot_be_reached(self, request_: Request, student, mate, clerk) -> None:
        other = add(taken(factories.student("別人"), clerk), mate)
        for name in ("change_person", "remove_person"):
            answer = client(student).post(reverse(f"servicedesk:{name}", args=[request_.pk, other.pk]))
            assert answer.status_code == 404, name

    @pytest.mark.parametrize("count", [1, 3])
    def test_page_has_a_fixed_number_of_queries(self, request_, student, count, django_assert_num_queries) -> None:
        for _each in range(count):
            add(request_, factories.student("組員"))
        browser = client(student)
        browser.get(request_.get_absolute_url())
        with django_assert_num_queries(PAGE_QUERIES):
            browser.get(request_.get_absolute_url())


PAGE_QUERIES = 28


@pytest.mark.parametrize("count", [0, 1, 3])
def test_visible_to_costs_a_fixed_number_of_queries(mate, student, clerk, count, django_assert_num_queries) -> None:
    for _each in range(count):
        add(taken(student, clerk), mate)
    person = Person.objects.get(pk=mate.pk)
    list(Request.objects.visible_to(person))
    with django_assert_num_queries(3):  # deputies, what one takes part in, the requests
        assert Request.objects.visible_to(person).count() == count
