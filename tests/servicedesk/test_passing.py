"""A request goes to another unit; the promise to the requester stays."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import ClockEntry, Request
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_TEN, filed, laid_before, taken
from tests.servicedesk.test_leaving import told

pytestmark = pytest.mark.django_db
WHY = "這是資產處的事"


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def there() -> Person:
    """A clerk of another unit."""
    return factories.person("資產處科員", Role.CLERK, at=factories.unit("資產處", parent=factories.root_unit()))


def passed(request: Request, actor: Person, unit: Unit, note: str = WHY, **fields: object) -> Request:
    return services.pass_on(request=request, actor=actor, unit=unit, note=note, at=MONDAY_ELEVEN, **fields)


def test_new_unit_has_it_and_the_clock_goes_on(student: Person, clerk: Person, there: Person) -> None:
    request = taken(student, clerk)
    lines = ClockEntry.objects.filter(request=request).count()
    row = passed(request, clerk, there.main_unit)

    assert (row.unit, row.handler, row.state, row.due_at) == (there.main_unit, None, S.IN_PROGRESS, request.due_at)
    assert ClockEntry.objects.filter(request=request).count() == lines
    assert told(there)[-1] == "Passed to your unit"
    assert told(student)[-1] == "Passed to 資產處"
    entry = Entry.objects.about(row).public().get(verb="pass_on")
    assert (entry.note, entry.changes["unit"]) == (WHY, [clerk.main_unit.pk, there.main_unit.pk])
    assert services.take(request=row, actor=there, at=MONDAY_ELEVEN).handler == there


def test_handler_hears_when_the_director_does_it(student: Person, clerk: Person, there: Person) -> None:
    passed(taken(student, clerk), factories.director(), there.main_unit)

    assert told(clerk)[-1] == "Passed to 資產處"


def test_who_passed_it_on_can_take_it_when_it_comes_back(student: Person, clerk: Person, there: Person) -> None:
    row = passed(taken(student, clerk), clerk, there.main_unit)
    row = passed(row, there, clerk.main_unit, "不是我們的事")

    assert services.take(request=row, actor=clerk, at=MONDAY_ELEVEN).handler == clerk


def test_second_time_changes_nothing(student: Person, clerk: Person, there: Person) -> None:
    first = passed(filed(student), clerk, there.main_unit)

    assert passed(first, clerk, there.main_unit, version=1).version == first.version


def test_refused_with_words(student: Person, clerk: Person, there: Person) -> None:
    request, _step = laid_before(student, clerk)
    open_one, closed = taken(student, clerk), desk.request(S.RESOLVED, handler=clerk)
    nowhere = factories.unit("無科員")

    for row, unit, note in (
        (request, there.main_unit, WHY),
        (closed, there.main_unit, WHY),
        (open_one, nowhere, WHY),
        (open_one, there.main_unit, " "),
    ):
        with pytest.raises(services.UnableToPassOn):
            passed(row, clerk, unit, note)


def test_others_may_not(student: Person, clerk: Person, there: Person) -> None:
    request = taken(student, clerk)

    for person in (student, there, factories.leader()):
        with pytest.raises(PermissionDenied):
            passed(request, person, there.main_unit)
    with pytest.raises(services.Changed):
        passed(request, clerk, there.main_unit, version=99)


def test_by_the_page(client, student: Person, clerk: Person, there: Person) -> None:
    request = taken(student, clerk)
    client.force_login(clerk)
    form = client.get(request.get_absolute_url(), {"do": "pass_on"}).context["screen"].form
    assert list(form.fields["unit"].queryset) == [there.main_unit]

    sent = {"unit": there.main_unit.pk, "note": WHY, "version": request.version}
    answer = client.post(reverse("servicedesk:pass_on", args=[request.pk]), sent)

    assert answer.status_code == 302
    client.force_login(student)
    assert WHY in client.get(request.get_absolute_url()).text


def test_draft_of_a_service_that_moved_is_filed_with_its_new_unit(student: Person, there: Person) -> None:
    service = desk.service()
    draft = services.start_draft(actor=student, service=service, at=MONDAY_TEN)
    services.save_draft(request=draft, actor=student, answers=desk.ANSWERS, at=MONDAY_TEN)
    service.unit = there.main_unit
    service.save()

    assert services.submit(request=draft, actor=student, at=MONDAY_TEN).unit == there.main_unit
    assert told(there) == ["New request"]
