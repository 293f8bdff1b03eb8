"""Templates as data: named fields, editions, layouts, and the data inside the PDF."""

import hashlib
import io

import pikepdf
import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import translation
from lxml import etree

from apps.journal.files import open_blob
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import PaperLayout
from apps.servicedesk.models import Certificate, PaperVersion, ServicePaper
from apps.servicedesk.papers import certificates
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.papers.content import PaperContent, mistakes, read_content
from apps.servicedesk.papers.fields import parts_of
from apps.servicedesk.papers.starter import TEMPLATES, install_templates
from apps.servicedesk.papers.trial import trial_certificate
from apps.servicedesk.papers.xml_data import SCHEMA
from apps.servicedesk.services.templates import (
    UnableToSaveTemplate,
    choose_templates,
    offer_template,
    publish_template,
    save_template,
)
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN

pytestmark = pytest.mark.django_db
GRADES = [
    {
        "key": "grades",
        "kind": "table",
        "label": {"zh-hant": "成績", "en": "Grades"},
        "office_only": True,
        "columns": [
            {"key": "course", "kind": "text", "label": {"zh-hant": "課程", "en": "Course"}},
            {"key": "grade", "kind": "number", "label": {"zh-hant": "成績", "en": "Grade"}},
        ],
    }
]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def student() -> Person:
    room = factories.unit("軟件2303班", parent=factories.unit("計算機系", parent=factories.root_unit()), kind="class")
    return factories.student("林曉晴", at=room, name_en="Lin Xiaoqing", number="20230412")


def pdf_of(row: Certificate) -> bytes:
    with open_blob(row.blob) as file:
        return file.read()


def issued(person: Person, code: str = "enrolment", **fields: object) -> Certificate:
    """Issued by a completed request, with its sheet."""
    service = desk.certificate_service(questions=fields.pop("questions", None), approval=[])
    ServicePaper.objects.filter(service=service).update(template=install_templates()[code])
    request = desk.request("resolved", of=service, requester=person, **fields)
    row = services.issue_certificate(request=request, actor=factories.clerk(), at=MONDAY_TEN)
    services.make_paper(row.pk, at=MONDAY_ELEVEN)
    row.refresh_from_db()
    return row


class TestFields:
    def test_are_filled_as_text_and_never_read_again(self) -> None:
        (parts,) = parts_of("{name} 說 {a|b} #panic() {x|}", {"name": "{number} $x$ #let", "b": "乙"})

        assert "".join(part["text"] for part in parts) == "{number} $x$ #let 說 乙 #panic() "
        assert [part["text"] for part in parts if part["strong"]] == ["{number} $x$ #let", "乙"]

    def test_unknown_ones_and_empty_words_are_named(self) -> None:
        content = PaperContent(title={"zh-hant": "證明"}, body={"zh-hant": "{nonsense}"}, remind_days=3)

        wrong = list(mistakes(content, {}))
        assert any("nonsense" in line for line in wrong)
        assert any("reminder" in line for line in wrong)
        assert next(iter(mistakes(PaperContent(), {}))).startswith("The title is empty")

    @pytest.mark.parametrize(("code", "_name", "content"), TEMPLATES)
    def test_those_of_the_starter_are_in_order(self, code: str, _name: object, content: PaperContent) -> None:
        assert list(mistakes(content, {})) == []
        assert read_content(content.as_json()) == content

    def test_missing_data_is_named_and_no_number_is_lost(self, student: Person) -> None:
        with pytest.raises(UnableToIssue, match="Purpose"):
            issued(student, answers={"remarks": "x"})
        assert not Certificate.objects.exists()

    def test_student_gets_no_certificate_of_employment(self, student: Person) -> None:
        with pytest.raises(UnableToIssue):
            issued(student, "employment")


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
@pytest.mark.parametrize("layout", PaperLayout.values)
def test_every_layout_is_drawn_in_every_language(layout: str, language: str) -> None:
    content = next(content for _code, _name, content in TEMPLATES if content.layout == layout)
    row = trial_certificate(content, code="x", language=language, person=None)
    reader = pypdf.PdfReader(io.BytesIO(certificates.draw_trial_pdf(row)))

    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    assert len(reader.pages) == 1
    assert (row.printed["name"].replace(" ", "") in text) or layout == "card"
    assert row.number in text


def test_hostile_words_are_printed_as_they_are(student: Person) -> None:
    hostile = '#panic("x") #read("/etc/passwd") $x$ \\ *b* <a>'
    Person.objects.filter(pk=student.pk).update(name=hostile[:80])
    student.refresh_from_db()
    row = issued(student)
    page = pypdf.PdfReader(io.BytesIO(pdf_of(row))).pages[0].extract_text().replace("\n", "")

    assert "panic" in page.replace(" ", "")
    assert "root:" not in page


