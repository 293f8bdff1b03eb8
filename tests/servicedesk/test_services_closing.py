"""Done and refused."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.delivery.models import Delivery
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, filed, taken

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
