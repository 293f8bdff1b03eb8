"""Channel after channel, by working time. National Day 2026: 1-7 October off, Saturday 10 October is worked instead."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.calendar import WorkingTime
from apps.delivery.enums import Channel, Queue
from apps.delivery.models import Delivery
from apps.delivery.services import record_evidence
from apps.journal.models import Entry
from apps.notices import ladder, phone_list, projection, services
from apps.notices.audience import Line, Rule
from apps.notices.enums import EditionKind, RoundKind
from apps.notices.models import Notice, Obligation
from apps.notices.models.obligation import PHONE
from apps.notices.services import ladder as climbing
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
HOURS = ((time(8), time(12)), (time(13, 30), time(17)))
WEEK = dict.fromkeys(range(5), HOURS)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def channels(settings) -> None:
    """WeCom and text messages beside mail."""
    settings.WECOM = settings.WECOM | {"corp_id": "c", "agent_id": "1", "secret": "s"}
    settings.SMS = settings.SMS | {"url": "https://sms.example/send", "secret": "s"}


def give(person: Person, kind: str, value: str = "") -> Person:
    ContactPoint.objects.create(person=person, kind=kind, value=value or f"{kind}-{person.pk}", is_primary=True)
    return person


def staff(name: str, *kinds: str, mail: bool = True) -> Person:
    made = factories.person(name, Role.STAFF, mail="" if mail else None)
    for kind in kinds:
        give(made, kind)
    return made


def line_of(notice: Notice, person: Person) -> tuple[int, datetime | None, str]:
    line = notices.of(notice, person)
    return line.rung, line.rung_at and line.rung_at.astimezone(ZONE), line.state


def sent(notice: Notice, person: Person) -> list[str]:
    rows = Delivery.objects.filter(message__in=notice.rounds.values("message"), person=person)
    return list(rows.order_by("pk").values_list("channel", flat=True))


def said(notice: Notice, person: Person, kind: str, channel: str, moment: datetime) -> None:
    """The outbox notes what became of the person's message by this channel."""
    row = Delivery.objects.filter(message__in=notice.rounds.values("message"), person=person, channel=channel).get()
    record_evidence(
        message=row.message,
        person=person,
        delivery=row,
        kind=kind,
        happened_at=moment,
        source_event=f"test:{row.pk}:{kind}",
    )
    projection.refresh(moment)


class TestRungs:
    def test_mail_alone_is_one_rung(self) -> None:
        assert ladder.rungs(Notice()) == [(Channel.MAIL,)]

    @pytest.mark.usefixtures("channels")
    def test_usual_order_and_the_chats_together(self, settings) -> None:
        settings.DINGTALK = settings.DINGTALK | {"app_key": "k", "app_secret": "s", "agent_id": "1"}

        chats = (Channel.WECOM, Channel.DINGTALK)
        assert ladder.rungs(Notice()) == [chats, (Channel.MAIL,), (Channel.SMS,)]

    @pytest.mark.usefixtures("channels")
    def test_own_channels_stand_in_usual_order(self) -> None:
        assert ladder.rungs(Notice(ladder=["sms", "mail"])) == [(Channel.MAIL,), (Channel.SMS,)]

    def test_own_channels_without_an_account_give_the_usual_ones(self) -> None:
        assert ladder.rungs(Notice(ladder=["sms"])) == [(Channel.MAIL,)]

    def test_channel_switched_off_since_keeps_its_rung_empty(self) -> None:
        out = Notice(ladder=["wecom", "mail"], published_at=at(11, 16))

        steps = ladder.rungs(out)

        assert [ladder.rung_of(steps, number) for number in (1, 2, 3)] == [(), (Channel.MAIL,), ()]


