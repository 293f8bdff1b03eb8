"""The sweep: who joins is found, what is over is left alone; frozen at a moment, whatever the calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.core import clock
from apps.people.enums import Role
from apps.replies import jobs, services
from apps.replies.models import Collection, Reply
from tests import factories
from tests.replies import factories as make

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT_OF_A_HOLIDAY = datetime(2026, 10, 2, 2, 30, tzinfo=ZONE)
YEAR_WITHOUT_CALENDAR = datetime(2031, 3, 1, 9, 0, tzinfo=ZONE)


def join(collection, person, at):
    collection.notice.obligations.create(person=person, reason="", created_at=at, is_late_joiner=True)


@pytest.mark.parametrize("moment", [NIGHT_OF_A_HOLIDAY, YEAR_WITHOUT_CALENDAR])
def test_late_joiner_gets_a_row_whatever_the_day(college, monkeypatch, moment):
    collection = make.collecting(college.clerk, college.people[:1])
    join(collection, college.people[1], moment)
    monkeypatch.setattr("apps.replies.jobs.now", lambda: moment)
    jobs.sweep()
    jobs.sweep()
    assert [row.created_at for row in Reply.objects.order_by("pk")][1:] == [moment]


def test_unit_is_that_of_the_day_the_row_is_made(college):
    """Somebody who moved between departments is counted where the main post is on that day."""
    old, new = make.department("舊系"), make.department("新系")
    moved_on = timezone.localdate(clock.now()) - timedelta(days=3)
    person = factories.person("調動教師")
    factories.post(person, Role.STAFF, old, valid_to=moved_on - timedelta(days=1), is_main=True)
    factories.post(person, Role.STAFF, new, valid_from=moved_on)
    collection = make.collecting(college.clerk, [person])
    assert Reply.objects.get(collection=collection).unit == new


def test_closed_collections_and_drafts_are_left_alone(college):
    closed = make.collecting(college.clerk, college.people[:1], confirmed_by_units=False)
    make.handed_in(closed, college.people[0])
    services.close(collection=closed, actor=college.clerk)
    join(closed, college.people[1], clock.now())
    jobs.sweep()
    assert Reply.objects.count() == 1
    assert Collection.objects.running().count() == 0
