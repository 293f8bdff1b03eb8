"""The leaders' summary: its lines by service."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.core.measure import Period
from apps.reports.summary import service_lines
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
INSIDE = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


def test_each_service_has_what_came_in_was_closed_and_is_open_the_busiest_first():
    factories.calendar()
    quiet, busy = desk.service("成績單"), desk.service("在讀證明")
    desk.request(RequestState.SUBMITTED, of=busy, submitted_at=INSIDE)
    desk.request(RequestState.RESOLVED, of=busy, submitted_at=INSIDE)
    desk.request(RequestState.SUBMITTED, of=quiet, submitted_at=INSIDE - timedelta(days=30))
    lines = service_lines(Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert [(line.service, line.received, line.completed, line.open) for line in lines] == [
        (busy, 2, 1, 1),
        (quiet, 0, 0, 1),
    ]