class TestWaiting:
    office = WorkingTime(ZONE, WEEK, {datetime(2026, 10, 10).date(): HOURS}, frozenset({2026}))

    def wait(self, start: datetime, office: WorkingTime | None = None, **fields: object) -> datetime:
        return ladder.look_again_at(Notice(**fields), office or self.office, start)

    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            (at(11, 16, 9), at(11, 17, 9)),
            (at(11, 20, 16), at(11, 23, 16)),
            (at(11, 16, 23), at(11, 17, 17)),
            (at(11, 16, 3), at(11, 16, 17)),
        ],
    )
    def test_one_working_day(self, start: datetime, expected: datetime) -> None:
        assert self.wait(start) == expected

    def test_urgent_waits_half_an_hour_by_the_clock(self) -> None:
        assert self.wait(at(10, 3, 23), is_urgent=True) == at(10, 3, 23, 30)

    def test_over_the_change_of_clocks(self) -> None:
        """New York, 1 November 2026: the night has an hour more, the working day has not."""
        zone = ZoneInfo("America/New_York")
        office = WorkingTime(zone, WEEK, {}, frozenset({2026}))

        later = self.wait(datetime(2026, 10, 30, 16, tzinfo=zone), office)

        assert later == datetime(2026, 11, 2, 16, tzinfo=zone)
        assert later - datetime(2026, 10, 30, 16, tzinfo=zone).astimezone(ZoneInfo("UTC")) == timedelta(days=3, hours=1)

    def test_year_without_calendar_goes_by_the_week_and_is_logged(self, caplog) -> None:
        with caplog.at_level("ERROR"):
            assert self.wait(datetime(2027, 1, 8, 16, tzinfo=ZONE)) == datetime(2027, 1, 11, 16, tzinfo=ZONE)

    def test_no_calendar_at_all_waits_a_day(self) -> None:
        assert self.wait(at(11, 16, 9), WorkingTime(ZONE, {})) == at(11, 17, 7, 30)

    def test_longer_wait_back(self) -> None:
        assert ladder.reached_before(Notice(), self.office, at(11, 19, 9)) == at(11, 16, 9)


