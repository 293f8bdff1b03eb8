"""Ageing out of certificates and batches."""

from datetime import timedelta

import pytest

from apps.journal.files import store_bytes
from apps.people.models import Person
from apps.servicedesk.enums import BatchState
from apps.servicedesk.models import (
    Certificate,
    PaperBatch,
    Request,
    Retention,
    Service,
)
from apps.servicedesk.services import batches
from apps.servicedesk.services.holding import lift_hold, place_hold
from tests import factories
from tests.servicedesk import aged
from tests.servicedesk import factories as desk
from tests.servicedesk.aged import LATER, SECRET, dump, run
from tests.servicedesk.stories import MONDAY_ELEVEN, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return aged.a_service()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def closed(service: Service, clerk: Person) -> Request:
    return aged.closed_request(service, clerk)


class TestPapers:
    def paper(self, row: Request, **fields: object) -> Certificate:
        values = {
            "number": f"C2026-{row.pk:05d}",
            "printed": {"name": SECRET},
            "blob": store_bytes(b"%PDF " + SECRET.encode(), content_type="application/pdf"),
            "token_hash": "x" * 64,
            "issued_at": moment(25, 10),
            "issued_by": row.handler,
        }
        return desk.certificate(row, **values | fields)

    def test_valid_one_stays_until_it_ends(self, closed: Request) -> None:
        paper = self.paper(closed, expires_at=LATER + timedelta(days=1))
        run()
        paper.refresh_from_db()
        assert paper.printed == {"name": SECRET}

        run(LATER + timedelta(days=2))
        paper.refresh_from_db()
        assert (paper.printed, paper.number[:5], paper.token_hash) == ({}, "C2026", "x" * 64)
        assert not Certificate.objects.filter(blob=None).exists()  # or the sweep would print it anew

    def test_one_that_is_over_goes_at_once(self, closed: Request) -> None:
        paper = self.paper(closed, revoked_at=moment(26, 9), revoke_reason=SECRET)
        run()
        paper.refresh_from_db()

        assert (paper.printed, paper.revoke_reason) == ({}, "—")

    @pytest.mark.parametrize("name", ["person", "service"])
    def test_hold_that_came_after_the_removal_keeps_it(self, closed: Request, clerk: Person, name: str) -> None:
        paper = self.paper(closed, expires_at=LATER + timedelta(days=1))
        run()
        thing = {"person": paper.person, "service": closed.service}[name]
        hold = place_hold(actor=clerk, reason="訴訟", at=LATER, **{name: thing})
        over = LATER + timedelta(days=2)
        run(over)
        paper.refresh_from_db()
        assert paper.printed == {"name": SECRET}

        lift_hold(hold=hold, actor=clerk, at=over)
        run(over)
        paper.refresh_from_db()
        assert paper.printed == {}


class TestBatches:
    """Issued on 23 November 2026, kept for 90 days; a certificate of enrolment holds for 180."""

    @pytest.fixture
    def batch(self, clerk: Person) -> PaperBatch:
        service = desk.certificate_service()
        Retention.objects.create(service=service, days=90)
        people = [factories.student(f"{SECRET}{number}") for number in range(2)]
        row = batches.check_batch(
            service=service,
            version=desk.paper_version(),
            people=[*people, factories.person(SECRET, "staff")],
            unknown=["99999"],
            answers={"purpose": SECRET},
            language="zh-hant",
            source="軟件2303班",
            actor=clerk,
            at=MONDAY_ELEVEN,
        )
        batches.issue_batch(batch=row, actor=clerk, at=MONDAY_ELEVEN)
        assert batches.run_batch(row.pk, at=MONDAY_ELEVEN)
        row.refresh_from_db()
        return row

    def kept(self, batch: PaperBatch) -> list[object]:
        rows = batch.rows.order_by("place")
        return [list(rows.values_list("place", "state", "certificate__number")), batches.counts_of(batch)]

    def test_copies_go_when_its_time_has_come_and_certificates_when_they_end(self, batch: PaperBatch) -> None:
        before, people = self.kept(batch), set(batch.certificates.values_list("person", flat=True))
        assert run(moment(23, 11) + timedelta(days=90)) == {}
        counts = run(moment(23, 12) + timedelta(days=90))
        batch.refresh_from_db()
        assert (counts, batch.combined, batch.answers) == ({"batches": 1}, None, {"purpose": SECRET})
        assert not batch.rows.exclude(printed={}, person__isnull=True, given="—").exists()
        assert set(batch.rows.values_list("reason", flat=True)) == {"", "—"}
        assert not batch.certificates.filter(printed={}).exists()

        assert run(LATER) == {"papers": 2, "batches": 1}
        assert run(LATER) == {}
        batch.refresh_from_db()
        assert (self.kept(batch), batch.answers) == (before, {})
        assert not people & set(batch.certificates.values_list("person", flat=True))
        assert SECRET not in dump()

    @pytest.mark.parametrize("name", ["person", "service"])
    def test_hold_keeps_what_it_is_about(self, batch: PaperBatch, clerk: Person, name: str) -> None:
        held = batch.certificates.order_by("pk").first()
        place_hold(
            actor=clerk, reason="訴訟", at=moment(26, 9), **{name: held.person if name == "person" else batch.service}
        )
        counts = run(LATER)
        batch.refresh_from_db()
        held.refresh_from_db()

        assert held.printed["name"].startswith(SECRET)
        assert held.batch_row.printed
        assert batch.combined is not None
        assert counts == ({"papers": 1, "batches": 1} if name == "person" else {})

    def test_one_that_was_only_looked_at_is_thrown_away(self, batch: PaperBatch, clerk: Person) -> None:
        given = {"answers": {}, "language": "en", "source": "x", "actor": clerk, "at": MONDAY_ELEVEN}
        people = [factories.student()]
        looked = batches.check_batch(service=batch.service, version=desk.paper_version(), people=people, **given)
        run()
        looked.refresh_from_db()

        assert (looked.state, looked.rows.get().person) == (BatchState.CANCELLED, None)

    def test_sheet_with_the_tables_of_all_goes_though_certificates_hold(self, batch: PaperBatch) -> None:
        content = desk.paper_version("grades")
        rows = [{"holder_number": "20230001", "course": SECRET}]
        PaperBatch.objects.filter(pk=batch.pk).update(
            template_version=content, answers={"grades": rows, "purpose": "x"}
        )
        batch.certificates.update(expires_at=None)
        run()

        batch.refresh_from_db()
        assert batch.answers == {"purpose": "x"}
        assert not batch.certificates.filter(printed={}).exists()
        assert run() == {}

    def test_without_a_rule_of_the_service_it_stays(self, batch: PaperBatch) -> None:
        Retention.objects.update(days=None)
        assert run() == {}
