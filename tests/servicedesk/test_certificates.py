"""Certificates: number, sheet, link, replacement, revocation."""

import io
import re
from datetime import date, timedelta

import pikepdf
import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from apps.core.models import IssuedNumber
from apps.core.public_links import hash_token
from apps.journal.files import open_blob
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.models import Certificate, Request, Service
from apps.servicedesk.papers import certificates
from apps.servicedesk.papers.fields import chinese_number
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, laid_before, moment

pytestmark = pytest.mark.django_db
ANSWERS = {"purpose": "visa", "language": "zh-hant", "copies": 1}


@pytest.fixture
def student() -> Person:
    department = factories.unit("計算機系", parent=factories.root_unit())
    room = factories.unit("軟件2303班", parent=department, kind="class")
    return factories.student("林曉晴", at=room, name_en="Lin Xiaoqing", number="20230412")


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


def issued(student: Person, clerk: Person, **answers: object) -> Certificate:
    """Filed, approved and completed as in real life; the sheet is not made yet."""
    install_catalogue(at=MONDAY_NINE)
    service = Service.objects.get(code="enrolment-certificate")
    request, step = laid_before(student, clerk, of=service, answers=ANSWERS | answers)
    director = Person.objects.with_role("director").first() or factories.director()
    request = services.decide_approval(step_id=step.pk, actor=director, decision="approved", at=MONDAY_TEN)
    services.complete(request=request, actor=clerk, at=MONDAY_ELEVEN)
    return request.certificates.get()


def sheet(certificate: Certificate) -> bytes:
    with open_blob(certificate.blob) as file:
        return file.read()


def made(certificate: Certificate) -> Certificate:
    assert services.make_paper(certificate.pk, at=MONDAY_ELEVEN)
    certificate.refresh_from_db()
    return certificate


class TestIssue:
    def test_has_number_and_facts_before_its_sheet(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk)

        assert certificate.number == "Z2026-00001"
        assert (certificate.blob, certificate.token_hash) == (None, None)
        assert certificate.expires_at == MONDAY_ELEVEN + timedelta(days=180)
        assert certificate.printed == {
            "college": "學院",
            "name": "林曉晴",
            "number": "20230412",
            "unit": "計算機系軟件2303班",
            "since": "2020年9月",
            "issued_on": "二〇二六年十一月二十三日",
            "expires_on": "二〇二七年五月二十二日",
            "answer.purpose": "辦理簽證",
        }

    def test_in_english_bears_the_english_name(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk, language="en", purpose="other", purpose_other="visa for Germany")

        assert certificate.printed["name"] == "Lin Xiaoqing"
        assert certificate.printed["since"] == "September 2020"
        assert certificate.printed["issued_on"] == "23 November 2026"
        assert certificate.printed["answer.purpose_other"] == "visa for Germany"

    def test_who_is_no_student_gets_none_and_no_number_is_lost(self, student: Person, clerk: Person) -> None:
        install_catalogue(at=MONDAY_NINE)
        service = Service.objects.get(code="enrolment-certificate")
        request, step = laid_before(student, clerk, of=service, answers=ANSWERS)
        request = services.decide_approval(
            step_id=step.pk, actor=factories.director(), decision="approved", at=MONDAY_TEN
        )
        student.posts.update(valid_to=date(2026, 7, 1))

        with pytest.raises(services.UnableToComplete):
            services.complete(request=request, actor=clerk, at=MONDAY_ELEVEN)
        assert not Certificate.objects.exists()
        assert not IssuedNumber.objects.filter(series__code="certificate").exists()

    def test_completing_twice_issues_one(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk)
        services.complete(request=certificate.request, actor=clerk, at=MONDAY_ELEVEN)

        assert Certificate.objects.count() == 1


