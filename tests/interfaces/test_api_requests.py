"""Requests through the API: everything that a requester does on the pages, with the same words and checks."""

import pytest

from apps.interfaces.models import KeptAnswer
from apps.journal.models import Attachment, Entry
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request
from tests import factories
from tests.interfaces.factories import Caller, caller
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
GIVEN = {"purpose": "簽證", "remarks": "九月出行"}


@pytest.fixture
def student() -> object:
    return factories.student()


@pytest.fixture
def program(student) -> Caller:
    return caller(student, "requests:read", "requests:write", "services:read", Accept_Language="en")


def test_catalogue_says_what_may_be_asked_and_how(program) -> None:
    asked = desk.service(code="enrolment")
    desk.service(code="staff-only", roles=["staff"])

    listed = program.get("/services").json()["items"]
    read = program.get("/services/enrolment").json()

    assert [each["code"] for each in listed] == [asked.code]
    assert read["form"]["properties"]["purpose"] == {
        "title": "Purpose",
        "x-kind": "text",
        "type": "string",
        "maxLength": 200,
    }
    assert read["form"]["required"] == ["purpose"]
    assert "register" not in read["form"]["properties"]
    assert program.get("/services/staff-only").status_code == 404


def test_request_is_filed_with_its_answers(program, student) -> None:
    service = desk.service()

    answer = program.post("/requests", {"service": service.code, "answers": GIVEN})

    row = Request.objects.get()
    told = answer.json()
    assert (answer.status_code, told["number"], told["state"]) == (201, row.number, "submitted")
    assert (row.requester, row.filed_by, row.answer_set.answers) == (student, student, GIVEN)
    assert answer["ETag"] == f'"{row.version}"'
    assert {each["key"]: each["value"] for each in told["answers"]} == GIVEN


def test_same_call_again_files_nothing_twice(program) -> None:
    data = {"service": desk.service().code, "answers": GIVEN}

    first = program.post("/requests", data, Idempotency_Key="the-same-key")
    second = program.post("/requests", data, Idempotency_Key="the-same-key")
    other = program.post("/requests", data | {"answers": {"purpose": "x"}}, Idempotency_Key="the-same-key")

    assert Request.objects.count() == 1
    assert (second.status_code, second.content, second["ETag"]) == (201, first.content, first["ETag"])
    assert second["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["type"]) == (422, "urn:office-portal:problem:key-reused")


def test_refused_call_keeps_no_answer_and_may_be_mended_under_its_key(program) -> None:
    data = {"service": desk.service().code, "answers": {}}

    refused = program.post("/requests", data, Idempotency_Key="the-same-key")
    mended = program.post("/requests", data | {"answers": GIVEN}, Idempotency_Key="the-same-key")

    assert (refused.status_code, mended.status_code, KeptAnswer.objects.count()) == (422, 201, 1)


def test_call_without_a_key_is_refused(program) -> None:
    answer = program.post("/requests", {"service": desk.service().code, "answers": GIVEN}, Idempotency_Key="")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:office-portal:problem:key-needed")


def test_missing_wrong_and_unknown_answers_are_named(program) -> None:
    service = desk.service()

    missing = program.post("/requests", {"service": service.code, "answers": {}}).json()
    office = program.post("/requests", {"service": service.code, "answers": GIVEN | {"register": "1"}}).json()
    kind = program.post("/requests", {"service": service.code, "answers": {"purpose": {"a": 1}}}).json()

    assert missing["errors"] == [{"pointer": "#/answers/purpose", "detail": "Please answer this."}]
    assert office["errors"] == [{"pointer": "#/answers/register", "detail": "There is no such question."}]
    assert kind["errors"][0]["pointer"] == "#/answers/purpose"
    assert Request.objects.count() == 0


def test_draft_is_kept_changed_and_filed(program) -> None:
    service = desk.service()
    draft = program.post("/requests", {"service": service.code, "answers": {"remarks": "a"}, "submit": False}).json()
    path = f"/requests/{draft['id']}"

    blind = program.put(f"{path}/answers", {"answers": GIVEN})
    old = program.put(f"{path}/answers", {"answers": GIVEN}, If_Match='"99"')
    kept = program.put(f"{path}/answers", {"answers": GIVEN}, If_Match=f'"{draft["version"]}"')
    filed = program.post(f"{path}/submit", If_Match=kept["ETag"])

    assert (blind.status_code, old.status_code, kept.status_code, filed.status_code) == (428, 412, 200, 200)
    assert Request.objects.get().answer_set.answers == GIVEN
    assert filed.json()["state"] == "submitted"


def test_draft_that_lacks_answers_is_not_filed(program) -> None:
    draft = program.post("/requests", {"service": desk.service().code, "submit": False}).json()

    refused = program.post(f"/requests/{draft['id']}/submit")

    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"pointer": "#/answers/purpose", "detail": "This is needed."}]


