"""WeCom application messages, against a local server that answers as WeCom does."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core.clock import now
from apps.delivery import quotas
from apps.delivery.channels import wecom as channel
from apps.delivery.claims import only_sender
from apps.delivery.enums import Channel, DeliveryState, EvidenceKind, Queue
from apps.delivery.models import Delivery, Suppression
from apps.delivery.sending import send_due
from apps.delivery.services import Text, plan
from apps.delivery.smtp import Answer, Fate
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import chat, message
from tests.delivery.standins.server import CLOSE, HANG
from tests.delivery.standins.services import WeCom

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def send(queue: str = Queue.NOTICE) -> int:
    return send_due(queue, Channel.WECOM).mails


def rows(*names: str, **fields: object) -> list[Delivery]:
    about = message(**fields)
    return [chat(Channel.WECOM, name, about=about) for name in names]


def states() -> dict[str, str]:
    return dict(Delivery.objects.values_list("address", "state"))


def test_one_call_carries_everybody_with_the_same_words(wecom: WeCom) -> None:
    rows("wang", "lin", target_url="/notices/12/")

    assert send() == 2

    (asked,) = wecom.asked_for(wecom.SEND)
    assert asked.body == {
        "touser": "lin|wang",
        "msgtype": "text",
        "agentid": 1000002,
        "text": {"content": "關於期末考試安排的通知\n\n請於週五前確認。\nhttp://localhost:8000/notices/12/"},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 14_400,
    }
    for row in Delivery.objects.all():
        assert (row.state, row.remote_id, row.attempts) == (DeliveryState.HANDED_OFF, "msg-1", 1)
        assert row.content_digest == row.message.texts.get(language="zh-hant").digest
        fact = row.evidence.get()
        assert (fact.kind, fact.detail["answer"]) == (EvidenceKind.HANDED_OFF, "msgid msg-1")


def test_call_has_at_most_a_thousand_members(wecom: WeCom, monkeypatch) -> None:
    monkeypatch.setattr(channel, "MOST", 2)
    rows("a", "b", "c", "d", "e")

    assert send() == 5
    assert [len(names) for names in wecom.sent_to()] == [2, 2, 1]


def test_languages_go_in_calls_of_their_own(wecom: WeCom) -> None:
    about = message()
    chat(Channel.WECOM, "wang", about=about)
    chat(Channel.WECOM, "ann", about=about, person=factories.student("Ann Lee", language="en"))

    send()

    assert sorted(one.body["text"]["content"].split("\n")[0] for one in wecom.asked_for(wecom.SEND)) == [
        "Final examinations",
        "關於期末考試安排的通知",
    ]


def test_who_is_named_as_invalid_rests_and_is_not_taken_for_dead(wecom: WeCom) -> None:
    """Mostly somebody outside the application's range, which can be widened. WeCom names them in small letters."""
    rows("WangWei", "lin", "unpaid")
    wecom.invalid, wecom.unlicensed = {"wangwei"}, {"unpaid"}

    assert send() == 1

    assert states() == {
        "WangWei": DeliveryState.BLOCKED,
        "lin": DeliveryState.HANDED_OFF,
        "unpaid": DeliveryState.BLOCKED,
    }
    assert set(Suppression.objects.values_list("channel", "address", "cause")) == {
        ("wecom", "WangWei", "policy"),
        ("wecom", "unpaid", "policy"),
    }
    assert ContactPoint.objects.get(value="WangWei").works
    assert all(row.until for row in Suppression.objects.all()), "it is tried again by itself"


def test_suppressed_member_is_held_and_mail_to_the_same_name_is_not(wecom: WeCom) -> None:
    rows("wangwei")
    wecom.invalid = {"wangwei"}
    send()
    (again,) = rows("WangWei")

    assert send() == 0

    again.refresh_from_db()
    assert (again.state, again.held_reason) == (DeliveryState.HELD, "suppressed:policy")


@pytest.mark.parametrize("code", [40014, 42001, 41001])
def test_token_that_is_over_leads_to_one_new_one_and_one_more_try(wecom: WeCom, code: int) -> None:
    rows("wang")
    send()
    wecom.once(wecom.SEND, (200, {"errcode": code, "errmsg": "access_token"}))
    wecom.expire()
    rows("lin")

    assert send() == 1
    assert len(wecom.asked_for("/cgi-bin/gettoken")) == 2
    assert len(wecom.asked_for(wecom.SEND)) == 3
    assert states() == dict.fromkeys(("wang", "lin"), DeliveryState.HANDED_OFF)
    assert Delivery.objects.get(address="lin").attempts == 1


