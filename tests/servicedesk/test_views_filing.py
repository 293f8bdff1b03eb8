"""Filing: the form, the draft, check your answers, filed. Nothing typed is lost, nothing is filed twice."""

from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.journal.models import Attachment, Entry
from apps.people.enums import Role
from apps.questionnaires.models import AnswerSet
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}'


@pytest.fixture
def student(client):
    person = factories.student()
    client.force_login(person)
    return person


@pytest.fixture
def service():
    return desk.service("在讀證明", code="enrolment")


def url(name: str, *args: object) -> str:
    return reverse(f"servicedesk:{name}", args=args)


def answers(**more: object) -> dict[str, object]:
    return {"purpose": "簽證", "form_token": str(uuid4())} | more


def test_form_is_shown_without_keeping_anything(client, student, service):
    answer = client.get(url("file", service.code))

    assert answer.status_code == 200
    assert "用途" in answer.text
    assert "學籍號" not in answer.text  # the office's own part
    assert not Request.objects.exists()


def test_filing_from_form_to_number(client, student, service):
    check = client.post(url("file", service.code), answers())
    item = Request.objects.get()
    assert check.url == url("check_answers", item.pk)
    assert (item.state, item.requester, item.answer_set.answers) == (S.DRAFT, student, {"purpose": "簽證"})
    page = client.get(check.url)
    assert "簽證" in page.text
    assert f"{url('draft', item.pk)}#id_purpose" in page.text

    filed = client.post(url("submit", item.pk), {"version": page.context["item"].version})

    assert filed.url == url("filed", item.pk)
    item.refresh_from_db()
    assert item.state == S.SUBMITTED
    assert item.number in client.get(filed.url).text


def test_form_sent_twice_makes_one_draft(client, student, service):
    data = answers()
    first = client.post(url("file", service.code), data)
    second = client.post(url("file", service.code), data)

    assert first.url == second.url
    assert Request.objects.count() == 1


def test_submit_twice_files_once(client, student, service):
    item = desk.draft(student, of=service)
    data = {"version": item.version}
    first = client.post(url("submit", item.pk), data)
    number = Request.objects.get().number

    second = client.post(url("submit", item.pk), data)

    assert first.url == second.url == url("filed", item.pk)
    assert Request.objects.get().number == number
    assert Entry.objects.about(item).filter(verb="submit").count() == 1


def test_missing_answer_keeps_what_was_typed(client, student, service):
    answer = client.post(url("file", service.code), {"remarks": "九月出行", "purpose": ""})

    assert answer.status_code == 422
    assert "九月出行" in answer.text
    assert "data-error-summary" in answer.text
    assert not Request.objects.exists()


def test_draft_is_put_aside_incomplete_and_taken_up_again(client, student, service):
    answer = client.post(url("file", service.code), answers(purpose="", remarks="未完", then="later"))
    item = Request.objects.get()

    assert answer.url == url("mine")
    assert url("draft", item.pk) in client.get(url("mine")).text
    assert "未完" in client.get(url("draft", item.pk)).text
    client.post(url("draft", item.pk), answers(remarks="寫完", version=item.version))
    item.answer_set.refresh_from_db()
    assert item.answer_set.answers == {"purpose": "簽證", "remarks": "寫完"}


def test_incomplete_draft_is_not_filed(client, student, service):
    item = desk.draft(student, of=service, answers={"remarks": "未完"})

    answer = client.post(url("submit", item.pk))

    assert answer.url == url("draft", item.pk)
    assert Request.objects.get().state == S.DRAFT


def test_draft_changed_in_another_window_keeps_both_texts(client, student, service):
    item = desk.draft(student, of=service)
    client.post(url("draft", item.pk), answers(purpose="甲窗", version=item.version))

    answer = client.post(url("draft", item.pk), answers(purpose="乙窗", version=item.version))

    assert answer.status_code == 422
    assert "乙窗" in answer.text
    item.answer_set.refresh_from_db()
    assert item.answer_set.answers["purpose"] == "甲窗"
    again = answers(purpose="乙窗", version=answer.context["item"].version)
    assert client.post(url("draft", item.pk), again).status_code == 302


def test_answers_changed_after_the_check_page_are_checked_again(client, student, service):
    item = desk.draft(student, of=service)
    old = item.version
    client.post(url("draft", item.pk), answers(purpose="改了", version=old))

    answer = client.post(url("submit", item.pk), {"version": old})

    assert answer.url == url("check_answers", item.pk)
    assert Request.objects.get().state == S.DRAFT


@pytest.mark.parametrize("name", ["draft", "check_answers"])
def test_filed_request_is_no_draft_any_more(client, student, name):
    item = desk.request(requester=student)

    assert client.get(url(name, item.pk)).url == item.get_absolute_url()


def test_drafts_are_their_authors_alone(client, service):
    item = desk.draft(of=service)
    for person in (factories.student(), factories.clerk(), factories.director()):
        client.force_login(person)
        for name in ("draft", "check_answers"):
            assert client.get(url(name, item.pk)).status_code == 404
        for name in ("draft", "submit", "delete_draft"):
            assert client.post(url(name, item.pk), answers()).status_code == 404
    assert Request.objects.get().state == S.DRAFT


