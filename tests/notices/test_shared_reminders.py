"""One of the notices of a shared reminder changes or ends: only its part stops, the others are reminded of all the
same, and nobody gets two. 8 October 2026 is the first working day after the holidays; Saturday the 10th is worked.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.delivery.enums import DeliveryState, EvidenceKind
from apps.delivery.models import Delivery
from apps.delivery.services import record_evidence
from apps.delivery.sweeps import cancel_late
from apps.notices import projection, services
from apps.notices.enums import EditionKind, RoundKind, Skipped
from apps.notices.models import DailyReminder, Notice, Obligation, Round
from apps.notices.services import reminding
from apps.people.models import Person
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def several(count: int, people: int = 2, **fields: object) -> list[Notice]:
    """Notices whose day is 9 October; the first reminder of each falls due on the 8th and is planned at 9:05."""
    clerk = notices.ground()
    notices.staff(people)
    values = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [-1, 1], **fields}
    found = [notices.published(clerk, **values) for _n in range(count)]
    remind(at(10, 8, 9, 5))
    return found


def remind(moment: datetime) -> None:
    services.plan_reminders(moment)
    services.finish_all(moment)


def both(found: Notice) -> list[Person]:
    return [line.person for line in found.obligations.select_related("person").order_by("pk")]


def mails(person: Person) -> list[Delivery]:
    rounds = Round.objects.filter(kind=RoundKind.REMINDER).values("message")
    return list(Delivery.objects.filter(person=person, message__in=rounds).order_by("pk"))


def states(person: Person) -> list[str]:
    return [row.state for row in mails(person)]


def leave(row: Delivery, moment: datetime, kind: str = EvidenceKind.HANDED_OFF) -> None:
    Delivery.objects.filter(pk=row.pk).update(handed_off_at=moment if kind == EvidenceKind.HANDED_OFF else None)
    record_evidence(
        message=row.message,
        person=row.person,
        delivery=row,
        kind=kind,
        happened_at=moment,
        source_event=f"test:{row.pk}:{kind}",
    )


def recall(notice: Notice, moment: datetime) -> None:
    services.recall(notice=notice, actor=notice.sender, reason="wrong", at=moment)
    services.finish_all(moment)


def change(notice: Notice, kind: EditionKind, moment: datetime) -> None:
    notice.refresh_from_db()
    words = {"title": {"en": "New"}, "body": {"en": "<p>New words</p>"}, "note": "all", "version": notice.version}
    services.change(notice=notice, actor=notice.sender, kind=kind, at=moment, **words)
    services.finish_all(moment)


def correct(notice: Notice, moment: datetime) -> None:
    change(notice, EditionKind.CORRECTION, moment)


def replace(notice: Notice, moment: datetime) -> None:
    change(notice, EditionKind.REPLACEMENT, moment)


def end(notice: Notice, moment: datetime) -> None:
    """Its time is over: what waits past its end is cancelled by the minute's sweep of the outbox."""
    services.expire_due(moment)
    cancel_late(moment)


ACTS = {"recall": recall, "correction": correct, "replacement": replace, "expiry": end}


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("name", ACTS)
def test_only_its_part_stops(count: int, name: str) -> None:
    clerk = notices.ground()
    notices.staff(2)
    values = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [-1, 1]}
    ends = {"expires_at": at(10, 8, 9, 10), "acknowledge_by": at(10, 8, 9, 9)} if name == "expiry" else {}
    gone = notices.published(clerk, **(values | ends | ({"reminder_days": [0]} if ends else {})))
    rest = [notices.published(clerk, **values) for _n in range(count - 1)]
    remind(at(10, 8, 9, 5))
    left, waits = both(gone)
    leave(mails(left)[0], at(10, 8, 9, 6))

    ACTS[name](gone, at(10, 8, 9, 10))
    for minute in (20, 30):
        remind(at(10, 8, 9, minute))

    assert states(left) == [DeliveryState.HANDED_OFF]
    assert states(waits) == [DeliveryState.CANCELLED, DeliveryState.PLANNED]
    new = mails(waits)[1].message
    texts = [f"{words.text} {new.target_url}" for words in new.texts.all()]
    assert all(f"/notices/{gone.pk}/" not in text for text in texts)
    assert all(f"/notices/{each.pk}/" in text for each in rest for text in texts)
    today = DailyReminder.objects.filter(day=at(10, 8).date())
    keys = [each.pk for each in rest]
    assert dict(today.values_list("person", "notices")) == {left.pk: [gone.pk, *keys], waits.pk: keys}
    assert [notices.of(each, person).reminders for each in rest for person in (left, waits)] == [1] * 2 * len(rest)
    assert [notices.of(gone, person).reminders for person in (left, waits)] == [1, 0]
    for each in rest:
        rounds = each.rounds.filter(kind=RoundKind.REMINDER).order_by("number")
        assert list(rounds.values_list("recipient_count", "ways")) == [(1, {"mail": 1}), (1, {"mail": 1})]


