"""A scheduled notice that cannot go out: its sender is told once, and it stands on a dashboard until it is settled."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.clock import now
from apps.core.work_item import Section, WorkItem
from apps.delivery.models import Delivery, Message
from apps.journal.models import Entry
from apps.notices import services, work_items
from apps.notices.enums import NoticeState
from apps.notices.models import Notice
from apps.notices.series_items import series_items
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices
from tests.notices import series_factories as made
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clerk() -> Person:
    clerk = notices.ground()
    notices.staff(2)
    return clerk


def refused(clerk: Person) -> Notice:
    """Scheduled for yesterday's moment; by then everybody had left."""
    at = now()
    notice = notices.draft(clerk, publish_at=at + DAY)
    services.schedule(notice=notice, actor=clerk, at=at)
    everybody(is_active=False)
    for _sweep in range(2):
        assert services.publish_due(at + DAY) == 0
    everybody(is_active=True)
    notice.refresh_from_db()
    return notice


def everybody(*, is_active: bool) -> None:
    Person.objects.filter(posts__role="staff").update(is_active=is_active)


def items(user: Person) -> list[WorkItem]:
    found = work_items.for_user(Person.objects.get(pk=user.pk), at=now() + 2 * DAY)
    return [item for item in found if item.key.startswith("notices.refused")]


def test_it_is_a_draft_again_with_the_reason_in_its_history(clerk: Person) -> None:
    notice = refused(clerk)
    assert (notice.state, notice.is_editable) == (NoticeState.DRAFT, True)
    assert notice.refused_reason == {
        "zh-hant": "對象中沒有任何人。",
        "zh-hans": "对象中没有任何人。",
        "en": "The audience holds nobody.",
    }
    assert [entry.verb for entry in Entry.objects.about(notice).order_by("pk")] == [
        "scheduled",
        "unscheduled",
        "publish_refused",
    ]


def test_sender_is_told_once_by_portal_and_mail(clerk: Person) -> None:
    notice = refused(clerk)
    message = Message.objects.get(source=f"notices.notice:{notice.pk}")
    assert set(Delivery.objects.filter(message=message).values_list("person", "channel")) == {
        (clerk.pk, "portal"),
        (clerk.pk, "mail"),
    }
    text = message.texts.get(language="zh-hant").text
    assert "對象中沒有任何人。" in text
    assert message.target_url == f"/notices/{notice.pk}/preview/"


def test_it_stands_on_the_dashboard_until_it_is_out(clerk: Person) -> None:
    notice = refused(clerk)
    (item,) = items(clerk)
    assert (item.section, item.url) == (Section.OVERDUE, f"/notices/{notice.pk}/preview/")
    assert items(factories.clerk("乙")) == []
    page = signed_in(clerk).get(item.url).text
    assert "對象中沒有任何人。" in page

    services.publish(notice=notice, actor=clerk, at=now() + 2 * DAY)
    assert items(clerk) == []
    notice.refresh_from_db()
    assert (notice.refused_at, notice.refused_reason) == (None, {})


@pytest.mark.parametrize("how", ["planned anew", "thrown away"])
def test_other_ways_to_settle_it(clerk: Person, how: str) -> None:
    notice = refused(clerk)
    if how == "thrown away":
        services.discard_draft(notice=notice, actor=clerk)
    else:
        Notice.objects.filter(pk=notice.pk).update(publish_at=now() + 5 * DAY)
        services.schedule(notice=notice, actor=clerk)
    assert items(clerk) == []


def test_editing_alone_does_not_settle_it(clerk: Person) -> None:
    notice = refused(clerk)
    assert signed_in(clerk).get(f"/notices/{notice.pk}/edit/").status_code == 200
    assert len(items(clerk)) == 1


def test_of_a_sender_who_left_the_director_has_it(clerk: Person) -> None:
    director = factories.director()
    notice = refused(clerk)
    assert items(director) == []
    Person.objects.filter(pk=clerk.pk).update(is_active=False)
    assert [item.key for item in items(director)] == [f"notices.refused:{notice.pk}"]
    Person.objects.filter(pk=clerk.pk).update(is_active=True)
    clerk.posts.update(valid_to=now().date() - 2 * DAY)
    assert len(items(director)) == 1


def test_sender_who_left_is_told_nothing(clerk: Person) -> None:
    at = now()
    notice = notices.draft(clerk, publish_at=at + DAY)
    services.schedule(notice=notice, actor=clerk, at=at)
    Person.objects.filter(pk=clerk.pk).update(is_active=False)
    clerk.posts.update(valid_to=at.date() - 2 * DAY)
    services.publish_due(at + DAY)
    notice.refresh_from_db()
    assert notice.refused_reason["en"] == "You may not publish this notice."
    assert not Message.objects.exists()


def test_only_a_draft_is_refused_and_with_a_reason(clerk: Person) -> None:
    notice = notices.draft(clerk)
    for wrong in ({"refused_at": now()}, {"refused_at": now(), "refused_reason": {"en": "x"}, "state": "scheduled"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(**wrong)


def test_one_refused_notice_does_not_stop_the_next(clerk: Person) -> None:
    at = now()
    for rule in (notices.Rule(), notices.STAFF):
        notice = notices.draft(clerk, rule=rule, publish_at=at + DAY)
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SCHEDULED)
    assert services.publish_due(at + DAY) == 1


def test_unforeseen_fault_of_one_notice_does_not_stop_the_next(clerk: Person) -> None:
    at = now()
    broken, good = (notices.draft(clerk, publish_at=at + DAY) for _n in range(2))
    for notice in (broken, good):
        services.schedule(notice=notice, actor=clerk, at=at)
    Notice.objects.filter(pk=broken.pk).update(audience={"lines": 5})

    assert services.publish_due(at + DAY) == 1

    good.refresh_from_db(), broken.refresh_from_db()
    assert good.is_out
    assert (broken.state, broken.number) == (NoticeState.SCHEDULED, None)


def test_items_ask_the_same_for_one_and_for_three(clerk: Person) -> None:
    director, counts = factories.director(), []
    template = made.template(clerk)
    at = made.local(2026, 11, 20, 8)
    for number in (1, 2):
        for _each in range(number):
            made.series(clerk, at=at, made_from=template, waits_for_go=True, lead_days=20, month_day=7)
            refused(clerk)
        made.sweep(made.local(2026, 11, 23, 9))
        for user in (clerk, director):
            user = Person.objects.get(pk=user.pk)
            assert user.current_posts
            with CaptureQueriesContext(connection) as asked:
                series_items(user, now(), 50)
            counts.append(len(asked))
    assert counts == [4, 4, 4, 4]
