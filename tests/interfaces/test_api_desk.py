"""What the office does through the API, in the capacity of the token's owner."""

import pytest

from apps.core.public_links import hash_token
from apps.journal.models import Entry
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Certificate, ServicePaper
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.services import make_paper
from tests import factories
from tests.interfaces.factories import Caller, caller
from tests.servicedesk import factories as desk
from tests.servicedesk.test_certificates import issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> object:
    return factories.clerk()


@pytest.fixture
def program(clerk) -> Caller:
    return caller(clerk, Accept_Language="en")


def test_taken_asked_returned_and_completed(program, clerk) -> None:
    item = desk.request()

    taken = program.post(f"/requests/{item.pk}/take", If_Match='"1"').json()
    late = program.post(f"/requests/{item.pk}/refuse", {"note": "no"}, If_Match='"1"')
    returned = program.post(f"/requests/{item.pk}/return", {"fields": ["purpose"], "note": "which?"}).json()
    nonsense = program.post(f"/requests/{item.pk}/return", {"fields": ["colour"], "note": "which?"})
    not_now = program.post(f"/requests/{item.pk}/complete", {"note": "done"})

    assert (taken["state"], taken["handler"]["number"]) == ("in_progress", clerk.number)
    assert (late.status_code, late.json()["type"]) == (412, "urn:office-portal:problem:changed")
    assert (returned["state"], returned["open_return"]["fields"]) == ("returned", ["purpose"])
    assert (nonsense.status_code, not_now.status_code) == (422, 409)
    assert "returned for correction" in not_now.json()["detail"]
    verbs = Entry.objects.about(item).values_list("verb", "actor")
    assert list(verbs) == [("take", clerk.pk), ("return", clerk.pk)]


def test_assigned_and_completed_with_impressions(program, clerk) -> None:
    other = factories.clerk("科員乙", number="C0002")
    item = desk.request(RequestState.IN_PROGRESS, handler=clerk, answers={"purpose": "x", "register": "1"})
    item.service.product = Product.SEAL_USE
    item.service.save()

    uncounted = program.post(f"/requests/{item.pk}/complete", {})
    stranger = program.post(f"/requests/{item.pk}/assign", {"handler": factories.student().number})
    given = program.post(f"/requests/{item.pk}/assign", {"handler": "c0002"}).json()

    assert (uncounted.status_code, stranger.status_code) == (409, 422)
    assert given["handler"]["number"] == other.number


def test_of_several_certificates_one_has_to_be_named(program, clerk) -> None:
    service = desk.certificate_service(approval=[])
    ServicePaper.objects.create(service=service, template=install_templates()["honour"], order=1)
    item = desk.request(RequestState.IN_PROGRESS, of=service, handler=clerk)

    refused = [program.post(f"/requests/{item.pk}/complete", data) for data in ({}, {"template": "card"})]
    done = program.post(f"/requests/{item.pk}/complete", {"template": "honour"})

    assert {(each.status_code, each.json()["errors"][0]["pointer"]) for each in refused} == {(422, "#/template")}
    assert "enrolment, honour" in refused[0].json()["detail"]
    assert (done.json()["state"], item.certificates.get().template_version.template.code) == ("resolved", "honour")


def test_template_where_there_is_nothing_to_choose_is_refused(program, clerk) -> None:
    item = desk.request(RequestState.IN_PROGRESS, handler=clerk)

    assert program.post(f"/requests/{item.pk}/complete", {"template": "honour"}).status_code == 422
    assert program.post(f"/requests/{item.pk}/complete", {}).json()["state"] == "resolved"


def test_notes_are_for_the_office(program, clerk) -> None:
    item = desk.request()
    student = caller(item.requester)

    written = program.post(f"/requests/{item.pk}/notes", {"body": "ask the registry"})
    refused = student.post(f"/requests/{item.pk}/notes", {"body": "what do they write?"})

    assert (written.status_code, written.json()["internal"]) == (201, True)
    assert refused.status_code == 403
    assert [each["body"] for each in program.get(f"/requests/{item.pk}/notes").json()["items"]] == ["ask the registry"]
    assert student.get(f"/requests/{item.pk}/notes").json()["items"] == []
    assert student.get(f"/requests/{item.pk}/messages").json()["items"] == []


def test_reader_is_refused_and_stranger_finds_nothing() -> None:
    item = desk.request()
    leader, student, stranger = (caller(each) for each in (factories.leader(), item.requester, factories.student()))

    assert [each.post(f"/requests/{item.pk}/take").status_code for each in (leader, student, stranger)] == [
        403,
        403,
        404,
    ]
    assert [each.get(f"/requests/{item.pk}").status_code for each in (leader, student, stranger)] == [200, 200, 404]


def test_office_part_of_the_answers_is_for_the_office(program) -> None:
    item = desk.request(answers={"purpose": "x", "register": "2026-17"})

    office = {each["key"] for each in program.get(f"/requests/{item.pk}").json()["answers"]}
    theirs = {each["key"] for each in caller(item.requester).get(f"/requests/{item.pk}").json()["answers"]}

    assert (office - theirs, "purpose" in theirs) == ({"register"}, True)


def test_certificate_is_read_and_checked() -> None:
    student = factories.student("林曉晴", at=factories.unit("軟件2303班", parent=factories.root_unit(), kind="class"))
    paper = issued(student, factories.clerk())
    make_paper(paper.pk)
    link = "link-of-a-certificate-of-ours"
    Certificate.objects.update(token_hash=hash_token(link))
    owner, other = caller(student), caller(factories.student())

    read = owner.get(f"/certificates/{paper.number}").json()
    sheet = owner.get(f"/certificates/{paper.number}/paper")
    verdict = other.post("/certificates/check", {"link": f"https://portal.example/requests/check/{link}"}).json()

    assert (read["state"], read["has_paper"]) == ("valid", True)
    assert b"".join(sheet).startswith(b"%PDF")
    assert (verdict["number"], verdict["is_valid"]) == (paper.number, True)
    assert [each["number"] for each in owner.get("/certificates").json()["items"]] == [paper.number]
    assert other.get("/certificates").json()["items"] == []
    assert other.get(f"/certificates/{paper.number}").status_code == 404
    assert other.post("/certificates/check", {"link": "x" * 30}).status_code == 404
    assert Certificate.objects.count() == 1


def test_person_is_found_by_the_whole_number_by_who_may_see_the_person() -> None:
    student = factories.student(number="S0042")
    factories.post(student, "student", factories.unit("近系", code="near"), is_main=False)

    found = caller(factories.clerk()).get("/people/s0042")

    assert found.json() == {"number": "S0042", "name": student.name, "unit": {"code": "college", "name": "學院"}}
    assert caller(factories.clerk()).get("/people/s004").status_code == 404
    assert caller(factories.student()).get("/people/s0042").status_code == 404