@pytest.mark.parametrize("name", ["submit", "delete_draft"])
def test_submit_and_delete_are_never_done_by_get(client, student, service, name):
    item = desk.draft(student, of=service)

    assert client.get(url(name, item.pk)).status_code == 405


def test_deleted_draft_leaves_nothing(client, student, service):
    item = desk.draft(student, of=service)
    data = {"form_token": str(uuid4())}

    assert client.post(url("delete_draft", item.pk), data).url == url("mine")
    assert client.post(url("delete_draft", item.pk), data).url == url("mine")
    assert not Request.objects.exists()
    assert not AnswerSet.objects.exists()


def test_filed_request_is_not_deleted(client, student):
    item = desk.request(requester=student)

    assert client.post(url("delete_draft", item.pk)).url == item.get_absolute_url()
    assert Request.objects.exists()


def test_service_for_others_is_unknown(client, student):
    service = desk.service(roles=[Role.STAFF])

    assert client.get(url("file", service.code)).status_code == 404
    assert client.post(url("file", service.code), answers()).status_code == 404


def test_service_without_a_form_says_so(client, student):
    service = desk.service()
    service.form = service.form.__class__.objects.create(code="empty")
    service.save()

    assert client.get(url("file", service.code)).url == url("catalogue")


def test_clerk_files_for_a_student_with_a_word_on_consent(client, service):
    clerk, student = factories.clerk(), factories.student()
    client.force_login(clerk)

    client.post(
        url("file", service.code), answers(number=student.number, asked_by="phone", agreed="on", consent="10:20")
    )

    item = Request.objects.get()
    assert (item.requester, item.filed_by) == (student, clerk)
    assert Entry.objects.about(item).get(verb="filed_for").note == "10:20"
    assert (item.consent.asked_by, item.consent.noted_by, item.consent.note) == ("phone", clerk, "10:20")
    client.post(url("submit", item.pk))
    client.force_login(student)
    assert client.get(item.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("behalf", [{"number": "nobody"}, {"number": "{student}"}])
def test_clerk_files_for_nobody_unknown_or_unasked(client, service, behalf):
    student = factories.student()
    client.force_login(factories.clerk())
    data = {key: value.format(student=student.number) for key, value in behalf.items()}

    answer = client.post(url("file", service.code), answers(**data))

    assert answer.status_code == 422
    assert not Request.objects.exists()


def test_student_cannot_file_for_another(client, student, service):
    other = factories.student("別人")

    client.post(url("file", service.code), answers(number=other.number, consent="…"))

    assert Request.objects.get().requester == student


def test_session_that_ended_in_mid_form_leads_to_sign_in_and_back(client, service):
    page = url("file", service.code)

    answer = client.post(page, answers(), headers={"referer": f"http://testserver{page}"})

    assert answer.status_code == 302
    assert answer.url.startswith(reverse(settings.LOGIN_URL))
    assert page in unquote(answer.url)
    assert not Request.objects.exists()


def test_hostile_text_is_shown_as_text(client, student, service):
    item = desk.draft(student, of=service, answers={"purpose": HOSTILE, "remarks": HOSTILE}, title=HOSTILE)
    pages = [url("draft", item.pk), url("check_answers", item.pk), url("mine"), url("catalogue")]
    for path in pages:
        assert "<script>alert(1)" not in client.get(path).text, path
    client.post(url("submit", item.pk))
    client.post(url("message", item.pk), {"body": HOSTILE})
    client.post(url("withdraw", item.pk), {"note": HOSTILE})
    client.force_login(factories.clerk())
    Request.objects.update(title=HOSTILE)
    for path in (item.get_absolute_url(), url("filed", item.pk), url("clock", item.pk), url("list") + "?chip=all"):
        assert "<script>alert(1)" not in client.get(path).text, path


def test_file_comes_with_the_form_and_belongs_to_the_request(client, student):
    questions = [*desk.FIELDS, {"key": "paper", "kind": "file", "label": {"zh-hant": "附件"}}]
    service = desk.service(questions=questions)
    paper = SimpleUploadedFile("說明.txt", "內容".encode(), "text/plain")

    client.post(url("file", service.code), answers(paper=paper))

    item = Request.objects.get()
    attachment = Attachment.objects.of(item).get()
    assert item.answer_set.answers["paper"] == [str(attachment.key)]
    assert "說明.txt" in client.get(url("check_answers", item.pk)).text


def test_upload_of_200_mb_is_told_and_nothing_is_kept(client, student):
    item = desk.request(requester=student)
    big = SimpleUploadedFile("大.pdf", b"x" * (settings.UPLOAD_MAX_BYTES + 300_000), "application/pdf")

    answer = client.post(url("message", item.pk), {"body": "請收", "files": big})

    assert answer.status_code == 413
    assert not item.messages.exists()
    assert not Attachment.objects.exists()


def test_refused_file_keeps_the_message(client, student):
    item = desk.request(requester=student)
    bad = SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream")

    answer = client.post(url("message", item.pk), {"body": "請看附件", "files": bad})

    assert answer.status_code == 422
    assert "請看附件" in answer.text
    assert "x.exe" in answer.text
    assert not item.messages.exists()
