"""What reports say of outgoing papers: each figure opens the rows that it counts."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.core.measure import Period
from apps.dispatch import services
from apps.dispatch.measures import for_period
from apps.dispatch.services import Outside
from apps.documents.enums import Access
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN
from tests.documents.factories import urgency

pytestmark = pytest.mark.django_db
NOVEMBER, OCTOBER = Period(date(2026, 11, 1), date(2026, 11, 30)), Period(date(2026, 10, 1), date(2026, 10, 31))


def test_each_figure_opens_its_rows() -> None:
    people = desk.office()
    sent = desk.numbered(people)
    services.send_paper(draft=sent, actor=people.clerk, outside=[Outside("學校辦公室", "post", TEN.date())], at=TEN)
    late = desk.put_up(people, desk.draft(people, urgency=urgency("flash")), at=now() - timedelta(days=20))
    desk.put_up(people)
    for access in (Access.RESERVED, Access.HIDDEN):  # in no figure, and not among the rows of one
        kept = desk.draft(people, urgency=urgency("flash"), access=access)
        desk.put_up(people, kept, at=now() - timedelta(days=20))
    found = for_period(NOVEMBER, at=now())
    assert [(row.code, row.value) for row in found] == [("dispatch_sent", 1), ("dispatch_overdue", 1)]
    assert [row.value for row in for_period(OCTOBER, at=now())] == [0, 1]
    client = Client()
    client.force_login(people.director)
    for row, paper in zip(found, (sent, late), strict=True):
        page = client.get(row.rows_url)
        assert [each.pk for each in page.context["page"].rows] == [paper.pk]
        assert page.context["chosen"] is None


@pytest.mark.parametrize("query", [{"measure": "x"}, {"measure": "sent", "from": "2026-13-01", "to": ""}])
def test_an_address_that_asks_for_nothing_shows_the_list(query: dict[str, str]) -> None:
    client = Client()
    client.force_login(factories.clerk())
    assert client.get(reverse("dispatch:list"), query).context["measure"] is None