def test_what_takes_the_place_of_a_message_has_its_number() -> None:
    gone, other = several(2)

    recall(gone, at(10, 8, 9, 10))
    remind(at(10, 8, 9, 20))

    words = mails(both(other)[0])[1].message.texts.get(language="en")
    assert words.subject.startswith("Reminder 1 (8 Oct")


def test_acknowledging_one_of_three_stops_nothing_and_is_left_out_when_another_goes() -> None:
    first, second, third = several(3)
    person, _other = both(first)
    line = notices.of(first, person)
    services.acknowledge(obligation=line, actor=person, session_key="k", at=at(10, 8, 9, 7))
    remind(at(10, 8, 9, 10))
    assert states(person) == [DeliveryState.PLANNED]

    recall(second, at(10, 8, 9, 12))
    remind(at(10, 8, 9, 20))

    assert states(person) == [DeliveryState.CANCELLED, DeliveryState.PLANNED]
    assert DailyReminder.objects.get(person=person).notices == [third.pk]


def test_one_after_the_other_until_none_is_left() -> None:
    first, second, third = several(3)
    person = both(first)[0]

    for minute, notice in ((10, first), (30, second)):
        recall(notice, at(10, 8, 9, minute))
        remind(at(10, 8, 9, minute + 10))
    assert states(person) == ["cancelled", "cancelled", "planned"]
    assert DailyReminder.objects.get(person=person).notices == [third.pk]
    assert notices.of(third, person).reminders == 1

    recall(third, at(10, 8, 9, 50))
    remind(at(10, 8, 10))
    assert states(person) == ["cancelled"] * 3


def test_both_at_once_leave_the_day_free_for_another_notice() -> None:
    first, second = several(2)
    third = notices.published(first.sender, at=at(9, 30), acknowledge_by=at(10, 9, 17), reminder_days=[-1])
    third.reminder_steps.update(due_at=at(10, 8, 15))
    person = both(first)[0]
    for notice in (first, second):
        recall(notice, at(10, 8, 9, 10))
    remind(at(10, 8, 9, 20))
    assert not DailyReminder.objects.exists()

    remind(at(10, 8, 15))

    assert states(person) == ["cancelled", "planned"]
    assert third.reminder_steps.get().skipped == ""


def test_due_in_the_same_sweep_makes_one_message() -> None:
    first, second = several(2)
    third = notices.published(first.sender, at=at(9, 30), acknowledge_by=at(10, 9, 17), reminder_days=[-1])
    third.reminder_steps.update(due_at=at(10, 8, 9, 20))
    person = both(first)[0]
    recall(first, at(10, 8, 9, 10))

    remind(at(10, 8, 9, 20))

    assert states(person) == ["cancelled", "planned"]
    assert DailyReminder.objects.get(person=person).notices == [second.pk, third.pk]


def test_at_night_it_leaves_in_the_morning_and_is_the_one_of_that_day() -> None:
    first, second = several(2)
    person = both(first)[0]

    recall(first, at(10, 8, 23))
    for hour, minute in ((23, 10), (23, 20)):
        remind(at(10, 8, hour, minute))
    second.reminder_steps.filter(days=1).update(due_at=at(10, 9))
    remind(at(10, 9))

    assert states(person) == ["cancelled", "planned"]
    assert mails(person)[1].not_before == at(10, 9, 7)
    assert list(DailyReminder.objects.filter(person=person).values_list("day", flat=True)) == [at(10, 9).date()]
    assert second.reminder_steps.get(days=1, part=0).skipped == Skipped.TODAY


