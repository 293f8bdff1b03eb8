"""Messages whose row is gone are planned again for who should have them, and for nobody else."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.delivery.models import Delivery
from apps.notices import services
from apps.notices.enums import EditionKind, MissingKind, RoundKind
from apps.notices.models import MissingRow, Notice, Round
from apps.notices.services import completeness
from apps.people.models import Person
from tests.notices import factories as notices
from tests.notices.test_joint_reminders import remind, settle, three
from tests.notices.test_ladder import channels, give, sent, staff

__all__ = ["channels"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("channels")]
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def on_second_rung(*people: Person) -> tuple[Notice, Round]:
    """A notice by WeCom, then mail; nothing came back from WeCom, so all were sent a mail."""
    notice = notices.published(notices.ground(), at=at(9, 21))
    assert services.climb(at(9, 23)) == len(people)
    return notice, notice.rounds.get(kind=RoundKind.LADDER, channel="mail")


def lose(row: Round, *people: Person) -> None:
    Delivery.objects.filter(message=row.message_id, person__in=people).delete()


def kept() -> list[tuple[str, str, bool]]:
    rows = MissingRow.objects.order_by("pk").select_related("person")
    return [(row.kind, row.person.name, row.put_back_at is not None) for row in rows]


def test_rung_of_the_ladder_is_put_back() -> None:
    one, other = staff("甲", "wecom"), staff("乙", "wecom")
    notice, row = on_second_rung(one, other)
    lose(row, one)

    assert services.find_missing(at(9, 23, 10))["deliveries"] == 1

    assert sent(notice, one) == ["wecom", "mail"] == sent(notice, other)
    assert kept() == [(MissingKind.LADDER, "甲", True)]
    assert services.find_missing(at(9, 23, 11))["deliveries"] == 0


def test_time_of_the_rung_begins_anew_for_who_was_put_back() -> None:
    one = staff("甲", "wecom", "phone")
    notice, row = on_second_rung(one)
    lose(row, one)
    later = at(9, 24, 9)

    services.find_missing(later)
    services.climb(later + timedelta(minutes=1))

    line = notices.of(notice, one)
    assert (line.rung, line.rung_at > later) == (2, True)


@pytest.mark.parametrize("done", ["opened", "acknowledged", "excused"])
def test_who_owes_nothing_or_knows_is_left_alone(done: str) -> None:
    one = staff("甲", "wecom")
    notice, row = on_second_rung(one)
    lose(row, one)
    line = notices.of(notice, one)
    if done == "opened":
        services.open_notice(obligation=line, actor=one, session_key="k", at=at(9, 23, 9, 5))
    elif done == "acknowledged":
        services.acknowledge(obligation=line, actor=one, session_key="k", at=at(9, 23, 9, 5))
    else:
        services.excuse(obligation=line, actor=notice.sender, reason="病假", at=at(9, 23, 9, 5))

    services.find_missing(at(9, 23, 10))

    assert sent(notice, one) == ["wecom"]
    assert kept() == []


def test_who_climbed_past_without_an_address_is_not_sent_the_lower_rung_later() -> None:
    """Else an address that comes late would bring old messages."""
    one, without = staff("甲", "wecom"), staff("乙")
    notice = notices.published(notices.ground(), at=at(9, 21))
    services.climb(at(9, 21, 9, 1))
    assert sent(notice, without) == ["mail"]
    give(without, "wecom")
    first = notice.rounds.get(number=1)
    Round.objects.filter(pk=first.pk).update(kind=RoundKind.LADDER, recipient_count=1)

    services.find_missing(at(9, 21, 10))

    assert sent(notice, without) == ["mail"]
    assert sent(notice, one) == ["wecom"]


def test_who_climbed_past_and_lost_the_row_gets_it_back_when_the_round_is_short() -> None:
    one, other = staff("甲", "wecom", "phone"), staff("乙", "wecom", "phone")
    notice, row = on_second_rung(one, other)
    services.climb(at(9, 25))
    assert sent(notice, one) == ["wecom", "mail", "sms"]
    lose(row, one)

    assert services.find_missing(at(9, 25, 10))["deliveries"] == 1

    assert sorted(sent(notice, one)) == ["mail", "sms", "wecom"]


def test_channel_that_was_switched_off_is_not_planned(settings) -> None:
    one = staff("甲", "wecom", "phone")
    notice, _row = on_second_rung(one)
    services.climb(at(9, 25))
    sms = notice.rounds.get(kind=RoundKind.LADDER, channel="sms")
    lose(sms, one)
    settings.SMS = settings.SMS | {"url": "", "secret": ""}

    assert services.find_missing(at(9, 25, 10))["deliveries"] == 0


def test_who_has_left_the_college_is_sent_nothing() -> None:
    one = staff("甲", "wecom")
    _notice, row = on_second_rung(one)
    lose(row, one)
    Person.objects.filter(pk=one.pk).update(is_active=False)

    assert services.find_missing(at(9, 23, 10))["deliveries"] == 0


def test_first_rung_of_either_chat_is_put_back() -> None:
    """The round names one of its channels; who is reached by the other lost a row all the same."""
    one = staff("甲", "wecom")
    notice = notices.published(notices.ground(), at=at(9, 21))
    lose(notice.rounds.get(number=1), one)

    assert services.find_missing(at(9, 21, 10))["deliveries"] == 1
    assert sent(notice, one) == ["wecom"]


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_all_rungs_lost_at_random(seed: int) -> None:
    people = [staff(f"人{place}", "wecom", "phone") for place in range(6)]
    notice, _row = on_second_rung(*people)
    services.climb(at(9, 25))
    rows = list(Delivery.objects.filter(message__in=notice.rounds.values("message")).values_list("pk", flat=True))
    lost = Random(seed).sample(rows, 8)
    Delivery.objects.filter(pk__in=lost).delete()

    services.find_missing(at(9, 25, 10))

    assert all(sorted(sent(notice, person)) == ["mail", "sms", "wecom"] for person in people)
    assert MissingRow.objects.put_back().count() == 8 == MissingRow.objects.count()


def test_who_was_told_of_a_change_is_not_sent_the_new_words_as_well() -> None:
    one = staff("甲")
    notice = notices.published(notices.ground(), at=at(9, 21))
    Delivery.objects.filter(person=one).update(state="handed_off", handed_off_at=at(9, 21, 10))
    words = {"title": {"zh-hant": "新"}, "body": {"zh-hant": "<p>新</p>"}}
    kind = EditionKind.REPLACEMENT
    fresh = Notice.objects.get(pk=notice.pk)
    services.change(
        notice=fresh, actor=notice.sender, kind=kind, version=fresh.version, note="改", at=at(9, 21, 11), **words
    )
    services.finish_all(at(9, 21, 11))
    before = len(sent(notice, one))

    assert services.find_missing(at(9, 21, 12))["deliveries"] == 0
    assert len(sent(notice, one)) == before


def test_joint_reminders_are_compared_by_whom_they_were_for() -> None:
    """Two messages remind of one notice on a day; who got the one is not missing from the other."""
    first, second, third = three()
    a, b = [line.person for line in first.obligations.order_by("pk")]
    settle(first, b, at(9, 25))
    remind(at(10, 8, 10))
    before = Delivery.objects.count()

    assert services.find_missing(at(10, 8, 11))["deliveries"] == 0

    reminder = second.rounds.filter(kind=RoundKind.REMINDER).order_by("pk")
    Delivery.objects.filter(message__in=reminder.values("message"), person=b).delete()
    assert services.find_missing(at(10, 8, 12))["deliveries"] == 1
    assert Delivery.objects.count() == before
    assert third.obligations.owed().count() == 2
    assert a != b


def test_what_is_left_ends_by_itself_when_nothing_is_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = staff("甲", "wecom"), staff("乙", "wecom")
    notice, row = on_second_rung(one, other)
    lose(row, one, other)
    with monkeypatch.context() as broken:
        broken.setattr("apps.notices.services.missing_messages.plan", lambda **_rest: None)
        assert services.find_missing(at(9, 23, 10))["left"] == 2
    services.acknowledge(obligation=notices.of(notice, one), actor=one, session_key="k", at=at(9, 23, 10, 5))

    services.find_missing(at(9, 23, 10, 10))

    assert MissingRow.objects.get(person=one).settled_at == at(9, 23, 10, 10)
    assert MissingRow.objects.get(person=other).put_back_at == at(9, 23, 10, 10)


def test_person_without_rung_is_put_on_the_ladder() -> None:
    one = staff("甲", "wecom")
    notice = notices.published(notices.ground(), at=at(9, 21))
    notice.obligations.update(rung=0, rung_at=None)

    services.find_missing(at(9, 21, 10))

    assert notices.of(notice, one).rung == 1


def test_queries_do_not_grow_with_people() -> None:
    counts = []
    clerk = notices.ground()
    for number in (1, 3):
        for place in range(number):
            staff(f"人{number}{place}", "wecom")
        notice = notices.published(clerk)
        services.find_missing(at(12, 1))
        Delivery.objects.filter(message=notice.message).delete()
        completeness.Completeness.objects.update(last_id=notice.pk - 1)
        with CaptureQueriesContext(connection) as asked:
            assert services.find_missing(at(12, 1, 10))["deliveries"]
        counts.append(len(asked))
    assert counts[0] == counts[1]