@pytest.mark.usefixtures("channels")
class TestClimbing:
    def test_chat_first_then_mail_then_text_message_then_the_phone_list(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.WECOM, ContactKind.PHONE)
        notice = notices.published(clerk, at=at(9, 30, 9))

        assert sent(notice, person) == ["wecom"]
        assert line_of(notice, person) == (1, at(10, 8, 9), "open")  # over the holidays
        services.climb(at(10, 8, 8, 59))
        assert sent(notice, person) == ["wecom"]

        services.climb(at(10, 8, 9))
        assert sent(notice, person) == ["wecom", "mail"]
        assert line_of(notice, person) == (2, at(10, 9, 9), "open")

        services.climb(at(10, 9, 9))
        assert sent(notice, person) == ["wecom", "mail", "sms"]
        assert line_of(notice, person) == (3, at(10, 10, 9), "open")  # a made-up Saturday

        services.climb(at(10, 10, 9))
        assert line_of(notice, person) == (PHONE, None, "open")
        assert [line.person for line in phone_list.to_call(clerk, at(10, 10, 9))] == [person]

    def test_who_has_no_chat_is_sent_mail_at_once_and_nobody_else(self) -> None:
        clerk = notices.ground()
        chatting, mailing = staff("甲", ContactKind.WECOM), staff("乙")

        notice = notices.published(clerk, at=at(11, 16))

        assert (sent(notice, chatting), sent(notice, mailing)) == (["wecom"], ["mail"])
        (row,) = notice.rounds.filter(kind=RoundKind.LADDER)
        assert (row.channel, row.rung, row.recipient_count, row.edition) == ("mail", 2, 1, 1)

    def test_who_no_channel_reaches_is_unreachable_at_once_and_on_the_phone_list(self) -> None:
        clerk = notices.ground()
        nobody = staff("甲", mail=False)

        notice = notices.published(clerk, at=at(11, 16))

        assert line_of(notice, nobody) == (PHONE, None, "unreachable")
        assert [line.person for line in phone_list.to_call(clerk, at(11, 16))] == [nobody]
        assert not notice.rounds.filter(kind=RoundKind.LADDER).exists()

    def test_all_come_to_one_round_of_a_rung_sooner_or_later(self) -> None:
        clerk = notices.ground()
        first, second = staff("甲", ContactKind.WECOM), staff("乙")
        notice = notices.published(clerk, at=at(11, 16))

        services.climb(at(11, 17, 9))

        (row,) = notice.rounds.filter(kind=RoundKind.LADDER, channel="mail")
        assert row.recipient_count == 2
        assert {*row.message.deliveries.values_list("person", flat=True)} == {first.pk, second.pk}

    def test_who_acknowledged_or_opened_stays(self) -> None:
        clerk = notices.ground()
        done, reader, silent = (staff(name, ContactKind.WECOM) for name in "甲乙丙")
        notice = notices.published(clerk, at=at(11, 16))
        services.acknowledge(obligation=notices.of(notice, done), actor=done, session_key="k", at=at(11, 16, 10))
        services.open_notice(obligation=notices.of(notice, reader), actor=reader, session_key="k", at=at(11, 16, 10))

        services.climb(at(11, 17, 9))

        assert [sent(notice, person) for person in (done, reader, silent)] == [["wecom"], ["wecom"], ["wecom", "mail"]]
        assert line_of(notice, reader) == (1, None, "opened")

    def test_who_was_reached_has_the_longer_wait(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(11, 16))
        said(notice, person, "delivered", "wecom", at(11, 16, 9, 5))

        for day in (17, 18):
            services.climb(at(11, day, 9))
        assert sent(notice, person) == ["wecom"]

        for day in (19, 20):
            services.climb(at(11, day, 9, 5))
        assert sent(notice, person) == ["wecom", "mail"]

    @pytest.mark.parametrize("kind", ["bounced_hard", "failed"])
    def test_what_came_back_or_could_not_leave_climbs_at_once(self, kind: str) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PHONE)
        notice = notices.published(clerk, at=at(11, 16))
        said(notice, person, kind, "mail", at(11, 16, 9, 5))

        services.climb(at(11, 16, 9, 6))
        services.climb(at(11, 16, 9, 7))

        assert sent(notice, person) == ["mail", "sms"]
        assert line_of(notice, person)[:2] == (3, at(11, 17, 9, 6))

    def test_failed_is_not_unreachable_while_another_channel_is_to_come(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.PHONE)
        notice = notices.published(clerk, at=at(11, 16))
        said(notice, person, "failed", "mail", at(11, 16, 9, 5))
        assert line_of(notice, person)[2] == "open"

        services.climb(at(11, 16, 9, 6))
        said(notice, person, "failed", "sms", at(11, 16, 9, 10))
        services.climb(at(11, 16, 9, 11))

        assert line_of(notice, person) == (PHONE, None, "unreachable")
        assert projection.differences([notices.of(notice, person).pk]) == []

    def test_again_at_the_same_moment_changes_nothing(self) -> None:
        clerk = notices.ground()
        for name in "甲乙":
            staff(name, ContactKind.WECOM)
        notices.published(clerk, at=at(11, 16))

        assert services.climb(at(11, 17, 9)) == 2
        before = list(Obligation.objects.order_by("pk").values())
        assert services.climb(at(11, 17, 9)) == 0
        assert list(Obligation.objects.order_by("pk").values()) == before

    def test_killed_in_the_middle_nobody_is_moved_without_a_row(self, monkeypatch) -> None:
        """A run that dies after its second chunk has begun leaves that one as it was; the next run does it."""
        clerk = notices.ground()
        people = [staff(name, ContactKind.WECOM) for name in "甲乙丙"]
        notice = notices.published(clerk, at=at(11, 16))
        monkeypatch.setattr(climbing, "CHUNK", 1)
        real, calls = climbing.plan, []

        def dies(**values: object) -> object:
            calls.append(1)
            made = real(**values)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return made

        monkeypatch.setattr(climbing, "plan", dies)
        with pytest.raises(KeyboardInterrupt):
            services.climb(at(11, 17, 9))
        assert sorted(line_of(notice, person)[0] for person in people) == [1, 1, 2]
        assert sum("mail" in sent(notice, person) for person in people) == 1

        services.climb(at(11, 17, 9, 1))
        assert [sent(notice, person) for person in people] == [["wecom", "mail"]] * 3
        assert notice.rounds.get(kind=RoundKind.LADDER).recipient_count == 3

    def test_optional_notice_looks_for_a_first_way_only(self) -> None:
        clerk = notices.ground()
        chatting, mailing = staff("甲", ContactKind.WECOM), staff("乙")
        notice = notices.published(clerk, at=at(11, 16), notice_class="optional", needs_acknowledgement=False)

        services.climb(at(11, 19, 9))

        assert (sent(notice, chatting), sent(notice, mailing)) == (["wecom"], ["mail"])

    def test_over_is_over(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(11, 16), expires_at=at(11, 16, 17))

        services.climb(at(11, 17, 9))

        assert sent(notice, person) == ["wecom"]
        assert line_of(notice, person)[1] is None

    def test_taken_back_stops(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(11, 16))
        services.recall(notice=notice, actor=clerk, reason="wrong day", at=at(11, 16, 10))
        services.finish_all(at(11, 16, 10))

        assert services.climb(at(11, 17, 9)) == 0
        assert "mail" not in sent(notice, person) or not notice.rounds.filter(kind=RoundKind.LADDER).exists()

    def test_new_edition_starts_anew(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(11, 16))
        services.climb(at(11, 17, 9))
        notice.refresh_from_db()

        services.change(
            notice=notice,
            actor=clerk,
            kind=EditionKind.REPLACEMENT,
            version=notice.version,
            title={"en": "Other"},
            body={"en": "<p>Other</p>"},
            note="all",
            at=at(11, 17, 10),
        )
        assert services.climb(at(11, 18, 9)) == 0  # the new words are not planned yet
        services.finish_all(at(11, 17, 10))

        assert line_of(notice, person)[:2] == (1, at(11, 18, 10))
        services.climb(at(11, 18, 10))
        assert notice.rounds.filter(kind=RoundKind.LADDER, edition=2, channel="mail").count() == 1

    def test_late_joiner_begins_at_the_first_rung(self) -> None:
        clerk = notices.ground()
        staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(11, 16), joins_until=at(11, 30).date())
        late, without = staff("乙", ContactKind.WECOM), staff("丙", mail=False)

        services.add_late_joiners(at(11, 18, 9))

        assert sent(notice, late) == ["wecom"]
        assert line_of(notice, late)[:2] == (1, at(11, 19, 9))
        assert line_of(notice, without) == (PHONE, None, "unreachable")


