"""Urgent, channels and chat groups: chosen in the form, checked before sending, told afterwards."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.models import GroupRobot
from apps.notices import ladder_pages, preview, services
from apps.notices.enums import RoundKind
from apps.notices.models import Notice
from apps.people.enums import ContactKind, Role
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_composing import create
from tests.notices.test_ladder import at, channels, staff
from tests.notices.test_views import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("channels")]
__all__ = ["channels"]


@pytest.fixture
def clerk_client() -> Client:
    return signed_in(notices.ground())


def robot(name: str = "全院群", **fields: object) -> GroupRobot:
    return GroupRobot.objects.create(name=name, kind="wecom", sealed_token="sealed", **fields)


class TestForm:
    def test_channels_and_groups_are_kept(self, clerk_client: Client) -> None:
        group = robot()

        create(clerk_client, ladder=["mail", "sms"], robots=[group.pk])

        made = Notice.objects.get()
        assert (made.ladder, made.robots, made.is_urgent) == (["mail", "sms"], [group.pk], False)

    def test_all_channels_means_the_usual_ones(self, clerk_client: Client) -> None:
        create(clerk_client, ladder=["wecom", "mail", "sms"])

        assert Notice.objects.get().ladder == []

    def test_urgent_needs_a_reason(self, clerk_client: Client) -> None:
        assert create(clerk_client, is_urgent="on", urgent_reason=" ").status_code == 422
        create(clerk_client, is_urgent="on", urgent_reason="颱風停課")

        made = Notice.objects.get()
        assert (made.is_urgent, made.urgent_reason) == (True, "颱風停課")

    def test_unit_secretary_is_not_offered_urgent_nor_groups_of_others(self) -> None:
        notices.ground()
        unit = factories.unit("甲系")
        robot(), robot("乙系群", unit=factories.unit("乙系"))
        own = robot("甲系群", unit=unit)
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=unit)

        page = signed_in(secretary).get(reverse("notices:create"))

        assert "is_urgent" not in page.context["form"].fields
        assert [key for key, _name in page.context["form"].fields["robots"].choices] == [own.pk]


def test_check_page_counts_by_first_channel_and_adds_up(clerk_client: Client) -> None:
    staff("甲", ContactKind.WECOM), staff("乙"), staff("丙", ContactKind.PHONE, mail=False), staff("丁", mail=False)
    create(clerk_client)
    made = Notice.objects.get()

    page = clerk_client.get(reverse("notices:preview", args=[made.pk]))

    assert [way.count for way in page.context["ways"]] == [1, 1, 1, 1]
    assert page.context["without_way"] == 1
    assert page.context["counts"].left == 4


def test_counts_by_first_channel_are_one_query() -> None:
    staff("甲", ContactKind.WECOM)

    with CaptureQueriesContext(connection) as queries:
        preview.first_ways(notices.STAFF, [("wecom", "dingtalk"), ("mail",)], now().date(), at=now())

    assert len(queries) == 1


def test_posts_to_groups_are_shown_and_say_nothing_about_people(clerk_client: Client) -> None:
    group = robot()
    person = staff("甲", ContactKind.WECOM)
    clerk = factories.clerk()
    notice = notices.published(clerk, at=at(11, 16), robots=[group.pk])
    services.finish_all(at(11, 16))

    page = clerk_client.get(reverse("notices:report", args=[notice.pk])).content.decode()

    (post,) = ladder_pages.posts(notice)
    assert post.group == "全院群"
    assert post.delivery.person_id is None
    assert "全院群" in page
    assert "群組貼文不能證明任何人已知悉" in page
    assert notices.of(notice, person).state == "open"


def test_report_and_person_tell_rungs_and_what_comes_next(clerk_client: Client) -> None:
    person = staff("甲", ContactKind.WECOM, ContactKind.PHONE)
    notice = notices.published(factories.clerk())
    line = notices.of(notice, person)
    services.climb(line.rung_at)
    row = notice.rounds.get(kind=RoundKind.LADDER)

    report = clerk_client.get(reverse("notices:report", args=[notice.pk])).content.decode()
    page = clerk_client.get(reverse("notices:person", args=[notice.pk, person.pk])).content.decode()

    assert row.channel == "mail"
    assert "改用郵件" in report
    assert "仍無送達證據時：手機簡訊" in page


def test_nothing_comes_next_for_who_is_done() -> None:
    clerk = notices.ground()
    person = staff("甲", ContactKind.WECOM)
    notice = notices.published(clerk)
    services.acknowledge(obligation=notices.of(notice, person), actor=person, session_key="k")

    assert ladder_pages.next_step(notices.of(notice, person)) == ""
