"""Whoever was told the old words by any channel of any rung hears of the change, by a channel that reaches."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.delivery.enums import Channel, DeliveryState
from apps.delivery.models import Delivery, GroupRobot
from apps.notices import ladder_pages, services
from apps.notices.enums import EditionKind, RoundKind
from apps.notices.models import Notice, Obligation, Round
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
KINDS = (EditionKind.CORRECTION, EditionKind.REPLACEMENT, RoundKind.RECALL)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """In November 2026; the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def channels(settings) -> None:
    settings.WECOM = settings.WECOM | {"corp_id": "c", "agent_id": "1", "secret": "s"}
    settings.SMS = settings.SMS | {"url": "https://sms.example/send", "secret": "s"}


def staff(name: str, *kinds: str, mail: bool = True) -> Person:
    made = factories.person(name, Role.STAFF, mail="" if mail else None)
    for kind in kinds:
        ContactPoint.objects.create(person=made, kind=kind, value=f"{kind}-{made.pk}", is_primary=True)
    return made


def published(**fields: object) -> Notice:
    return notices.published(notices.ground(), at=at(16), **fields)


def leave(notice: Notice, **which: object) -> None:
    """What was planned of it left."""
    rows = Delivery.objects.filter(message__in=notice.rounds.values("message"), **which)
    assert rows.update(state=DeliveryState.HANDED_OFF, handed_off_at=at(16, 10)) > 0


def act(notice: Notice, kind: str, moment: datetime) -> None:
    notice.refresh_from_db()
    if kind == RoundKind.RECALL:
        services.recall(notice=notice, actor=notice.sender, reason="wrong", at=moment)
    else:
        words = {"title": {"en": "New"}, "body": {"en": f"<p>{moment}</p>"}, "note": "all", "version": notice.version}
        services.change(notice=notice, actor=notice.sender, kind=EditionKind(kind), at=moment, **words)
    services.finish_all(moment)
    notice.refresh_from_db()


def word(notice: Notice) -> Round:
    return notice.rounds.filter(kind__in=[RoundKind.CHANGE, RoundKind.RECALL]).order_by("-number")[0]


def told(notice: Notice) -> dict[str, str]:
    """Who hears of the newest change, and by which channel."""
    rows = Delivery.objects.filter(message=word(notice).message, person__isnull=False)
    return dict(rows.values_list("person__name", "channel"))


def new_words(notice: Notice) -> set[str]:
    """To whom the new words alone go by the first rung."""
    return set(Delivery.objects.filter(message=notice.message).values_list("person__name", flat=True))


@pytest.mark.parametrize("kind", KINDS)
def test_who_was_told_by_a_later_rung_hears_by_the_channel_that_reaches(kind: str) -> None:
    staff("聊", ContactKind.WECOM), staff("信"), staff("話", ContactKind.PHONE, mail=False)
    notice = published()
    leave(notice)

    act(notice, kind, at(16, 11))

    assert told(notice) == {"聊": "wecom", "信": "mail", "話": "sms"}
    assert word(notice).ways == {"wecom": 1, "mail": 1, "sms": 1}
    assert word(notice).recipient_count == 3
    if kind != RoundKind.RECALL:
        assert new_words(notice) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_who_acknowledged_and_has_only_a_phone_hears_too(kind: str) -> None:
    person = staff("話", ContactKind.PHONE, mail=False)
    notice = published()
    services.acknowledge(obligation=notices.of(notice, person), actor=person, session_key="k", at=at(16, 10))

    act(notice, kind, at(16, 11))

    assert told(notice) == {"話": "sms"}


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.UNCERTAIN])
def test_what_may_have_left_counts_as_told(state: str) -> None:
    staff("信")
    notice = published()
    Delivery.objects.filter(channel=Channel.MAIL).update(state=state)

    act(notice, EditionKind.CORRECTION, at(16, 11))

    assert told(notice) == {"信": "mail"}
    assert new_words(notice) == set()


def test_who_was_told_by_phone_hears() -> None:
    person = staff("信")
    notice = published()
    line = notices.of(notice, person)
    services.record_told(obligation=line, actor=notice.sender, note="by phone", at=at(16, 10))

    act(notice, RoundKind.RECALL, at(16, 11))

    assert told(notice) == {"信": "mail"}


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.BOUNCED_HARD])
def test_to_whom_nothing_came_gets_the_new_words_alone(state: str) -> None:
    """A server that refused the mail at once took nothing."""
    staff("聊", ContactKind.WECOM)
    notice = published()
    Delivery.objects.update(state=state)

    act(notice, EditionKind.CORRECTION, at(16, 11))

    assert told(notice) == {}
    assert new_words(notice) == {"聊"}


