"""What the office writes for itself is not handed out: not in the copy of one's data, not as a file."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.interfaces.personal.reading import own_files, requests
from apps.journal.files import DOCUMENTS, accept_upload
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Request
from tests import factories
from tests.interfaces.factories import caller
from tests.servicedesk.stories import taken
from tests.servicedesk.test_recurring import RULE

pytestmark = pytest.mark.django_db
SECRET = "zq7officeword"
QUESTIONS = [
    {"key": "purpose", "kind": "text", "label": {"en": "Purpose"}, "required": True},
    {"key": "remark", "kind": "text", "label": {"en": "Remark"}, "office_only": True},
    {"key": "proof", "kind": "file", "label": {"en": "Proof"}, "office_only": True},
]


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def file(clerk: Person) -> Attachment:
    upload = SimpleUploadedFile("note.pdf", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n")
    return accept_upload(upload, person=clerk, allow=DOCUMENTS)


@pytest.fixture
def request_(student: Person, clerk: Person, file: Attachment) -> Request:
    request = taken(student, clerk, questions=QUESTIONS, answers={"purpose": "簽證"})
    answers = {"remark": SECRET, "proof": [str(file.key)]}
    return services.fill_office_part(request=request, actor=clerk, answers=answers)


def status(person: Person, file: Attachment) -> int:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser.get(reverse("journal:download", args=[file.key])).status_code


def test_copy_has_the_own_answers_alone(student: Person, request_: Request, file: Attachment) -> None:
    told = requests(student)

    assert told["servicedesk.Request"][0]["answer_set__answers"] == {"purpose": "簽證"}
    text = json.dumps(told, default=str)
    assert SECRET not in text
    assert str(file.key) not in text
    assert "form_version" not in text


def test_copy_of_who_put_it_there_has_it_not_either(clerk: Person, request_: Request, file: Attachment) -> None:
    assert list(own_files(clerk)) == []


def test_answers_that_come_again_are_told_to_whom_they_are_of(
    student: Person, clerk: Person, request_: Request
) -> None:
    row = services.repeat(request=request_, actor=clerk, values=RULE)
    row.answer_set.answers["remark"] = SECRET
    row.answer_set.save()

    theirs, kept = (requests(person)["servicedesk.Recurrence"] for person in (student, clerk))
    assert [each["answer_set__answers"] for each in theirs] == [{"purpose": "簽證"}]
    assert [("answer_set__answers" in each, each["origin__number"]) for each in kept] == [(False, request_.number)]


def test_file_of_the_office_is_for_the_office(
    student: Person, clerk: Person, request_: Request, file: Attachment
) -> None:
    assert (status(student, file), status(clerk, file), status(factories.director(), file)) == (404, 200, 200)
    assert caller(student).get(f"/attachments/{file.key}").status_code == 404
    assert caller(clerk).get(f"/attachments/{file.key}").status_code == 200


def test_file_from_before_it_had_a_role_is_known_by_the_answers(
    student: Person, request_: Request, file: Attachment
) -> None:
    Attachment.objects.filter(pk=file.pk).update(role="answer")

    assert status(student, file) == 404


def test_file_stays_the_offices_when_another_takes_its_place(
    student: Person, clerk: Person, request_: Request, file: Attachment
) -> None:
    services.fill_office_part(request=request_, actor=clerk, answers={"remark": SECRET})

    assert status(student, file) == 404
