"""The mandatory notices behind the leaders' figures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.core.clock import now
from apps.core.measure import Period
from apps.notices import measures
from apps.notices.enums import NoticeClass
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db


def today() -> Period:
    day = timezone.localdate(now())
    return Period(day, day)


def test_figures_open_the_rows_they_count() -> None:
    clerk, other = notices.ground(), factories.clerk("科員乙")
    notices.staff(2)
    for sender in (clerk, clerk, other):
        notices.published(sender)
    notices.published(clerk, notice_class=NoticeClass.OPTIONAL)
    notices.draft(clerk)

    found = {measure.code: measure for measure in measures.for_period(today(), now())}
    page = signed_in(factories.leader()).get(found["mandatory_addressed"].rows_url)

    assert (found["mandatory_notices"].value, found["mandatory_addressed"].value) == (3, 6)
    assert page.context["totals"] == {"notices": 3, "people": 6, "reminders": 0}
    assert sum(notice.recipient_count for notice in page.context["page"].rows) == 6
    lines = [(line["name"], line["notices"], line["people"]) for line in page.context["senders"]]
    assert lines == [(clerk.name, 2, 4), (other.name, 1, 2)]


def test_one_sender_alone() -> None:
    clerk, other = notices.ground(), factories.clerk("科員乙")
    notices.staff(1)
    notices.published(clerk)
    mine = notices.published(other)

    page = signed_in(clerk).get(reverse("notices:mandatory"), {"sender": other.pk, "first": "x", "unit": "9" * 30})

    assert page.context["page"].rows == [mine]


def test_fixed_number_of_queries() -> None:
    clerk = notices.ground()
    notices.staff(1)
    client, counts = signed_in(clerk), []
    for more in (1, 2):
        for _each in range(more):
            notices.published(clerk)
        client.get(reverse("notices:mandatory"))
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse("notices:mandatory"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(page.context["page"].rows) == 3
