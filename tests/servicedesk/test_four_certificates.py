"""The four certificate services of a new portal, each from filing to the words on its sheet, in Chinese and English."""

import io
import re
from collections.abc import Mapping

import pypdf
import pytest
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.journal.files import open_blob
from apps.people.models import Person
from apps.questionnaires.forms import build_form, build_office_form
from apps.servicedesk import services
from apps.servicedesk.enums import HolderKind, PaperRowState
from apps.servicedesk.models import Certificate, PaperBatch, Request, Service
from apps.servicedesk.papers.certificates import questions_of
from apps.servicedesk.papers.content import mistakes, read_content
from apps.servicedesk.services import batches
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, filed

pytestmark = pytest.mark.django_db
CODES = ("enrolment-certificate", "employment-certificate", "grades-certificate", "income-certificate")
GRADES = [
    {"course": "高等數學", "credits": 5, "grade": "92"},
    {"course": "Physics", "credits": 2.5, "grade": "優"},
]
INCOME = {
    "post": "Lecturer 講師",
    "income_from": "2025-11-01",
    "income_until": "2026-10-31",
    "basis": "month",
    "amount": 9800.5,
}
ASKED: Mapping[str, dict[str, object]] = {
    "enrolment-certificate": {"purpose": "internship", "copies": 0},
    "employment-certificate": {"purpose": "other", "purpose_other": "Hotel 租車", "copies": 0},
    "grades-certificate": {"purpose": "study", "copies": 0, "delivery": "electronic"},
    "income-certificate": {"purpose": "loan", "addressee": "Bank 銀行", "period": "year", "copies": 0},
}
OFFICE: Mapping[str, dict[str, object]] = {
    "enrolment-certificate": {},
    "employment-certificate": {"post": "Lecturer 講師"},
    "grades-certificate": {"checked_on": "2026-11-20", "checked_by": "科員甲", "grades": GRADES},
    "income-certificate": INCOME,
}
PRINTED = {
    ("enrolment-certificate", "zh-hant"): ("在讀證明", "林曉晴", "20230412", "計算機系", "2020年9月", "實習"),
    ("enrolment-certificate", "zh-hans"): ("在读证明", "林曉晴", "20230412", "2020年9月", "实习"),
    ("enrolment-certificate", "en"): ("Certificate of Enrolment", "Lin Xiaoqing", "20230412", "internship"),
    ("employment-certificate", "zh-hant"): ("在職證明", "林曉晴", "20230412", "計算機系", "現為本院Lecturer 講師"),
    ("employment-certificate", "zh-hans"): ("在职证明", "林曉晴", "20230412", "现为本院Lecturer 講師"),
    ("employment-certificate", "en"): ("Certificate of Employment", "Lin Xiaoqing", "20230412", "Lecturer 講師"),
    ("grades-certificate", "zh-hant"): (
        "成績證明",
        "林曉晴",
        "20230412",
        "課程",
        "學分",
        "高等數學",
        "92",
        "2.5",
        "優",
    ),
    ("grades-certificate", "zh-hans"): ("成绩证明", "林曉晴", "20230412", "课程", "学分", "Physics", "92"),
    ("grades-certificate", "en"): ("Certificate of Grades", "Lin Xiaoqing", "20230412", "Course", "Physics", "2.5"),
    ("income-certificate", "zh-hant"): (
        "收入證明",
        "林曉晴",
        "20230412",
        "現任Lecturer 講師",
        "自二〇二五年十一月一日至二〇二六年十月三十一日",
        "平均月收入（稅前）為人民幣9800.5元",
        "用途：貸款",
        "Bank 銀行",
    ),
    ("income-certificate", "zh-hans"): ("收入证明", "林曉晴", "平均月收入（税前）为人民币9800.5元", "贷款"),
    ("income-certificate", "en"): (
        "Certificate of Income",
        "Lin Xiaoqing",
        "20230412",
        "From 1 November 2025 to 31 October 2026",
        "average monthly income before tax was RMB 9800.5",
        "Purpose: loan",
    ),
}


@pytest.fixture(autouse=True)
def catalogue() -> None:
    install_catalogue(at=MONDAY_NINE)


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


def holder(code: str, **fields: object) -> Person:
    """A student or a member of the staff, as the certificate wants it."""
    unit = factories.unit("計算機系", parent=factories.root_unit())
    kind = "student" if code in ("enrolment-certificate", "grades-certificate") else "staff"
    return factories.person("林曉晴", kind, at=unit, **{"name_en": "Lin Xiaoqing", "number": "20230412"} | fields)


def asked_for(code: str, language: str, clerk: Person) -> Request:
    """Filed, and taken on."""
    answers = ASKED[code] | {"language": language}
    request = filed(holder(code), of=Service.objects.get(code=code), answers=answers)
    return services.take(request=request, actor=clerk, at=MONDAY_NINE)


def approved(request: Request, clerk: Person) -> Request:
    """Everybody whom the plan asks says yes."""
    request = services.ask_approval(request=request, actor=clerk, at=MONDAY_TEN)
    people = {"director": factories.director(), "leader": factories.leader()}
    for row in Step.objects.about(request).order_by("order"):
        asked = Step.objects.get(pk=row.pk)
        assert asked.state == StepState.ASKED
        request = services.decide_approval(step_id=row.pk, actor=people[row.role], decision="approved", at=MONDAY_TEN)
    return request