def test_in_the_hands_of_a_sender_it_is_looked_at_when_it_comes_back() -> None:
    first, second = several(2)
    a, b = both(first)
    Delivery.objects.filter(pk__in=[mails(a)[0].pk, mails(b)[0].pk]).update(state=DeliveryState.SENDING)
    recall(first, at(10, 8, 9, 10))
    remind(at(10, 8, 9, 20))
    assert [states(a), states(b)] == [["sending"], ["sending"]]

    leave(mails(a)[0], at(10, 8, 9, 21))
    Delivery.objects.filter(pk=mails(b)[0].pk).update(state=DeliveryState.PLANNED)
    cancel_late(at(10, 8, 9, 22))
    remind(at(10, 8, 9, 30))

    assert [states(a), states(b)] == [["handed_off"], ["cancelled", "planned"]]
    assert second.rounds.filter(kind=RoundKind.REMINDER).count() == 2


def test_what_may_have_left_is_not_repeated() -> None:
    first, _second = several(2)
    person = both(first)[0]
    leave(mails(person)[0], at(10, 8, 9, 6), EvidenceKind.UNCERTAIN)
    Delivery.objects.filter(pk=mails(person)[0].pk).update(state=DeliveryState.PLANNED)

    recall(first, at(10, 8, 9, 10))
    remind(at(10, 8, 9, 20))

    assert states(person) == ["cancelled"]


def test_what_waited_over_days_moves_to_this_day_once() -> None:
    """The mail server is away from the 8th to the 10th; then a notice of both waiting messages is taken back."""
    first, second, third = several(3)
    person = both(first)[0]
    remind(at(10, 10))  # a made-up Saturday: the reminders after the day
    assert states(person) == ["planned", "planned"]

    recall(first, at(10, 10, 9, 10))
    for minute in (20, 30):
        remind(at(10, 10, 9, minute))

    assert states(person) == ["cancelled", "cancelled", "planned"]
    rows = DailyReminder.objects.filter(person=person)
    assert list(rows.values_list("day", "notices")) == [(at(10, 10).date(), [second.pk, third.pk])]


def test_report_and_person_page_say_what_became_of_it(client: Client) -> None:
    first, second = several(2)
    person = both(first)[0]
    recall(first, at(10, 8, 9, 10))
    remind(at(10, 8, 9, 20))
    client.force_login(first.sender)

    gone = client.get(reverse("notices:report", args=[first.pk])).content.decode()
    other = client.get(reverse("notices:report", args=[second.pk])).content.decode()
    page = client.get(reverse("notices:person", args=[second.pk, person.pk])).content.decode()

    assert "第 1 次提醒，未發出即停止" in gone
    assert "第 1 次提醒，發給 2 人" in other
    assert "第 2 次提醒" not in other
    assert "其中一則通知已變更或撤回" in page


def test_stopped_reminder_hastens_nobody_up_the_ladder() -> None:
    first, second = several(2)
    line = notices.of(second, both(first)[0])
    Obligation.objects.filter(pk=line.pk).update(rung_at=at(10, 9, 9))

    recall(first, at(10, 8, 9, 10))
    projection.refresh(at(10, 8, 9, 11))

    line.refresh_from_db()
    assert line.rung_at == at(10, 9, 9)


def test_run_that_dies_leaves_all_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = several(2)
    person = both(first)[0]
    recall(first, at(10, 8, 9, 10))
    before = list(DailyReminder.objects.order_by("pk").values())
    with monkeypatch.context() as patched:
        patched.setattr(reminding, "_start", lambda *_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.plan_reminders(at(10, 8, 9, 20))
    assert list(DailyReminder.objects.order_by("pk").values()) == before

    remind(at(10, 8, 9, 30))

    assert states(person) == ["cancelled", "planned"]
    assert notices.of(second, person).reminders == 1


@pytest.mark.parametrize("people", [1, 30])
def test_same_statements_for_one_and_thirty_people(people: int) -> None:
    first, _second, _third = several(3, people)
    services.recall(notice=first, actor=first.sender, reason="wrong", at=at(10, 8, 9, 10))
    services.finish_all(at(10, 8, 9, 10))
    with CaptureQueriesContext(connection) as found:
        assert services.plan_reminders(at(10, 8, 9, 20)) == 2
        services.finish_all(at(10, 8, 9, 20))
    assert DailyReminder.objects.count() == people
    assert len(found) == STATEMENTS


STATEMENTS = 71


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [recall, correct])
def test_two_sweeps_at_once_put_back_once(act: Callable[[Notice, datetime], None]) -> None:
    first, second = several(2)
    act(first, at(10, 8, 9, 10))

    def sweep(_n: int) -> int:
        try:
            return services.plan_reminders(at(10, 8, 9, 20))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(sweep, range(2))) == 1
    assert second.rounds.filter(kind=RoundKind.REMINDER).count() == 2
