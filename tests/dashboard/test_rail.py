"""Who has how much, and what came in and went out."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.dashboard import rail
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in the office


@pytest.fixture(autouse=True)
def office_calendar():
    return factories.calendar()


def test_colleagues_are_counted_by_open_requests_and_the_busiest_stands_first():
    idle, busy, service = factories.clerk("甲"), factories.clerk("乙"), desk.service()
    for state, due in (
        (RequestState.IN_PROGRESS, AT - timedelta(days=1)),
        (RequestState.IN_PROGRESS, AT + timedelta(days=1)),
        (RequestState.WAITING_REQUESTER, None),
        (RequestState.RESOLVED, AT - timedelta(days=1)),
    ):
        desk.request(state, of=service, handler=busy, due_at=due)
    desk.request(RequestState.SUBMITTED, of=service)
    assert [(row.person, row.open, row.overdue) for row in rail.colleagues(AT)] == [(busy, 3, 1), (idle, 0, 0)]


def test_flow_counts_by_the_day_of_the_office_and_from_its_first_moment():
    service, midnight = desk.service(), datetime(2026, 11, 19, 16, 0, tzinfo=UTC)  # Friday begins in the office
    desk.request(RequestState.SUBMITTED, of=service, submitted_at=midnight)
    desk.request(RequestState.RESOLVED, of=service, submitted_at=midnight - timedelta(seconds=1))
    days = {row.day.day: (row.received, row.completed) for row in rail.flow(AT)}
    assert (days[19], days[20], days[23]) == ((1, 1), (1, 0), (0, 0))
    assert len(days) == rail.DAYS


def test_flow_begins_with_the_first_moment_of_its_first_day():
    first = rail.last_working_days(AT)[0]
    begins = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=8)
    for moment in (begins, begins - timedelta(seconds=1)):
        desk.request(RequestState.SUBMITTED, submitted_at=moment)
    assert sum(row.received for row in rail.flow(AT)) == 1