def test_everybody_outside_the_range_is_one_refusal(wecom: WeCom) -> None:
    rows("wang", "lin")
    wecom.invalid = {"wang", "lin"}

    assert send() == 0
    assert set(states().values()) == {DeliveryState.BLOCKED}
    assert not ContactPoint.objects.filter(dead_at__isnull=False).exists()


def test_old_token_is_replaced_once(wecom: WeCom) -> None:
    rows("wang")
    send()
    wecom.once(wecom.SEND, (200, {"errcode": 42001, "errmsg": "access_token expired"}))
    rows("lin")

    assert send() == 1
    assert wecom.tokens == 2


def test_token_that_is_refused_again_makes_all_wait(wecom: WeCom) -> None:
    (row,) = rows("wang")
    wecom.once(wecom.SEND, *[(200, {"errcode": 40014, "errmsg": "invalid access_token"})] * 2)

    assert send_due(Queue.NOTICE, Channel.WECOM).relay_away
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.PLANNED, 0)


@pytest.mark.parametrize("code", [45009, -1, 60020, 45033])
def test_limit_or_trouble_of_the_account_waits_and_counts_as_nobodys_failure(wecom: WeCom, code: int) -> None:
    (row,) = rows("wang")
    wecom.once(wecom.SEND, (200, {"errcode": code, "errmsg": "api freq out of limit"}))
    before = now()

    assert send_due(Queue.NOTICE, Channel.WECOM).relay_away

    row.refresh_from_db()
    assert (row.state, row.attempts, row.first_tried_at, row.on_wire_at) == (DeliveryState.PLANNED, 0, None, None)
    assert row.not_before >= before + timedelta(seconds=60)
    assert str(code) in row.last_answer
    assert not row.evidence.exists()


@pytest.mark.parametrize("answer", [(502, {}), (500, {"error": "x"}), (200, {}), HANG, CLOSE])
def test_call_that_breaks_after_it_was_sent_makes_all_its_rows_uncertain(wecom: WeCom, answer: object) -> None:
    rows("wang", "lin")
    wecom.once(wecom.SEND, answer)

    sent = send_due(Queue.NOTICE, Channel.WECOM)

    assert (sent.mails, sent.relay_away) == (0, True)
    assert set(states().values()) == {DeliveryState.UNCERTAIN}
    assert len(wecom.asked_for(wecom.SEND)) == 1


def test_rows_of_the_next_call_wait_when_one_broke(wecom: WeCom, monkeypatch) -> None:
    monkeypatch.setattr(channel, "MOST", 1)
    rows("wang", "lin")
    wecom.once(wecom.SEND, CLOSE)

    send()

    assert states() == {"lin": DeliveryState.UNCERTAIN, "wang": DeliveryState.PLANNED}
    assert Delivery.objects.get(address="wang").attempts == 0


def test_rows_are_on_the_wire_before_the_call(wecom: WeCom, monkeypatch) -> None:
    rows("wang", "lin")
    seen: list[set[str]] = []

    def record(rows: list[Delivery], words: object) -> list[Answer]:
        seen.append(on_wire())
        return [Answer(Fate.TAKEN, 0, "", "send") for _row in rows]

    monkeypatch.setattr(channel, "send", record)
    send()

    assert seen == [{"wang", "lin"}]


def on_wire() -> set[str]:
    rows = Delivery.objects.filter(state=DeliveryState.SENDING, on_wire_at__isnull=False)
    return set(rows.values_list("address", flat=True))


@pytest.mark.parametrize("status", [429, 503])
def test_busy_server_is_asked_later(wecom: WeCom, status: int) -> None:
    rows("wang")
    wecom.once(wecom.SEND, (status, {}))
    send()

    assert states() == {"wang": DeliveryState.PLANNED}


def test_server_that_is_away_is_nobodys_failure(wecom: WeCom, settings) -> None:
    rows("wang")
    settings.WECOM = settings.WECOM | {"url": "http://127.0.0.1:1"}

    assert send_due(Queue.NOTICE, Channel.WECOM).relay_away
    assert Delivery.objects.get().last_answer == "connect: ConnectionError"