@pytest.mark.usefixtures("channels")
class TestUrgent:
    def test_leaves_at_night_climbs_by_the_clock_and_is_logged(self) -> None:
        clerk = notices.ground()
        person = staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(10, 3, 23), is_urgent=True, urgent_reason="typhoon")

        services.climb(at(10, 3, 23, 30))

        assert sent(notice, person) == ["wecom", "mail"]
        rows = Delivery.objects.filter(message__in=notice.rounds.values("message")).order_by("pk")
        assert [row.not_before for row in rows] == [at(10, 3, 23), at(10, 3, 23, 30)]
        assert {row.queue for row in rows} == {Queue.URGENT}
        entries = Entry.objects.about(notice).filter(verb="overrode_quiet_hours").order_by("pk")
        assert [(entry.note, entry.changes["channel"]) for entry in entries] == [
            ("typhoon", "wecom"),
            ("typhoon", "mail"),
        ]

    def test_taking_it_back_leaves_at_night_too(self) -> None:
        """Who was woken by it must not wait until the morning to hear that it does not hold."""
        clerk = notices.ground()
        staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(10, 3, 23), is_urgent=True, urgent_reason="typhoon")
        services.recall(notice=notice, actor=clerk, reason="it turned", at=at(10, 4, 2))

        told = notice.rounds.select_related("message").get(kind=RoundKind.RECALL).message
        assert (told.queue, told.overrides_quiet_hours, told.expires_at) == (Queue.URGENT, True, None)

    def test_ordinary_one_keeps_quiet_hours_and_logs_nothing(self) -> None:
        clerk = notices.ground()
        staff("甲", ContactKind.WECOM)
        notice = notices.published(clerk, at=at(11, 16, 23))

        assert notice.message.deliveries.get().not_before == at(11, 17, 7)
        assert not Entry.objects.about(notice).filter(verb="overrode_quiet_hours").exists()

    def test_unit_secretary_may_not(self) -> None:
        notices.ground()
        unit = factories.unit(parent=factories.root_unit())
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=unit)
        factories.person("甲", Role.STAFF, at=unit)
        rule = Rule(lines=(Line(unit=unit.pk, roles=(Role.STAFF,)),))
        draft = notices.draft(secretary, rule=rule, is_urgent=True, urgent_reason="x")

        with pytest.raises(services.UnableToPublish):
            services.publish(notice=draft, actor=secretary, at=at(11, 16))


@pytest.mark.usefixtures("channels")
@pytest.mark.parametrize("count", [1, 3])
def test_same_number_of_queries_for_one_and_for_three(count: int) -> None:
    clerk = notices.ground()
    for place in range(count):
        staff(f"甲{place}", ContactKind.WECOM)
    notices.published(clerk, at=at(11, 16))

    with CaptureQueriesContext(connection) as queries:
        assert services.climb(at(11, 17, 9)) == count

    assert len(queries) == QUERIES


QUERIES = 49