def test_channel_that_reached_the_person_comes_first() -> None:
    staff("聊", ContactKind.WECOM)
    notice = published()
    services.climb(at(17, 9))
    leave(notice)
    Delivery.objects.filter(channel=Channel.MAIL).update(state=DeliveryState.DELIVERED)

    act(notice, EditionKind.CORRECTION, at(17, 10))

    assert told(notice) == {"聊": "mail"}


def test_address_that_died_since_gives_way_and_whom_nothing_reaches_is_counted() -> None:
    person, lost = staff("聊", ContactKind.WECOM), staff("失", ContactKind.WECOM, mail=False)
    notice = published()
    leave(notice)
    ContactPoint.objects.filter(kind=ContactKind.WECOM).update(dead_at=at(16, 10))

    act(notice, RoundKind.RECALL, at(16, 11))

    assert told(notice) == {person.name: "mail"}
    assert (word(notice).ways, word(notice).recipient_count) == ({"mail": 1, "none": 1}, 2)
    assert not Delivery.objects.filter(person=lost, message=word(notice).message).exists()


def test_second_change_is_told_to_who_heard_of_the_first() -> None:
    staff("話", ContactKind.PHONE, mail=False)
    notice = published()
    leave(notice)
    act(notice, EditionKind.CORRECTION, at(16, 11))
    Delivery.objects.filter(message=word(notice).message).update(state="handed_off", handed_off_at=at(16, 12))

    act(notice, EditionKind.CORRECTION, at(16, 13))

    assert told(notice) == {"話": "sms"}
    assert notice.edition == 3


def test_who_hears_by_a_later_rung_still_climbs_when_nothing_comes_back() -> None:
    person = staff("話", ContactKind.PHONE)
    notice = published()
    leave(notice)
    ContactPoint.objects.filter(person=person, kind=ContactKind.MAIL).update(dead_at=at(16, 10))

    act(notice, EditionKind.REPLACEMENT, at(16, 11))
    assert told(notice) == {"話": "sms"}
    line = Obligation.objects.get()
    assert (line.rung, line.rung_at.astimezone(ZONE), line.state) == (1, at(17, 11), "open")

    services.climb(at(17, 11))
    services.climb(at(18, 11))
    line.refresh_from_db()
    assert line.rung == 100


def test_again_tells_nobody_twice() -> None:
    staff("聊", ContactKind.WECOM)
    notice = published()
    leave(notice)
    act(notice, EditionKind.CORRECTION, at(16, 11))
    Round.objects.filter(pk=word(notice).pk).update(is_complete=False)
    ContactPoint.objects.filter(kind=ContactKind.WECOM).update(dead_at=at(16, 11))

    services.finish_all(at(16, 11, 5))

    assert told(notice) == {"聊": "wecom"}
    assert Delivery.objects.filter(message=word(notice).message).count() == 1


class TestGroups:
    def robots(self, count: int) -> list[GroupRobot]:
        return [GroupRobot.objects.create(name=f"群{n}", kind="wecom", sealed_token="x") for n in range(count)]

    def posts(self, row: Round) -> list[str]:
        found = Delivery.objects.filter(message=row.message, channel=Channel.ROBOT)
        return list(found.order_by("address").values_list("address", flat=True))

    @pytest.mark.parametrize("kind", KINDS)
    def test_where_the_old_words_stand_the_change_is_posted(self, kind: str) -> None:
        staff("信")
        posted, waiting = self.robots(2)
        notice = published(robots=[posted.pk, waiting.pk])
        leave(notice, address=posted.address)

        act(notice, kind, at(16, 11))

        assert self.posts(word(notice)) == [posted.address]
        shown = [(post.group, post.what) for post in ladder_pages.posts(notice)]
        assert ("群0", str(word(notice).get_kind_display())) in shown
        old = Delivery.objects.get(message=notice.editions.get(number=1).message, address=waiting.address)
        assert old.state == DeliveryState.CANCELLED
        if kind != RoundKind.RECALL:
            first = notice.rounds.filter(kind=RoundKind.FIRST).latest("number")
            assert self.posts(first) == [waiting.address]

    def test_reminder_is_posted_nowhere(self) -> None:
        staff("信")
        (robot,) = self.robots(1)
        notice = published(robots=[robot.pk])
        services.remind_open(notice=notice, actor=notice.sender, at=at(18))
        services.finish_all(at(18))

        assert self.posts(notice.rounds.get(kind=RoundKind.REMINDER)) == []


@pytest.mark.parametrize("count", [1, 30])
def test_same_statements_for_one_and_thirty_people(count: int) -> None:
    for place in range(count):
        staff(f"甲{place}", *([ContactKind.WECOM] if place % 2 else []))
    notice = published()
    leave(notice)
    with CaptureQueriesContext(connection) as found:
        act(notice, EditionKind.CORRECTION, at(16, 11))
    assert len(told(notice)) == count
    assert len(found) == STATEMENTS


STATEMENTS = 122
