"""DingTalk work notices and their results, against a local server that answers as DingTalk does."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core.clock import now
from apps.delivery import receipts
from apps.delivery.enums import Channel, DeliveryState, Queue
from apps.delivery.models import Delivery, Evidence, Suppression
from apps.delivery.sending import send_due
from apps.delivery.services import Text
from apps.journal.files import open_blob
from apps.people.models import ContactPoint
from tests import factories
from tests.delivery.factories import chat, message
from tests.delivery.standins.server import CLOSE, HANG
from tests.delivery.standins.services import DingTalk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

ON_THE_HOUR = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def send() -> int:
    return send_due(Queue.NOTICE, Channel.DINGTALK).mails


def rows(*names: str) -> list[Delivery]:
    about = message()
    return [chat(Channel.DINGTALK, name, about=about) for name in names]


def states() -> dict[str, str]:
    return dict(Delivery.objects.values_list("address", "state"))


def test_notice_is_handed_over_as_a_task(dingtalk: DingTalk) -> None:
    rows("u1", "u2")

    assert send() == 2

    (asked,) = dingtalk.asked_for(dingtalk.SEND)
    assert asked.body == {
        "agent_id": 123,
        "userid_list": "u1,u2",
        "msg": {"msgtype": "text", "text": {"content": "關於期末考試安排的通知\n\n請於週五前確認。"}},
    }
    assert set(Delivery.objects.values_list("state", "remote_id")) == {("handed_off", "7000001")}


def test_call_has_at_most_a_hundred_people(dingtalk: DingTalk) -> None:
    rows(*(f"u{number:03}" for number in range(201)))

    assert send() == 201
    assert sorted(len(names) for names in dingtalk.sent_to()) == [1, 100, 100]


@pytest.mark.parametrize("code", [88, 90018, -1, 143103, 143104, 1430003])
def test_limit_waits_and_does_not_fail(dingtalk: DingTalk, code: int) -> None:
    (row,) = rows("u1")
    dingtalk.once(dingtalk.SEND, (200, {"errcode": code, "sub_code": "90018", "sub_msg": "too fast"}))

    assert send_due(Queue.NOTICE, Channel.DINGTALK).relay_away
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.PLANNED, 0)


def test_old_token_in_the_gateways_wrapping_is_replaced(dingtalk: DingTalk) -> None:
    rows("u1")
    dingtalk.once(dingtalk.SEND, (200, {"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token"}))

    assert send() == 1
    assert len(dingtalk.asked_for("/gettoken")) == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_token_that_is_over_leads_to_one_new_one_and_one_more_try(dingtalk: DingTalk, code: int) -> None:
    rows("u1")
    send()
    dingtalk.once(dingtalk.SEND, (200, {"errcode": code, "errmsg": "不合法的access_token"}))
    dingtalk.expire()
    rows("u2")

    assert send() == 1
    assert len(dingtalk.asked_for("/gettoken")) == 2
    assert len(dingtalk.asked_for(dingtalk.SEND)) == 3
    assert states() == dict.fromkeys(("u1", "u2"), DeliveryState.HANDED_OFF)
    assert Delivery.objects.get(address="u2").attempts == 1


def test_token_that_is_refused_again_makes_all_wait(dingtalk: DingTalk) -> None:
    (row,) = rows("u1")
    dingtalk.once(dingtalk.SEND, *[(200, {"errcode": 40014, "errmsg": "不合法的access_token"})] * 2)

    assert send_due(Queue.NOTICE, Channel.DINGTALK).relay_away
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.PLANNED, 0)
    assert len(dingtalk.asked_for(dingtalk.SEND)) == 2, "once more, not for ever"


@pytest.mark.parametrize("code", [143105, 143106])
def test_limit_that_is_told_outright_is_no_fault_of_the_account(dingtalk: DingTalk, code: int) -> None:
    rows("u1")
    dingtalk.once(dingtalk.SEND, (200, {"errcode": code, "errmsg": "单应用给单人推送重复消息超限"}))

    assert send() == 0
    assert states() == {"u1": DeliveryState.BLOCKED}
    assert ContactPoint.objects.get(value="u1").works


def test_whole_message_fits_into_what_dingtalk_takes(dingtalk: DingTalk) -> None:
    about = message(texts={"zh-hant": Text("長", "字\n" * 3_000)}, target_url="/notices/12/")
    chat(Channel.DINGTALK, "u1", about=about)
    send()

    msg = dingtalk.asked_for(dingtalk.SEND)[0].body["msg"]
    assert len(msg["text"]["content"].encode()) <= 1_900
    assert msg["text"]["content"].endswith("…\nhttp://localhost:8000/notices/12/")


@pytest.mark.parametrize("answer", [(502, {}), (200, {"errcode": 0}), HANG, CLOSE])
def test_call_that_breaks_is_uncertain(dingtalk: DingTalk, answer: object) -> None:
    rows("u1", "u2")
    dingtalk.once(dingtalk.SEND, answer)
    send()

    assert set(states().values()) == {DeliveryState.UNCERTAIN}


def test_same_words_on_the_same_day_are_held_until_tomorrow(dingtalk: DingTalk) -> None:
    """DingTalk would answer OK and drop them."""
    person = factories.student()
    chat(Channel.DINGTALK, "u1", person=person)
    chat(Channel.DINGTALK, "u1", person=person)

    assert send() == 1

    held = Delivery.objects.get(state=DeliveryState.HELD)
    assert held.held_reason == "quota:same_text"
    assert held.held_because
    assert timedelta(0) < held.not_before - now() < timedelta(hours=32)
    assert held.not_before.astimezone(UTC).hour == 23, "07:00 in the office"


def test_reminder_of_the_same_words_goes_because_it_names_its_round(dingtalk: DingTalk) -> None:
    about, person = message(), factories.student()
    chat(Channel.DINGTALK, "u1", about=about, person=person)
    chat(Channel.DINGTALK, "u1", about=about, person=person, round=2)

    assert send() == 2


def test_more_than_the_day_takes_is_held(dingtalk: DingTalk, settings) -> None:
    settings.DINGTALK_PER_PERSON_A_DAY = 1
    person = factories.student()
    chat(Channel.DINGTALK, "u1", person=person, round=1)
    chat(Channel.DINGTALK, "u1", person=person, round=2)
    chat(Channel.DINGTALK, "u2")

    assert send() == 2
    assert Delivery.objects.get(state=DeliveryState.HELD).held_reason == "quota:day"


class TestResults:
    def ask(self, at: datetime = ON_THE_HOUR) -> int:
        return receipts.sweep(at)

    def sent(self, *names: str, at: datetime = ON_THE_HOUR) -> list[Delivery]:
        made = rows(*names)
        send()
        Delivery.objects.update(handed_off_at=at - timedelta(minutes=10))
        return made

    def test_each_list_becomes_evidence(self, dingtalk: DingTalk) -> None:
        self.sent("bad", "quota", "lost", "has", "read")
        dingtalk.result = {
            "invalid_user_id_list": ["bad"],
            "forbidden_user_id_list": ["quota"],
            "failed_user_id_list": ["lost"],
            "unread_user_id_list": ["has"],
            "read_user_id_list": ["read"],
        }

        assert self.ask() == 1

        assert states() == {
            "bad": DeliveryState.BOUNCED_HARD,
            "quota": DeliveryState.BLOCKED,
            "lost": DeliveryState.BOUNCED_SOFT,
            "has": DeliveryState.DELIVERED,
            "read": DeliveryState.SEEN_HINT,
        }
        assert ContactPoint.objects.get(value="bad").dead_cause == "dead"
        assert list(Suppression.objects.values_list("address", flat=True)) == ["bad"]

    def test_raw_answer_is_kept(self, dingtalk: DingTalk) -> None:
        (row,) = self.sent("has")
        dingtalk.result = {"unread_user_id_list": ["has"]}
        self.ask()

        with open_blob(row.evidence.get(kind="delivered").raw) as content:
            assert b'"unread_user_id_list": ["has"]' in content.read()

    def test_asked_twice_it_counts_once(self, dingtalk: DingTalk) -> None:
        self.sent("has")
        dingtalk.result = {"unread_user_id_list": ["has"]}

        assert (self.ask(), self.ask()) == (1, 1)
        assert Evidence.objects.filter(kind="delivered").count() == 1

    def test_read_later_adds_a_hint_and_closes_nothing(self, dingtalk: DingTalk) -> None:
        (row,) = self.sent("has")
        dingtalk.result = {"unread_user_id_list": ["has"]}
        self.ask()
        dingtalk.result = {"read_user_id_list": ["has"]}
        self.ask()

        row.refresh_from_db()
        assert row.state == DeliveryState.DELIVERED
        assert set(row.evidence.values_list("kind", flat=True)) == {"handed_off", "delivered", "seen_hint"}

    def test_fresh_tasks_are_asked_every_five_minutes_older_ones_each_hour(self, dingtalk: DingTalk) -> None:
        self.sent("has")

        assert self.ask(ON_THE_HOUR + timedelta(minutes=5)) == 1
        assert self.ask(ON_THE_HOUR + timedelta(minutes=6)) == 0
        assert self.ask(ON_THE_HOUR + timedelta(minutes=45)) == 0
        assert self.ask(ON_THE_HOUR + timedelta(minutes=60)) == 1

    def test_task_beyond_the_window_is_not_asked_for(self, dingtalk: DingTalk) -> None:
        self.sent("has")

        assert self.ask(ON_THE_HOUR + timedelta(hours=23)) == 1
        assert self.ask(ON_THE_HOUR + timedelta(hours=24)) == 0

    def test_result_that_cannot_be_had_leaves_everything(self, dingtalk: DingTalk) -> None:
        self.sent("has")
        dingtalk.once(dingtalk.RESULT, CLOSE)

        assert self.ask() == 0
        assert states() == {"has": DeliveryState.HANDED_OFF}

    def test_result_without_lists_says_nothing(self, dingtalk: DingTalk) -> None:
        self.sent("has")
        dingtalk.once(dingtalk.RESULT, (200, {"errcode": 33012, "errmsg": "no such task"}))
        self.ask()

        assert states() == {"has": DeliveryState.HANDED_OFF}

    def test_stranger_in_the_list_is_nobody(self, dingtalk: DingTalk) -> None:
        self.sent("has")
        dingtalk.result = {"read_user_id_list": ["somebody else"]}
        self.ask()

        assert Evidence.objects.filter(kind="seen_hint").count() == 0

    def test_reasons_of_a_limit_may_stand_in_place_of_the_names(self, dingtalk: DingTalk) -> None:
        """Some answers have only `forbidden_list`, with a code for each person."""
        rows_ = self.sent("same", "day", "both")
        dingtalk.result = {
            "forbidden_list": [
                {"userid": "same", "code": "143106", "count": 1},
                {"userid": "day", "code": "143105", "count": 500},
                {"userid": "both", "code": "143105", "count": 500},
                {"userid": "somebody else", "code": "1"},
                "nonsense",
            ],
            "forbidden_user_id_list": ["both"],
        }
        self.ask()
        self.ask()

        assert set(states().values()) == {DeliveryState.BLOCKED}
        facts = {row.address: row.evidence.get(kind="blocked").detail for row in rows_}
        assert {name: detail["code"] for name, detail in facts.items()} == {
            "same": "143106",
            "day": "143105",
            "both": "143105",
        }
        assert not Suppression.objects.exists(), "it speaks of the day, not of the person"

    def test_names_in_one_text_are_read_too(self, dingtalk: DingTalk) -> None:
        self.sent("u1", "u2", "u3")
        dingtalk.result = {"read_user_id_list": "u1,u2", "unread_user_id_list": None, "invalid_user_id_list": {"x": 1}}
        self.ask()

        assert states() == {"u1": "seen_hint", "u2": "seen_hint", "u3": "handed_off"}

    def test_token_that_is_over_is_replaced_for_the_question_too(self, dingtalk: DingTalk) -> None:
        self.sent("has")
        dingtalk.expire()
        dingtalk.result = {"unread_user_id_list": ["has"]}

        assert self.ask() == 1
        assert len(dingtalk.asked_for("/gettoken")) == 2
        assert states() == {"has": DeliveryState.DELIVERED}

    def test_task_that_is_no_number_does_not_stop_the_others(self, dingtalk: DingTalk) -> None:
        odd, even = self.sent("odd"), self.sent("even")
        Delivery.objects.filter(pk=odd[0].pk).update(remote_id="a-task")
        dingtalk.result = {"unread_user_id_list": ["even"]}

        assert self.ask() == 2
        even[0].refresh_from_db()
        assert even[0].state == DeliveryState.DELIVERED

    def test_invalid_in_the_result_rests_and_read_is_a_hint_only(self, dingtalk: DingTalk) -> None:
        (row,) = self.sent("bad")
        dingtalk.result = {"invalid_user_id_list": ["bad"], "read_user_id_list": ["bad"]}
        self.ask()
        row.refresh_from_db()
        assert row.state == DeliveryState.BOUNCED_HARD