class TestData:
    def xml(self, row: Certificate) -> bytes:
        (content,) = pypdf.PdfReader(io.BytesIO(pdf_of(row))).attachments["certificate.xml"]
        return content

    def test_is_embedded_valid_and_hashed(self, student: Person) -> None:
        row = issued(student)
        content = self.xml(row)
        schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
        document = etree.fromstring(content)

        schema.assertValid(document)
        assert row.xml_sha256 == hashlib.sha256(content).hexdigest()
        spaces = {"c": "urn:office-portal:certificate:1"}
        assert document.findtext("c:number", namespaces=spaces) == row.number
        assert document.findtext("c:holder/c:name", namespaces=spaces) == "林曉晴"
        assert document.find("c:template", spaces).attrib == {"code": "enrolment", "edition": "1"}
        assert document.findtext("c:expires", namespaces=spaces) == "2027-05-22"

    def test_is_an_associated_file_of_a_pdf_a_3(self, student: Person) -> None:
        with pikepdf.open(io.BytesIO(pdf_of(issued(student)))) as pdf:
            meta = pdf.open_metadata()
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
            (file,) = pdf.Root.AF
            assert (file.AFRelationship, file.UF) == ("/Data", "certificate.xml")
            assert file.EF.F.Subtype == "/application/xml"
            assert "/OutputIntents" in pdf.Root

    def test_table_is_printed_and_embedded(self, student: Person) -> None:
        rows = [{"course": "高等數學", "grade": 92}, {"course": "大學物理", "grade": 88.5}]
        row = issued(student, "grades", questions=[*desk.FIELDS, *GRADES], answers={"purpose": "x", "grades": rows})
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(row))).pages)

        assert row.extra["table"]["rows"] == [["高等數學", "92"], ["大學物理", "88.5"]]
        assert "88.5" in text
        etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(etree.fromstring(self.xml(row)))
        assert row.expires_at is None

    def test_table_that_is_empty_stops_it(self, student: Person) -> None:
        with pytest.raises(UnableToIssue, match="not filled in"):
            issued(student, "grades", questions=[*desk.FIELDS, *GRADES])

    def test_what_the_font_lacks_is_named_before_a_number_is_issued(self, student: Person) -> None:
        with pytest.raises(UnableToIssue, match="lacks 😀"):
            issued(student, answers={"purpose": "實習😀"})
        assert not Certificate.objects.exists()

    def test_control_characters_do_not_break_it(self, student: Person) -> None:
        row = issued(student, answers={"purpose": "a\x08b & <c>"})

        assert b"a" in self.xml(row)
        etree.fromstring(self.xml(row))


class TestEditions:
    @pytest.fixture
    def director(self) -> Person:
        return factories.director()

    def test_certificate_keeps_the_one_it_was_printed_from(self, student: Person, director: Person) -> None:
        old = issued(student)
        template = old.template_version.template
        content = read_content(template.draft | {"title": {"zh-hant": "新題", "zh-hans": "新题", "en": "New"}})
        save_template(template=template, code=template.code, name=template.name, content=content, actor=director)
        assert services.issue_certificate(request=old.request, actor=director).template_version.number == 1
        made = publish_template(template=template, actor=director)

        assert made.number == 2
        assert services.issue_certificate(request=old.request, actor=director).template_version == made
        old.refresh_from_db()
        assert old.template_version.number == 1

    def test_same_words_are_published_once(self, director: Person) -> None:
        template = install_templates()["honour"]

        assert publish_template(template=template, actor=director).number == 1
        assert template.versions.count() == 1

    def test_are_never_changed(self) -> None:
        version = desk.paper_version()
        for work in (lambda: PaperVersion.objects.update(content={}), version.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                work()

    def test_wrong_words_are_not_published(self, director: Person) -> None:
        template = save_template(
            template=None, code="x", name={"en": "X"}, content=PaperContent(body={"zh-hant": "{bad}"}), actor=director
        )
        with pytest.raises(UnableToSaveTemplate, match="bad"):
            publish_template(template=template, actor=director)

    def test_change_meanwhile_and_taken_code_are_told(self, director: Person) -> None:
        template = install_templates()["honour"]
        given = {"name": template.name, "content": read_content(template.draft), "actor": director}
        save_template(template=template, code="honour", version=1, **given)
        with pytest.raises(UnableToSaveTemplate, match="meanwhile"):
            save_template(template=template, code="honour", version=1, **given)
        with pytest.raises(UnableToSaveTemplate, match="code"):
            save_template(template=None, code="honour", **given)

    def test_is_not_for_clerks(self) -> None:
        template, clerk = install_templates()["honour"], factories.clerk()
        for work in (
            lambda: publish_template(template=template, actor=clerk),
            lambda: offer_template(template=template, is_active=False, actor=clerk),
            lambda: choose_templates(service=desk.service(), templates=[template], actor=clerk),
        ):
            with pytest.raises(PermissionDenied):
                work()

    def test_retired_one_issues_nothing_more(self, student: Person, director: Person) -> None:
        old = issued(student)
        offer_template(template=old.template_version.template, is_active=False, actor=director)

        with pytest.raises(UnableToIssue):
            services.issue_certificate(request=old.request, actor=director)
        assert old.state_at(MONDAY_ELEVEN) == "valid"

    def test_service_gives_the_first_unless_another_is_chosen(self, student: Person, director: Person) -> None:
        found = install_templates()
        service = desk.certificate_service(approval=[])
        choose_templates(service=service, templates=[found["honour"], found["enrolment"]], actor=director)
        request = desk.request("resolved", of=service, requester=student)

        first = services.issue_certificate(request=request, actor=director)
        other = services.issue_certificate(request=request, actor=director, template_id=found["enrolment"].pk)
        codes = [row.template_version.template.code for row in (first, other)]
        assert codes == ["honour", "enrolment"]
        with pytest.raises(UnableToIssue):
            services.issue_certificate(request=request, actor=director, template_id=found["card"].pk)
