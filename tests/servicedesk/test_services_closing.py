"""Done, refused, and the ledger of the seal."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.delivery.models import Delivery
from apps.journal.models import Attachment, Blob
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request, SealUse
from apps.servicedesk.services import SealCount
from apps.servicedesk.starter import ready_document
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, filed, laid_before, taken

SEAL = ready_document("seal-use")["form"]["fields"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


class TestComplete:
    def test_stops_the_clock_and_tells_the_requester(self, student: Person, clerk: Person) -> None:
        request = services.complete(request=taken(student, clerk), actor=clerk, note="請到 203 領取", at=MONDAY_TEN)

        assert (request.state, request.closed_at) == (RequestState.RESOLVED, MONDAY_TEN)
        assert (request.used_minutes, request.within_target) == (60, True)
        assert request.messages.get().body == "請到 203 領取"
        assert Delivery.objects.filter(person=student, message__texts__subject__startswith="Done").exists()

    def test_second_time_changes_nothing(self, student: Person, clerk: Person) -> None:
        request = services.complete(request=taken(student, clerk), actor=clerk, at=MONDAY_TEN)
        again = services.complete(request=request, actor=clerk, version=1, at=MONDAY_ELEVEN)

        assert (again.version, again.closed_at) == (request.version, MONDAY_TEN)

    def test_needed_approval_must_stand(self, student: Person, clerk: Person) -> None:
        request = taken(student, clerk, of=desk.certificate_service())

        with pytest.raises(services.UnableToComplete):
            services.complete(request=request, actor=clerk)

    def test_of_a_new_one_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToComplete):
            services.complete(request=filed(student), actor=clerk)

    def test_another_clerk_may_not(self, student: Person, clerk: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.complete(request=taken(student, clerk), actor=factories.clerk("科員乙"))

    def test_old_version_raises_changed(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.Changed):
            services.complete(request=taken(student, clerk), actor=clerk, version=1)


class TestRefuse:
    def test_tells_the_reason(self, student: Person, clerk: Person) -> None:
        request = services.refuse(request=filed(student), actor=clerk, note="不屬本院", at=MONDAY_TEN)

        assert (request.state, request.handler, request.first_response_at) == (RequestState.REFUSED, clerk, MONDAY_TEN)
        assert request.messages.get().body == "不屬本院"

    def test_without_reason_is_refused(self, student: Person, clerk: Person) -> None:
        with pytest.raises(services.UnableToRefuse):
            services.refuse(request=filed(student), actor=clerk, note="")


class TestSealUse:
    @pytest.fixture
    def approved(self, student: Person, clerk: Person) -> Request:
        """Three impressions on a contract, approved."""
        blob = Blob.objects.create(sha256="a" * 64, size=1, content_type="application/pdf")
        paper = Attachment.objects.create(blob=blob, name="合同.pdf", uploaded_by=student)
        answers = {
            "paper": "橫向課題合同",
            "file": [str(paper.key)],
            "seal": "college",
            "copies": 3,
            "addressee": "某公司",
            "reason": "簽約",
        }
        service = desk.service(
            "用印",
            questions=SEAL,
            product=Product.SEAL_USE,
            approval="director",
        )
        _request, step = laid_before(student, clerk, of=service, answers=answers)
        return services.decide_approval(step_id=step.pk, actor=factories.director(), decision="approved", at=MONDAY_TEN)

    def sealed(self, request: Request, clerk: Person, count: SealCount | None) -> SealUse:
        services.complete(request=request, actor=clerk, seal=count, at=MONDAY_ELEVEN)
        return SealUse.objects.get(request=request)

    def test_is_bound_to_the_bytes_of_the_paper(self, approved: Request, clerk: Person) -> None:
        use = self.sealed(approved, clerk, SealCount(made=3))

        assert (use.paper_sha256, use.seal, use.allowed, use.made, use.keeper) == ("a" * 64, "college", 3, 3, clerk)

    def test_fewer_need_an_explanation(self, approved: Request, clerk: Person) -> None:
        with pytest.raises(services.UnableToComplete):
            self.sealed(approved, clerk, SealCount(made=2))
        assert self.sealed(approved, clerk, SealCount(made=2, explanation="只交來兩份")).explanation == "只交來兩份"

    def test_spoiled_ones_need_an_explanation(self, approved: Request, clerk: Person) -> None:
        with pytest.raises(services.UnableToComplete):
            self.sealed(approved, clerk, SealCount(made=3, spoiled=1))

    @pytest.mark.parametrize("count", [None, SealCount(made=4, explanation="x"), SealCount(made=-1)])
    def test_wrong_count_is_refused_and_nothing_is_done(
        self, approved: Request, clerk: Person, count: SealCount | None
    ) -> None:
        with pytest.raises(services.UnableToComplete):
            self.sealed(approved, clerk, count)
        approved.refresh_from_db()
        assert approved.state == RequestState.IN_PROGRESS
        assert not SealUse.objects.exists()

    def test_without_the_paper_is_refused(self, approved: Request, clerk: Person) -> None:
        Attachment.objects.of(approved).delete()

        with pytest.raises(services.UnableToComplete):
            self.sealed(approved, clerk, SealCount(made=3))

    def test_database_keeps_the_count_too(self, approved: Request, clerk: Person) -> None:
        values = {"request": approved, "paper_sha256": "a" * 64, "allowed": 1, "keeper": clerk}

        for wrong in ({"made": 2}, {"made": 0}, {"made": 1, "spoiled": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SealUse.objects.create(**values, **wrong)
