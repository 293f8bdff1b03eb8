"""Who joins later gets the notice until the day that was set: once, with a mail, and not a day longer."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.notices import services
from apps.notices.audience import Line, Rule
from apps.notices.models import Notice, Obligation
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    clerk = notices.ground()
    notices.staff(2)
    return notices.published(clerk, joins_until=timezone.localdate(now() + timedelta(days=3)))


def join() -> Person:
    return factories.person("新教師", "staff")


def test_late_joiner_gets_line_reason_and_mail_once(notice: Notice) -> None:
    person = join()

    assert [services.add_late_joiners(now()) for _run in range(3)] == [1, 0, 0]

    line = notices.of(notice, person)
    notice.refresh_from_db()
    assert (line.is_late_joiner, line.is_open, line.reason) == (True, True, "post::staff")
    assert notice.recipient_count == 3
    assert Delivery.objects.filter(message=notice.message, person=person, channel="mail").count() == 1
    mails = Delivery.objects.filter(message=notice.message).values("person").annotate(count=Count("pk"))
    assert {row["count"] for row in mails} == {1}


def test_run_that_died_before_the_mail_is_made_good(notice: Notice) -> None:
    person = join()
    services.add_late_joiners(now())
    Delivery.objects.filter(person=person).delete()
    Obligation.objects.filter(person=person).update(rung=0, rung_at=None)

    services.add_late_joiners(now())

    assert Delivery.objects.filter(message=notice.message, person=person).count() == 1


@pytest.mark.parametrize("change", [{"joins_until": None}, {"state": "expired"}])
def test_notice_that_takes_nobody_in(notice: Notice, change: dict[str, object]) -> None:
    Notice.objects.filter(pk=notice.pk).update(**change)
    join()
    assert services.add_late_joiners(now()) == 0


def test_last_day_counts_and_the_next_does_not(notice: Notice) -> None:
    join()
    assert services.add_late_joiners(now() + timedelta(days=4)) == 0
    assert services.add_late_joiners(now() + timedelta(days=3)) == 1


def test_who_joins_after_a_change_gets_the_new_words_alone(notice: Notice) -> None:
    words = {"title": {"zh-hant": "新"}, "body": {"zh-hant": "<p>新內容</p>"}, "note": "改"}
    services.change(notice=notice, actor=notice.sender, kind="replacement", version=notice.version, **words)
    services.finish_all(now())
    notice.refresh_from_db()
    person = join()

    for _run in range(2):
        services.add_late_joiners(now())

    assert [row.message_id for row in Delivery.objects.filter(person=person)] == [notice.message_id]


def test_late_joiner_whom_an_exception_leaves_out_does_not_get_it() -> None:
    clerk = notices.ground()
    department = factories.unit("系")
    notices.staff(1)
    rule = Rule((Line(roles=(Role.STAFF,)),), but_lines=(Line(department.pk),))
    notice = notices.published(clerk, rule=rule, joins_until=(now() + timedelta(days=3)).date())
    factories.person("不收者", Role.STAFF, at=department)
    person = join()

    assert services.add_late_joiners(now()) == 1
    assert notices.of(notice, person).is_late_joiner
