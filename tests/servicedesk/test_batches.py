"""Certificates for a whole class: looked at, issued in chunks, broken off and gone on with, joined to print."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.core.models import IssuedNumber
from apps.delivery.models import Delivery
from apps.journal.files import open_blob
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import BatchState, PaperRowState
from apps.servicedesk.models import Certificate, PaperBatch, Service
from apps.servicedesk.papers.certificates import version_for
from apps.servicedesk.services import batches
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def service() -> Service:
    return desk.certificate_service()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


def students(count: int) -> list[Person]:
    room = factories.unit("軟件2303班", parent=factories.root_unit(), kind="class")
    return [factories.student(f"同學{number}", at=room, number=f"2023{number:04d}") for number in range(count)]


def looked_at(service: Service, people: list[Person], clerk: Person, **fields: object) -> PaperBatch:
    given = {"answers": {"purpose": "實習"}, "language": "zh-hant", "source": "軟件2303班", "at": MONDAY_TEN}
    return batches.check_batch(
        service=service, version=version_for(service), people=people, actor=clerk, **given | fields
    )


def states(batch: PaperBatch) -> list[str]:
    return list(batch.rows.order_by("place").values_list("state", flat=True))


class TestLook:
    def test_says_what_would_be_printed_and_who_is_left_out_why(self, service: Service, clerk: Person) -> None:
        people = [*students(2), factories.person("教師", "staff")]
        batch = looked_at(service, people, clerk, unknown=["99999"])
        rows = list(batch.rows.order_by("place"))

        assert states(batch) == ["ready", "ready", "left_out", "left_out"]
        assert rows[0].printed["name"] == "同學0"
        assert (rows[2].reason, rows[3].reason) == (
            "教師 is not a student of the college today.",
            "Nobody has this number.",
        )
        assert not Certificate.objects.exists()
        assert not IssuedNumber.objects.exists()

    def test_missing_answers_leave_everybody_out(self, service: Service, clerk: Person) -> None:
        batch = looked_at(service, students(2), clerk, answers={})

        assert states(batch) == ["left_out", "left_out"]
        with pytest.raises(batches.UnableToBatch, match="Nobody"):
            batches.issue_batch(batch=batch, actor=clerk)

    def test_costs_the_same_for_one_and_for_many(
        self, service: Service, clerk: Person, django_assert_num_queries
    ) -> None:

        people, counts = students(30), []
        looked_at(service, people[:1], clerk)
        for some in (people[:1], people):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                looked_at(service, some, clerk)
            counts.append(len(caught))
        assert counts[0] == counts[1]

    def test_nobody_and_too_many_are_refused(self, service: Service, clerk: Person, monkeypatch) -> None:
        with pytest.raises(batches.UnableToBatch):
            looked_at(service, [], clerk)
        monkeypatch.setattr(batches, "MOST", 2)
        with pytest.raises(batches.UnableToBatch):
            looked_at(service, students(3), clerk)

    def test_is_for_clerks_and_the_director(self, service: Service) -> None:
        people = students(1)
        for person in (factories.student(), factories.leader(), factories.administrator()):
            with pytest.raises(PermissionDenied):
                looked_at(service, people, person)

    def test_nobody_issues_to_themselves(self, service: Service) -> None:
        (student,) = students(1)
        factories.post(student, "clerk", factories.office())
        student = Person.objects.get(pk=student.pk)

        assert states(looked_at(service, [student], student)) == ["left_out"]
        other = looked_at(service, [student], factories.clerk("乙"))
        with pytest.raises(batches.UnableToBatch, match="colleague"):
            batches.issue_batch(batch=other, actor=student)


class TestIssue:
    def issued(self, service: Service, clerk: Person, people: list[Person]) -> PaperBatch:
        batch = looked_at(service, people, clerk)
        batches.issue_batch(batch=batch, actor=clerk, at=MONDAY_ELEVEN)
        assert batches.run_batch(batch.pk, at=MONDAY_ELEVEN)
        batch.refresh_from_db()
        return batch

    def test_numbers_follow_the_rows_and_everybody_is_told(self, service: Service, clerk: Person) -> None:
        people = students(3)
        batch = self.issued(service, clerk, people)
        papers = list(Certificate.objects.filter(batch=batch).order_by("number"))

        assert [paper.person for paper in papers] == people
        assert [paper.number[-5:] for paper in papers] == ["00001", "00002", "00003"]
        assert (batch.state, batch.issued_by, papers[0].request) == (BatchState.DONE, clerk, None)
        assert {row.person for row in Delivery.objects.filter(message__source__startswith="servicedesk.cert")} == set(
            people
        )

    def test_one_file_holds_all_sheets_in_order(self, service: Service, clerk: Person) -> None:
        batch = self.issued(service, clerk, students(3))
        with open_blob(batch.combined) as file:
            pages = pypdf.PdfReader(io.BytesIO(file.read())).pages

        texts = [page.extract_text() for page in pages]
        assert [f"同學{number}" in "".join(text.split()) for number, text in enumerate(texts)] == [True, True, True]

    def test_pressed_twice_issues_once(self, service: Service, clerk: Person) -> None:
        batch = self.issued(service, clerk, students(2))
        again = batches.issue_batch(batch=batch, actor=factories.director(), at=moment(24, 9))

        assert (again.issued_by, again.issued_at) == (clerk, MONDAY_ELEVEN)
        assert not batches.run_batch(batch.pk, at=moment(24, 9))
        assert Certificate.objects.count() == 2

    def test_goes_on_where_a_dead_worker_broke_off(self, service: Service, clerk: Person, monkeypatch) -> None:
        people = students(5)
        batch = looked_at(service, people, clerk)
        batches.issue_batch(batch=batch, actor=clerk, at=MONDAY_ELEVEN)
        monkeypatch.setattr(batches, "CHUNK", 2)
        monkeypatch.setattr(batches, "step", lambda batch: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            batches.run_batch(batch.pk, at=MONDAY_ELEVEN)
        monkeypatch.undo()

        assert states(batch).count("issued") == 2
        assert batches.run_waiting_batches(at=MONDAY_ELEVEN + timedelta(minutes=5)) == 0
        assert batches.run_waiting_batches(at=MONDAY_ELEVEN + timedelta(minutes=11)) == 1
        papers = Certificate.objects.filter(batch=batch).order_by("number")
        assert [paper.person for paper in papers] == people
        assert not papers.filter(blob__isnull=True).exists()

    def test_who_is_no_student_any_more_fails_alone(self, service: Service, clerk: Person) -> None:
        people = students(3)
        batch = looked_at(service, people, clerk)
        batches.issue_batch(batch=batch, actor=clerk, at=MONDAY_ELEVEN)
        people[1].posts.update(valid_to=moment(1, 0).date())
        batches.run_batch(batch.pk, at=MONDAY_ELEVEN)

        assert states(batch) == ["issued", "failed", "issued"]
        assert [row.number[-5:] for row in Certificate.objects.order_by("number")] == ["00001", "00002"]

    def test_thrown_away_is_not_issued(self, service: Service, clerk: Person) -> None:
        people = students(1)
        batch = batches.throw_away(batch=looked_at(service, people, clerk), actor=clerk)

        with pytest.raises(batches.UnableToBatch):
            batches.issue_batch(batch=batch, actor=clerk)
        with pytest.raises(batches.UnableToBatch):
            batches.throw_away(batch=self.issued(service, clerk, people), actor=clerk)

    def test_single_paper_is_reissued_and_revoked(self, service: Service, clerk: Person) -> None:
        batch = self.issued(service, clerk, students(2))
        first, second = Certificate.objects.order_by("number")
        new = services.reissue_certificate(certificate=first, actor=clerk, reason="印錯", at=moment(24, 9))
        services.revoke_certificate(certificate=second, actor=clerk, reason="退學", at=moment(24, 9))

        first.refresh_from_db()
        assert (first.replaced_by, new.batch, new.person) == (new, batch, first.person)
        assert services.make_missing_papers(at=moment(24, 9)) == 1
        for person in (first.person, factories.clerk("乙"), factories.leader()):
            with pytest.raises(PermissionDenied):
                services.revoke_certificate(certificate=new, actor=person, reason="x")
        assert Certificate.objects.visible_to(first.person).count() == 2
        assert PaperRowState.ISSUED in states(batch)
