"""Is this not the same? What the check page shows, and that filing all the same is on record."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk.duplicates import duplicates_of, likeness
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Request, Service
from apps.servicedesk.services.helping import set_duplicate_rule
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
SAME = {"purpose": "簽證", "remarks": "九月出行"}


def found(draft: Request) -> tuple[list[str], list[str]]:
    got = duplicates_of(draft, draft.filed_by, at=now())
    return [row.number for row in got.own], [row.number for row in got.others]


@pytest.fixture
def service() -> Service:
    made = desk.service()
    set_duplicate_rule(service=made, days=14, thing_keys=["purpose"], actor=factories.administrator())
    return made


@pytest.fixture
def student() -> Person:
    return factories.student(language="en")


def test_own_open_request_with_the_same_answers(service: Service, student: Person) -> None:
    earlier = desk.request(requester=student, of=service, answers=SAME)

    assert found(desk.draft(student, of=service, answers=SAME)) == ([earlier.number], [])


@pytest.mark.parametrize(
    ("state", "days", "counts"),
    [
        (RequestState.IN_PROGRESS, 90, True),  # open, however old
        (RequestState.RESOLVED, 3, True),
        (RequestState.RESOLVED, 20, False),
        (RequestState.WITHDRAWN, 1, False),
    ],
)
def test_own_request_that_counts(service: Service, student: Person, state: str, days: int, counts: bool) -> None:
    at = now() - timedelta(days=days)
    desk.request(state, requester=student, of=service, answers=SAME, submitted_at=at)

    assert bool(found(desk.draft(student, of=service, answers=SAME))[0]) == counts


def test_other_answers_or_another_service_are_something_else(service: Service, student: Person) -> None:
    desk.request(requester=student, of=service, answers={"purpose": "貸款", "remarks": "買房子用"})
    desk.request(requester=student, answers=SAME)

    assert found(desk.draft(student, of=service, answers=SAME)) == ([], [])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"a": "x"}, {"a": "x"}, 1.0),
        ({"a": "x", "b": "y"}, {"a": "x"}, 0.5),
        ({"a": "投影機壞了"}, {"a": "投影机坏了"}, 1.0),
        ({"a": 1}, {"a": 2}, 0.0),
        ({}, {}, 1.0),
    ],
)
def test_likeness(one: dict[str, object], other: dict[str, object], alike: float) -> None:
    assert likeness(one, other, ["a", "b"]) == alike


def test_the_same_thing_reported_by_somebody_else(service: Service, student: Person) -> None:
    """Script, case and spaces make no difference; what is closed is over."""
    theirs = desk.request(of=service, answers={"purpose": "實驗樓 B203", "remarks": "漏水"})
    desk.request(RequestState.RESOLVED, of=service, answers={"purpose": "實驗樓 B203"})
    desk.request(of=service, answers={"purpose": "實驗樓 B204"})

    assert found(desk.draft(student, of=service, answers={"purpose": "实验楼b203", "remarks": "燈"})) == (
        [],
        [theirs.number],
    )


def test_without_naming_answers_nobody_elses_is_looked_at(student: Person) -> None:
    service = desk.service()
    desk.request(of=service, answers=SAME)

    assert found(desk.draft(student, of=service, answers=SAME)) == ([], [])


def test_zero_days_never_asks(service: Service, student: Person) -> None:
    set_duplicate_rule(service=service, days=0, thing_keys=["purpose"], actor=factories.administrator())
    desk.request(requester=student, of=service, answers=SAME)

    assert found(desk.draft(student, of=service, answers=SAME)) == ([], [])


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_more_rows(service: Service, rows: int, django_assert_num_queries) -> None:
    student = factories.student()
    for _each in range(rows):
        desk.request(requester=student, of=service, answers=SAME)
        desk.request(of=service, answers=SAME)
    draft = desk.draft(student, of=service, answers=SAME)
    assert student.roles
    with django_assert_num_queries(6):  # one for what the person takes part in
        duplicates_of(draft, student, at=now())


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_check_page_asks_and_filing_all_the_same_is_on_record(service: Service, student: Person) -> None:
    own = desk.request(requester=student, of=service, answers=SAME)
    hidden = desk.request(requester=factories.student("張三四"), of=service, answers=SAME)
    draft = desk.draft(student, of=service, answers=SAME)
    client = signed_in(student)
    page = client.get(reverse("servicedesk:check_answers", args=[draft.pk])).text

    assert own.get_absolute_url() in page  # a plain link to the own one
    assert f"Already reported: {hidden.number}" in page
    assert hidden.get_absolute_url() not in page
    assert "張三四" not in page
    assert "File it all the same" in page

    answer = client.post(reverse("servicedesk:submit", args=[draft.pk]))
    assert answer.url == reverse("servicedesk:check_answers", args=[draft.pk])
    client.post(reverse("servicedesk:submit", args=[draft.pk]), {"despite": "1"})
    draft.refresh_from_db()
    assert draft.state == RequestState.SUBMITTED
    assert Entry.objects.about(draft).get(verb="filed_despite").changes == {"requests": [own.number, hidden.number]}


def test_nothing_alike_asks_nothing(service: Service, student: Person) -> None:
    draft = desk.draft(student, of=service, answers=SAME)
    client = signed_in(student)

    assert "File it all the same" not in client.get(reverse("servicedesk:check_answers", args=[draft.pk])).text
    client.post(reverse("servicedesk:submit", args=[draft.pk]), {"despite": "1"})
    assert not Entry.objects.about(draft).filter(verb="filed_despite").exists()