def test_rows_without_an_account_wait_and_say_so(monkeypatch) -> None:
    monkeypatch.setattr(quotas, "CROWDED_MINUTES", ())
    rows("wang")
    send()

    row = Delivery.objects.get()
    assert (row.state, row.last_answer) == (DeliveryState.PLANNED, "no account is set up")


def test_nobody_in_range_is_no_dead_member(wecom: WeCom) -> None:
    rows("wang")
    wecom.once(wecom.SEND, (200, {"errcode": 81013, "errmsg": "user & party & tag all invalid"}))
    send()

    assert states() == {"wang": DeliveryState.BLOCKED}
    assert ContactPoint.objects.get(value="wang").works


def test_more_than_the_minute_takes_is_held_and_says_why(wecom: WeCom, settings) -> None:
    settings.WECOM_PER_PERSON_A_MINUTE = 2
    person = factories.student()
    for _n in range(3):
        chat(Channel.WECOM, "wang", person=person)
    before = now()

    assert send() == 2

    held = Delivery.objects.get(state=DeliveryState.HELD)
    assert held.held_reason == "quota:minute"
    assert held.held_because
    assert before + timedelta(seconds=59) <= held.not_before <= now() + timedelta(seconds=60)
    assert Delivery.objects.due(held.not_before).filter(pk=held.pk).exists(), "it goes by itself when there is room"


def test_more_than_the_hour_takes_is_held(wecom: WeCom, settings) -> None:
    settings.WECOM_PER_PERSON_AN_HOUR = 1
    person = factories.student()
    chat(Channel.WECOM, "wang", person=person, state=DeliveryState.HANDED_OFF, on_wire_at=now() - timedelta(minutes=50))
    row = chat(Channel.WECOM, "wang", person=person)

    assert send() == 0

    row.refresh_from_db()
    assert row.held_reason == "quota:hour"
    assert row.not_before <= now() + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("minute", "queue", "rests"),
    [(0, "notice", True), (30, "reminder", True), (1, "notice", False), (0, "urgent", False)],
)
def test_crowded_minutes_are_left_to_others(minute: int, queue: str, rests: bool) -> None:
    at = datetime(2026, 11, 23, 4, minute, tzinfo=UTC)

    assert quotas.rests_now(Channel.WECOM, queue, at) is rests
    assert not quotas.rests_now(Channel.MAIL, queue, at)


def test_plan_takes_the_members_name_and_quiet_hours(wecom: WeCom) -> None:
    person = factories.student()
    ContactPoint.objects.create(person=person, kind="wecom", value="wang", is_primary=True)
    night = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight in the office

    made = plan(message=message(), people=Person.objects.filter(pk=person.pk), channel=Channel.WECOM, at=night)

    row = Delivery.objects.get()
    assert (made.planned, row.address, row.channel) == (1, "wang", "wecom")
    assert row.not_before == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_later_round_names_itself_so_that_it_is_another_text(wecom: WeCom) -> None:
    about, person = message(), factories.student()
    chat(Channel.WECOM, "wang", about=about, person=person)
    chat(Channel.WECOM, "wang", about=about, person=person, round=2)

    assert send() == 2
    first, second = (one.body["text"]["content"] for one in wecom.asked_for(wecom.SEND))
    assert second.startswith(first)
    assert second.endswith("2026-11-23")


def test_long_words_are_cut_and_the_link_stays(wecom: WeCom) -> None:
    rows("wang", texts={"zh-hant": Text("長", "字" * 3_000)}, target_url="/notices/12/")
    send()

    content = wecom.asked_for(wecom.SEND)[0].body["text"]["content"]
    assert len(content.encode()) <= 2_048
    assert content.endswith("…\nhttp://localhost:8000/notices/12/")


@pytest.mark.parametrize("name", ["@all", "wang|lin", "", "a b"])
def test_name_that_would_reach_others_never_gets_into_a_call(wecom: WeCom, name: str) -> None:
    rows(name or "-", "chen")
    send()

    assert wecom.sent_to() == [["chen"]]
    assert Delivery.objects.exclude(address="chen").get().state == DeliveryState.FAILED


def test_senders_of_two_channels_do_not_wait_for_each_other() -> None:
    """Each has a lock of its own."""
    with only_sender("notice", Channel.WECOM) as one, only_sender("notice", Channel.MAIL) as other:
        assert one
        assert other