class TestSheet:
    def test_is_pdf_a_with_embedded_fonts(self, student: Person, clerk: Person) -> None:
        with pikepdf.open(io.BytesIO(sheet(made(issued(student, clerk))))) as pdf:
            meta = pdf.open_metadata()
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
            assert len(pdf.pages) == 1
            fonts = pdf.pages[0].Resources.Font
            for font in fonts.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("zh-hant", ("茲證明", "林曉晴", "Z2026-00001", "二〇二六年十一月二十三日")),
            ("zh-hans", ("兹证明", "林曉晴", "20230412")),
            ("en", ("This is to certify", "Lin Xiaoqing", "23 November 2026")),
        ],
    )
    def test_says_it_in_its_language(
        self, student: Person, clerk: Person, language: str, words: tuple[str, ...]
    ) -> None:
        page = pypdf.PdfReader(io.BytesIO(sheet(made(issued(student, clerk, language=language))))).pages[0]
        text = re.sub(r"\s+", " ", page.extract_text()).replace(" ", "")

        for word in words:
            assert word.replace(" ", "") in text

    def test_link_is_random_and_only_its_hash_is_kept(self, student: Person, clerk: Person) -> None:
        certificate = made(issued(student, clerk))
        page = pypdf.PdfReader(io.BytesIO(sheet(certificate))).pages[0]
        link = next(note.get_object()["/A"]["/URI"] for note in page["/Annots"] if "/A" in note.get_object())
        token = link.rpartition("/")[2]

        assert link == certificates.check_address(token)
        assert len(token) == 32  # 24 random bytes
        assert hash_token(token) == certificate.token_hash
        assert token not in str(Certificate.objects.values().get(pk=certificate.pk))

    def test_is_made_once(self, student: Person, clerk: Person) -> None:
        certificate = made(issued(student, clerk))
        token_hash = certificate.token_hash

        assert not services.make_paper(certificate.pk)
        certificate.refresh_from_db()
        assert certificate.token_hash == token_hash
        assert Attachment.objects.of(certificate).count() == 1

    def test_left_out_by_a_crash_is_made_by_the_sweep(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk)

        assert services.make_missing_papers(at=MONDAY_ELEVEN) == 1
        assert services.make_missing_papers(at=MONDAY_ELEVEN) == 0
        certificate.refresh_from_db()
        assert certificate.blob is not None

    def test_one_that_fails_does_not_stop_the_others(self, student: Person, clerk: Person) -> None:
        broken, good = issued(student, clerk), issued(student, clerk)
        Certificate.objects.filter(pk=broken.pk).update(language="xx")

        assert services.make_missing_papers(at=MONDAY_ELEVEN) == 1
        good.refresh_from_db()
        assert good.blob is not None

    def test_is_for_requester_and_office_only(self, student: Person, clerk: Person) -> None:
        certificate = made(issued(student, clerk))

        for user, seen in ((student, True), (clerk, True), (factories.student(), False)):
            assert Certificate.objects.visible_to(user).filter(pk=certificate.pk).exists() is seen

    def test_without_link_cannot_be_stored(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk)

        with pytest.raises(IntegrityError):
            Certificate.objects.filter(pk=certificate.pk).update(token_hash="x")


class TestReissue:
    def test_takes_the_place_of_the_old(self, student: Person, clerk: Person) -> None:
        old = made(issued(student, clerk))
        new = services.reissue_certificate(certificate=old, actor=clerk, reason="姓名印錯", at=moment(24, 9))

        old.refresh_from_db()
        assert (new.number, old.replaced_by) == ("Z2026-00002", new)
        assert old.state_at(moment(24, 9)) == CertificateState.REPLACED
        assert new.state_at(moment(24, 9)) == CertificateState.VALID
        entry = Entry.objects.about(old.request).filter(verb="reissue").get()
        assert (entry.note, entry.changes) == ("姓名印錯", {"certificate": ["Z2026-00001", "Z2026-00002"]})

    def test_of_a_replaced_one_is_refused(self, student: Person, clerk: Person) -> None:
        old = issued(student, clerk)
        services.reissue_certificate(certificate=old, actor=clerk, reason="印錯", at=MONDAY_ELEVEN)

        with pytest.raises(services.UnableToIssue):
            services.reissue_certificate(certificate=old, actor=clerk, reason="印錯", at=MONDAY_ELEVEN)

    def test_without_reason_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToIssue):
            services.reissue_certificate(certificate=issued(student, clerk), actor=clerk, reason=" ")

    def test_student_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.reissue_certificate(certificate=issued(student, clerk), actor=student, reason="x")


class TestRevoke:
    def test_holds_from_now_on(self, student: Person, clerk: Person) -> None:
        certificate = services.revoke_certificate(
            certificate=issued(student, clerk), actor=clerk, reason="已退學", at=moment(24, 9)
        )

        assert certificate.state_at(moment(24, 10)) == CertificateState.REVOKED
        assert certificate.state_at(moment(23, 12)) == CertificateState.VALID

    def test_second_time_changes_nothing(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk)
        services.revoke_certificate(certificate=certificate, actor=clerk, reason="已退學", at=moment(24, 9))
        again = services.revoke_certificate(certificate=certificate, actor=clerk, reason="再一次", at=moment(25, 9))

        assert (again.revoked_at, again.revoke_reason) == (moment(24, 9), "已退學")

    def test_without_reason_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToRevoke):
            services.revoke_certificate(certificate=issued(student, clerk), actor=clerk, reason="")

    def test_reader_may_not(self, student: Person, clerk: Person) -> None:
        certificate = issued(student, clerk)

        for reader in (student, factories.leader(), factories.clerk("科員乙")):
            with pytest.raises(PermissionDenied):
                services.revoke_certificate(certificate=certificate, actor=reader, reason="x")


def test_expires_after_half_a_year(student: Person, clerk: Person) -> None:
    certificate = issued(student, clerk)

    assert certificate.state_at(certificate.expires_at - timedelta(seconds=1)) == CertificateState.VALID
    assert certificate.state_at(certificate.expires_at) == CertificateState.EXPIRED


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三"), (30, "三十"), (31, "三十一")],
)
def test_chinese_numbers(number: int, word: str) -> None:
    assert chinese_number(number) == word


def test_request_is_done(student: Person, clerk: Person) -> None:
    assert Request.objects.get(pk=issued(student, clerk).request_id).within_target is True
