"""Reminders go by the first channel of the ladder that reaches the person, and not on the day of the first telling.
8 October 2026 is the first working day after the holidays; Saturday the 10th is worked.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.delivery.channels.words import chat_text, short_text
from apps.delivery.enums import Cause, Channel, DeliveryState
from apps.delivery.models import Delivery
from apps.delivery.services import suppress
from apps.notices import jobs, services
from apps.notices.enums import EditionKind, Escalation, RoundKind, Skipped
from apps.notices.models import Notice, Obligation, Round
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.jobs.moments import freeze
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def channels(settings) -> None:
    """WeCom, DingTalk and text messages beside mail."""
    settings.WECOM = settings.WECOM | {"corp_id": "c", "agent_id": "1", "secret": "s"}
    settings.DINGTALK = settings.DINGTALK | {"app_key": "k", "app_secret": "s", "agent_id": "1"}
    settings.SMS = settings.SMS | {"url": "https://sms.example/send", "secret": "s"}


def staff(name: str, *kinds: str, mail: bool = True) -> Person:
    made = factories.person(name, Role.STAFF, mail="" if mail else None)
    for kind in kinds:
        ContactPoint.objects.create(person=made, kind=kind, value=f"{kind}-{made.pk}", is_primary=True)
    return made


def remind(moment: datetime) -> None:
    services.plan_reminders(moment)
    services.finish_all(moment)


def reminders(person: Person) -> list[Delivery]:
    rounds = Round.objects.filter(kind=RoundKind.REMINDER).values("message")
    return list(Delivery.objects.filter(person=person, message__in=rounds).select_related("message").order_by("pk"))


def ways(person: Person) -> list[str]:
    return [row.channel for row in reminders(person)]


def published(**fields: object) -> Notice:
    values = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [-1, 1], **fields}
    return notices.published(notices.ground(), **values)


def test_each_by_the_first_channel_that_reaches_and_the_report_says_by_which(client: Client) -> None:
    chatting = staff("甲", ContactKind.WECOM, ContactKind.DINGTALK)
    dead, phoning, nobody = (
        staff("乙", ContactKind.WECOM),
        staff("丙", ContactKind.PHONE, mail=False),
        staff("丁", mail=False),
    )
    ContactPoint.objects.filter(person=dead, kind=ContactKind.MAIL).update(dead_at=at(9, 25))
    found = published()

    remind(at(10, 8))
    remind(at(10, 8, 9, 10))

    assert [ways(each) for each in (chatting, dead, phoning, nobody)] == [["wecom"], ["wecom"], ["sms"], []]
    row = found.rounds.get(kind=RoundKind.REMINDER)
    assert (row.recipient_count, row.channel, row.ways) == (4, "wecom", {"wecom": 2, "sms": 1, "none": 1})
    client.force_login(found.sender)
    Person.objects.filter(pk=found.sender_id).update(language="en")
    page = client.get(reverse("notices:report", args=[found.pk])).content.decode()
    assert "WeCom 2, text message 1, no channel that works 1" in page


def test_only_by_channels_of_the_frozen_ladder_that_work_now(settings) -> None:
    person = staff("甲", ContactKind.WECOM, ContactKind.PHONE)
    published(ladder=["wecom", "sms"])
    settings.WECOM = settings.WECOM | {"corp_id": ""}

    remind(at(10, 8))

    assert ways(person) == ["sms"]


def test_channel_that_reached_the_person_comes_first() -> None:
    reached, silent = staff("甲", ContactKind.WECOM), staff("乙", ContactKind.WECOM)
    found = published()
    services.climb(at(9, 28, 18))  # both were sent a mail too
    sent = Delivery.objects.filter(message__in=found.rounds.values("message"), channel=Channel.MAIL)
    assert sent.filter(person=reached).update(state=DeliveryState.DELIVERED) == 1

    remind(at(10, 8))

    assert [ways(reached), ways(silent)] == [["mail"], ["wecom"]]


def test_address_that_rests_gives_way_by_the_next_reminder() -> None:
    person = staff("甲", ContactKind.PHONE)
    published()
    remind(at(10, 8))
    suppress(address=person.email, cause=Cause.FULL, until=at(10, 12), at=at(10, 8, 12))

    remind(at(10, 10))

    assert ways(person) == ["mail", "sms"]


def test_one_message_for_several_goes_by_all_their_channels_those_of_the_most_urgent_first() -> None:
    phoning, both = staff("甲", ContactKind.PHONE, mail=False), staff("乙", ContactKind.PHONE)
    late, soon = published(ladder=["mail"], acknowledge_by=at(10, 9, 18)), published(ladder=["sms"])

    remind(at(10, 8))

    assert [ways(phoning), ways(both)] == [["sms"], ["sms"]]
    found = [each.rounds.get(kind=RoundKind.REMINDER) for each in (late, soon)]
    assert found[0].message == found[1].message
    assert [row.ways for row in found] == [{"sms": 2}] * 2


@pytest.mark.parametrize("alone", [True, False])
def test_by_hand_too(alone: bool) -> None:
    person = staff("甲", ContactKind.WECOM, mail=False)
    found = published()
    line = notices.of(found, person)
    if alone:
        services.remind_person(obligation=line, actor=found.sender, at=at(9, 28))
    else:
        services.remind_open(notice=found, actor=found.sender, at=at(9, 28))
    services.finish_all(at(9, 28))

    assert ways(person) == ["wecom"]


def test_words_differ_each_round_by_chat_and_by_text_message() -> None:
    person = staff("甲", ContactKind.DINGTALK, ContactKind.PHONE)
    published()
    remind(at(10, 8))
    remind(at(10, 10))

    rows = reminders(person)
    assert [row.channel for row in rows] == ["dingtalk"] * 2
    words = [row.message.texts.get(language="zh-hant") for row in rows]
    chats = [chat_text(row, each, most_bytes=500) for row, each in zip(rows, words, strict=True)]
    assert [chat.splitlines()[-1] for chat in chats] == ["第 2 則，2026-10-08", "第 3 則，2026-10-10"]
    texts = [short_text(row, each, most=70) for row, each in zip(rows, words, strict=True)]
    assert len({*chats, *texts}) == 4
    assert all(len(text) <= 70 for text in texts)
    assert len({each.digest for each in words}) == 2


class TestFirstDay:
    def test_who_joins_that_day_is_reminded_on_the_next_working_day(self) -> None:
        staff("甲")
        found = published(joins_until=at(10, 12).date())
        late = staff("乙")
        services.add_late_joiners(at(10, 8, 8))

        remind(at(10, 8))
        assert ways(late) == []
        assert found.rounds.filter(kind=RoundKind.REMINDER).get().recipient_count == 1

        remind(at(10, 9))
        remind(at(10, 9, 9, 10))
        assert ways(late) == ["mail"]
        assert notices.of(found, late).reminders == 1

    def test_who_joined_in_the_holidays_was_told_on_the_first_working_day(self) -> None:
        staff("甲")
        published(joins_until=at(10, 12).date())
        late = staff("乙")
        services.add_late_joiners(at(10, 7, 12))

        remind(at(10, 8))
        assert ways(late) == []
        remind(at(10, 9))
        assert ways(late) == ["mail"]

    def test_who_joined_on_a_day_before_is_reminded(self) -> None:
        staff("甲")
        published(joins_until=at(10, 12).date())
        late = staff("乙")
        services.add_late_joiners(at(9, 30, 12))

        remind(at(10, 8))

        assert ways(late) == ["mail"]

    def test_whom_the_next_rung_reached_first_that_day_waits(self) -> None:
        """The chat came to nothing; the mail of the morning is the first word of it."""
        person, other = staff("甲", ContactKind.WECOM), staff("乙", ContactKind.WECOM)
        found = published()
        first = Delivery.objects.filter(message=found.message, channel=Channel.WECOM)
        first.filter(person=person).update(state=DeliveryState.BOUNCED_HARD)
        first.filter(person=other).update(state=DeliveryState.HANDED_OFF, handed_off_at=at(9, 24))
        Obligation.objects.update(rung_at=at(10, 8, 8))
        services.climb(at(10, 8, 8))

        remind(at(10, 8))
        assert [ways(person), ways(other)] == [[], ["wecom"]]

        remind(at(10, 9))
        assert [ways(person), ways(other)] == [["wecom"], ["wecom"]]

    def test_what_left_that_day_though_planned_before_counts_for_that_day(self) -> None:
        person = staff("甲")
        found = published()
        assert Delivery.objects.update(state="handed_off", handed_off_at=at(10, 8, 8)) == 1

        remind(at(10, 8))

        assert ways(person) == []
        assert found.reminder_steps.get(days=-1, part=0).skipped == Skipped.FRESH
        assert found.reminder_steps.get(days=-1, part=1).due_at == at(10, 9)

    def test_whom_nothing_reached_is_no_newcomer(self) -> None:
        """Else the rest of the step would be put off for ever."""
        staff("甲", mail=False)
        found = published()

        remind(at(10, 8))

        assert found.reminder_steps.get(days=-1).people == 1
        assert not found.reminder_steps.filter(part=1).exists()

    def test_replaced_words_are_told_that_day_corrected_ones_were_told_before(self) -> None:
        person = staff("甲")
        for kind, expected in ((EditionKind.REPLACEMENT, []), (EditionKind.CORRECTION, ["mail"])):
            found = published()
            left = Delivery.objects.filter(message__in=found.rounds.values("message"))
            assert left.update(state="handed_off", handed_off_at=at(9, 24)) == 1
            words = {"title": {"en": "N"}, "body": {"en": "<p>N</p>"}, "note": "all", "version": found.version}
            services.change(notice=found, actor=found.sender, kind=kind, at=at(10, 8, 8), **words)
            services.finish_all(at(10, 8, 8))
            remind(at(10, 8))
            assert ways(person) == expected
            services.recall(notice=found, actor=found.sender, reason="x", at=at(10, 8, 9, 5))
            services.finish_all(at(10, 8, 9, 5))

    def test_one_newcomer_a_day_does_not_put_off_the_raising_of_the_others(self) -> None:
        """The rest of a step is for those who were there; who joins later is raised with all in the end."""
        staff("甲")
        found = published(joins_until=at(10, 20).date(), reminder_days=[1])
        for day in (10, 12, 13):
            staff(f"新{day}")
            services.add_late_joiners(at(10, day, 8))
            remind(at(10, day))
        assert found.reminder_steps.filter(done_at=None).count() == 0

        services.escalate(at(10, 14, 10))

        assert set(found.obligations.values_list("escalation", flat=True)) == {Escalation.DIRECTOR}

    def test_rest_of_a_step_gives_way_to_one_for_everybody(self) -> None:
        """Both fall due at once: all are reminded, not only whom the earlier one left out."""
        old = staff("甲")
        found = published(joins_until=at(10, 12).date(), reminder_days=[-1, 0])
        late = staff("乙")
        services.add_late_joiners(at(10, 8, 8))

        remind(at(10, 8))
        remind(at(10, 9))

        assert [ways(old), ways(late)] == [["mail"] * 2, ["mail"]]
        assert found.reminder_steps.get(days=-1, part=1).skipped == Skipped.MISSED


def test_job_over_the_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing from the 1st to the 7th; the 8th, and Saturday the 10th, are worked. Asked each half an hour."""
    person = staff("甲", ContactKind.WECOM, mail=False)
    published(at=at(9, 30), reminder_days=[-1, 0, 1])
    moment, sent = at(9, 30, 18), []
    while moment < at(10, 12):
        freeze(monkeypatch, moment)
        jobs.plan_reminders()
        services.finish_all(moment)
        if len(reminders(person)) > len(sent):
            sent.append(moment)
        moment += timedelta(minutes=30)

    assert sent == [at(10, 8), at(10, 9), at(10, 10)]
    assert {row.channel for row in reminders(person)} == {"wecom"}


@pytest.mark.parametrize("count", [1, 30])
def test_same_statements_for_one_and_thirty_people(count: int) -> None:
    for place in range(count):
        staff(f"甲{place}", *([ContactKind.WECOM] if place % 2 else []))
    published()
    published()
    with CaptureQueriesContext(connection) as found:
        remind(at(10, 8))
    assert len(found) == STATEMENTS


STATEMENTS = 75