def words_of(certificate: Certificate) -> str:
    """The text on the sheet, without spaces and ends of lines."""
    assert services.make_paper(certificate.pk, at=MONDAY_ELEVEN)
    certificate.refresh_from_db()
    with open_blob(certificate.blob) as file:
        pages = pypdf.PdfReader(io.BytesIO(file.read())).pages
    return close("".join(page.extract_text() for page in pages))


def close(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(("code", "language"), PRINTED)
def test_bears_name_number_and_what_it_is_for(code: str, language: str, clerk: Person) -> None:
    request = asked_for(code, language, clerk)
    services.fill_office_part(request=request, actor=clerk, answers=OFFICE[code], at=MONDAY_NINE)
    request.refresh_from_db()
    services.complete(request=approved(request, clerk), actor=clerk, at=MONDAY_ELEVEN)
    certificate = request.certificates.get()
    text = words_of(certificate)

    assert certificate.number in text
    assert [word for word in PRINTED[code, language] if close(word) not in text] == []


@pytest.mark.parametrize("code", CODES)
def test_its_words_fit_its_form(code: str) -> None:
    service = Service.objects.get(code=code)
    version = service.papers.get().template.versions.get()

    assert list(mistakes(read_content(version.content), {each.key: each for each in questions_of(service)})) == []
    assert service.retention.days == 1096


@pytest.mark.parametrize("code", CODES)
def test_its_form_takes_these_answers(code: str, clerk: Person) -> None:
    """The answers above are what the forms on the pages give."""
    version = Service.objects.get(code=code).form.versions.get()
    asked = build_form(version, data=ASKED[code] | {"language": "en"}, person=holder(code))
    assert asked.is_valid(), asked.errors
    sent = {key: value for key, value in OFFICE[code].items() if key != "grades"}
    rows = enumerate(OFFICE[code].get("grades", ()))
    sent |= {f"grades-{place}-{name}": str(value) for place, row in rows for name, value in row.items()}
    office = build_office_form(version, data=sent, person=clerk)
    assert office.is_valid(), office.errors
    assert office.plain_answers() == OFFICE[code]


@pytest.mark.parametrize("code", [code for code in CODES if OFFICE[code]])
def test_office_part_has_to_be_there_before_the_approval(code: str, clerk: Person) -> None:
    with pytest.raises(services.UnableToAsk):
        services.ask_approval(request=asked_for(code, "en", clerk), actor=clerk, at=MONDAY_TEN)


class TestGradesOfAClass:
    @pytest.fixture
    def service(self) -> Service:
        return Service.objects.get(code="grades-certificate")

    @pytest.fixture
    def data(self, service: Service) -> dict[str, object]:
        room = factories.unit("2301班", parent=factories.root_unit(), kind="class")
        for number in range(2):
            factories.student(f"同學{number}", at=room, number=f"2023{number}")
        factories.student("插班生", number="2099")
        return {"service": service.pk, "language": "zh-hant", "unit": room.pk, "form_token": ""}

    def sheet(self, *rows: tuple[str, str, str, str]) -> dict[str, str]:
        columns = ("holder_number", "course", "credits", "grade")
        return {"with_answers": "1"} | {
            f"grades-{place}-{column}": value
            for place, row in enumerate(rows)
            for column, value in zip(columns, row, strict=True)
        }

    def test_one_sheet_has_the_rows_of_everybody(self, client, clerk: Person, data: dict[str, object]) -> None:
        client.force_login(clerk)
        address = reverse("servicedesk:create_batch")
        assert "holder_number" in client.post(address, data).text
        rows = (("20230", "高等數學", "5", "92"), ("2099", "大學物理", "4", "88"), ("20230", "體育", "1", "優"))
        answer = client.post(address, data | self.sheet(*rows, ("777", "體育", "1", "優")))
        batch = PaperBatch.objects.get()

        assert answer.url == batch.get_absolute_url()
        found = {row.given: row.state for row in batch.rows.all()}
        ready, out = PaperRowState.READY, PaperRowState.LEFT_OUT
        assert found == {"20230": ready, "20231": out, "2099": ready, "777": out}

        batches.issue_batch(batch=batch, actor=clerk, at=MONDAY_ELEVEN)
        assert batches.run_batch(batch.pk, at=MONDAY_ELEVEN)
        papers = Certificate.objects.filter(batch=batch).order_by("number")
        tables = [paper.extra["table"]["rows"] for paper in papers]
        assert tables == [[["高等數學", "5", "92"], ["體育", "1", "優"]], [["大學物理", "4", "88"]]]
        again = services.reissue_certificate(certificate=papers[0], actor=clerk, reason="印錯", at=MONDAY_ELEVEN)
        assert again.extra["table"]["rows"] == tables[0]

    def test_row_without_number_is_refused(self, client, clerk: Person, data: dict[str, object]) -> None:
        client.force_login(clerk)
        answer = client.post(reverse("servicedesk:create_batch"), data | self.sheet(("", "體育", "1", "優")))

        assert answer.status_code == 422
        assert not PaperBatch.objects.exists()


def test_holders_are_students_or_staff() -> None:
    kinds = {
        service.code: read_content(service.papers.get().template.versions.get().content).holder
        for service in Service.objects.filter(code__in=CODES)
    }

    student, staff = HolderKind.STUDENT, HolderKind.STAFF
    assert [kinds[code] for code in CODES] == [student, staff, student, staff]
