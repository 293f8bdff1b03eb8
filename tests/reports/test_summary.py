"""The leaders' summary: what is counted by day and by service, and the rows that each figure opens."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.measure import Period
from apps.reports.charts import flow_picture, service_picture
from apps.reports.summary import buckets, build_summary, service_lines
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Service
from tests import factories
from tests.assignments import factories as make
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
INSIDE = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def filed() -> tuple[Service, Service]:
    """A quiet and a busy service; the busy one has two done or refused, one withdrawn and one open."""
    factories.calendar()
    quiet, busy = desk.service("成績單"), desk.service("在讀證明")
    for state in (RequestState.SUBMITTED, RequestState.RESOLVED, RequestState.REFUSED, RequestState.WITHDRAWN):
        desk.request(state, of=busy, submitted_at=INSIDE)
    desk.request(RequestState.SUBMITTED, of=quiet, submitted_at=INSIDE - timedelta(days=30))
    return quiet, busy


def shown(client: Client, url: str) -> int:
    """How many rows the list at `url` has."""
    return len(client.get(url).context["page"].rows)


@pytest.fixture
def leader(client: Client) -> Client:
    client.force_login(factories.leader(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_each_service_is_counted_as_the_headline_counts_the_busiest_first(filed: tuple[Service, Service]) -> None:
    quiet, busy = filed
    lines = service_lines(NOVEMBER, at=AT)

    assert [(line.service, line.received, line.completed, line.open) for line in lines] == [
        (busy, 3, 2, 1),  # the withdrawn one is counted nowhere
        (quiet, 0, 0, 1),
    ]


def test_days_and_services_add_up_to_the_headline(filed: tuple[Service, Service]) -> None:
    summary = build_summary(NOVEMBER, at=AT)
    headline = {figure.now.code: figure.now.value for figure in summary.figures}

    for rows in (summary.buckets, summary.services):
        assert sum(row.received for row in rows) == headline["received"] == 3
        assert sum(row.completed for row in rows) == headline["completed"] == 2
    assert sum(row.open for row in summary.services) == headline["open"] == 2


def test_what_is_overdue_now_is_not_compared_with_itself(filed: tuple[Service, Service]) -> None:
    clerk, unit = factories.clerk(), factories.unit("計算機系", parent=factories.root_unit())
    make.given(clerk, [unit], at=INSIDE, due_at=INSIDE + timedelta(days=2))
    found = {figure.now.code: figure for figure in build_summary(NOVEMBER, at=AT).figures}
    overdue = found["assignments_overdue"]
    assert (overdue.now.value, overdue.before.value, overdue.change, overdue.is_better) == (1, None, None, None)
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    past = {figure.now.code: figure.now for figure in build_summary(october, at=AT).figures}["assignments_overdue"]
    assert (past.value, past.rows_url) == (None, ""), "of a period that is over it cannot be told"


@pytest.mark.parametrize("days", [30, 60], ids=["by day", "by week"])
def test_each_figure_of_the_tables_opens_as_many_rows(
    leader: Client, filed: tuple[Service, Service], days: int
) -> None:
    period = Period(date(2026, 12, 1) - timedelta(days=days), date(2026, 11, 30))

    for bucket in buckets(period, at=AT):
        assert shown(leader, bucket.received_url) == bucket.received
        assert shown(leader, bucket.completed_url) == bucket.completed
    for line in service_lines(period, at=AT):
        assert shown(leader, line.received_url) == line.received
        assert shown(leader, line.completed_url) == line.completed
        assert shown(leader, line.open_url) == line.open


def test_columns_of_the_pictures_open_the_rows_of_the_table(filed: tuple[Service, Service]) -> None:
    summary = build_summary(NOVEMBER, at=AT)
    flow, services = flow_picture(summary), service_picture(summary)

    assert [area.url for area in flow.areas] == [row.received_url for row in summary.buckets] + [
        row.completed_url for row in summary.buckets
    ]
    assert [area.url for area in services.areas] == [summary.services[0].received_url]
    assert all(0 < area.x < flow.width and area.x + area.width <= flow.width for area in flow.areas)


def test_page_says_in_words_that_there_is_nothing_yet(leader: Client) -> None:
    factories.calendar()
    page = leader.get(reverse("reports:summary")).content.decode()

    assert page.count("這些天還沒有收到任何事項。") == 2
    assert not re.search(r"<image [^>]*href", page)