def test_returned_request_is_corrected_in_the_named_answers_only(program, student) -> None:
    item = desk.request(RequestState.RETURNED, requester=student, handler=factories.clerk())
    item.returns.create(fields=["purpose"], note="which country?", returned_by=item.handler, answers_before={})
    version = f'"{item.version}"'

    seen = program.get(f"/requests/{item.pk}").json()
    more = program.post(f"/requests/{item.pk}/correct", {"answers": {"remarks": "x"}}, If_Match=version)
    done = program.post(f"/requests/{item.pk}/correct", {"answers": {"purpose": "日本簽證"}}, If_Match=version)

    assert (seen["open_return"]["fields"], seen["open_return"]["note"]) == (["purpose"], "which country?")
    assert "correct" in seen["allowed"]
    assert (more.status_code, more.json()["errors"][0]["pointer"]) == (422, "#/answers/remarks")
    assert (done.status_code, done.json()["state"]) == (200, "in_progress")
    item.answer_set.refresh_from_db()
    assert item.answer_set.answers == {"purpose": "日本簽證", "remarks": "九月出行"}


def test_question_is_answered_with_a_file(program, student) -> None:
    item = desk.request(RequestState.WAITING_REQUESTER, requester=student, handler=factories.clerk())
    key = upload(program).json()["key"]

    done = program.post(f"/requests/{item.pk}/answer", {"body": "here it is", "files": [key]})
    again = program.post(f"/requests/{item.pk}/answer", {"body": "more", "files": [key]})

    assert done.json()["state"] == "in_progress"
    assert Attachment.objects.get(key=key).subject == item.messages.get()
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "#/files")
    written = program.get(f"/requests/{item.pk}/messages").json()["items"]
    assert [(each["body"], each["files"][0]["name"]) for each in written] == [("here it is", "paper.txt")]
    assert b"".join(program.get(f"/attachments/{key}")) == b"some words"


def upload(program: Caller, name: str = "paper.txt", content: bytes = b"some words") -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, content, content_type="text/plain")
    return program.client.post("/api/v1/attachments", {"file": file}, headers=program.headers)


def test_file_of_a_wrong_kind_is_refused_with_words(program) -> None:
    answer = upload(program, "run.exe", b"MZ")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_withdrawn_rated_urged_and_opened_again(program, student) -> None:
    running, done = desk.request(requester=student), desk.request(RequestState.RESOLVED, requester=student)

    assert program.post(f"/requests/{running.pk}/urge").status_code == 200
    assert program.post(f"/requests/{running.pk}/urge").status_code == 409
    assert program.post(f"/requests/{running.pk}/withdraw", {"note": "not needed"}).json()["state"] == "withdrawn"
    assert program.post(f"/requests/{done.pk}/rate", {"rating": 1}).status_code == 422
    assert program.post(f"/requests/{done.pk}/rate", {"rating": 2, "note": "slow"}).json()["rating"] == 2
    assert program.post(f"/requests/{done.pk}/reopen", {"note": "a page is missing"}).json()["state"] == "in_progress"
    assert program.post(f"/requests/{running.pk}/withdraw", {"note": "again, other words"}).status_code == 409
    assert Entry.objects.about(running).filter(verb="withdraw", actor=student).count() == 1


def test_list_is_paged_and_narrowed_by_named_fields_only(program, student) -> None:
    service = desk.service()
    rows = [desk.request(requester=student, of=service) for _each in range(3)]
    desk.request(RequestState.RESOLVED, requester=student)
    desk.request(requester=factories.student("別人"))

    first = program.get("/requests?limit=2&state=submitted").json()
    rest = program.get(f"/requests?limit=2&state=submitted&cursor={first['next']}").json()
    by_service = program.get(f"/requests?service={service.code}").json()["items"]
    by_number = program.get(f"/requests?q={rows[0].number}").json()["items"]

    assert [each["id"] for each in first["items"] + rest["items"]] == [row.pk for row in reversed(rows)]
    assert rest["next"] is None
    assert len(by_service) == 3
    assert [each["id"] for each in by_number] == [rows[0].pk]
    assert program.get("/requests?requester__password=x").json()["items"] != []  # an unknown word narrows nothing
    assert program.get("/requests?service=none").status_code == 422
    assert program.get("/requests?state=nonsense").status_code == 422
    assert program.get("/requests?limit=1000").status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries_however_long(program, student, count, django_assert_num_queries) -> None:
    for _each in range(count):
        desk.request(requester=student)
    program.get("/requests")  # notes the use of the token
    with django_assert_num_queries(6):  # one for what the person takes part in
        program.get("/requests")


def test_office_files_for_somebody_with_the_consent_noted() -> None:
    clerk, service, student = factories.clerk(), desk.service(), factories.student(number="S0042")
    program = caller(clerk, "requests:write", Accept_Language="en")
    data = {"service": service.code, "answers": GIVEN, "for_number": "s0042"}

    without = program.post("/requests", data)
    done = program.post("/requests", data | {"consent": "by phone at 10:20"})

    assert without.json()["errors"] == [
        {"pointer": "#/consent", "detail": "Say how the person asked; it is kept with the request."}
    ]
    row = Request.objects.get(pk=done.json()["id"])
    assert (row.requester, row.filed_by) == (student, clerk)
    assert Entry.objects.about(row).get(verb="filed_for").note == "by phone at 10:20"
    assert (row.consent.asked_by, row.consent.noted_by) == ("program", clerk)  # so the person can object


def test_nobody_else_files_for_others(program) -> None:
    factories.student(number="S0042")
    data = {"service": desk.service().code, "answers": GIVEN, "for_number": "S0042", "consent": "said so"}

    assert program.post("/requests", data).status_code == 422
    assert Request.objects.count() == 0
