"""A browser notification goes beside a reminder, never in its place, and says nothing about whether that left."""

import pytest

from apps.delivery.channels import web_push
from apps.delivery.enums import Channel
from apps.delivery.models import Delivery
from apps.delivery.services import Ways
from apps.notices import services
from apps.notices.enums import RoundKind
from apps.notices.models import Round
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests.notices import factories as notices
from tests.notices.test_shared_reminders import at, both, leave, mails, recall, remind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def push_is_on(settings) -> None:
    settings.WEB_PUSH = settings.WEB_PUSH | {"private_key": web_push.new_key()}


def browser_of(person: Person) -> None:
    ContactPoint.objects.create(person=person, kind=ContactKind.PUSH, value=f"push-{person.pk}", is_primary=True)


def channels(person: Person) -> list[str]:
    return sorted(row.channel for row in mails(person))


def two() -> tuple[list, Person, Person]:
    """Two notices to two people, one with a browser; both were reminded of both by one message."""
    clerk = notices.ground()
    notices.staff(2)
    values = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [-1, 1]}
    found = [notices.published(clerk, **values) for _n in range(2)]
    first, second = both(found[0])
    browser_of(first)
    remind(at(10, 8, 9, 5))
    return found, first, second


def test_goes_beside_the_channel_that_counts() -> None:
    found, first, second = two()

    assert channels(first) == [Channel.MAIL, Channel.PUSH]
    assert channels(second) == [Channel.MAIL]
    ways = Round.objects.filter(notice=found[0], kind=RoundKind.REMINDER).values_list("ways", flat=True)
    assert list(ways) == [{"mail": 2}]


def test_browser_alone_counts_as_not_reached() -> None:
    clerk = notices.ground()
    (person,) = notices.staff(1)
    ContactPoint.objects.filter(person=person).delete()
    browser_of(person)
    notice = notices.published(clerk, at=at(9, 24), acknowledge_by=at(10, 9, 17), reminder_days=[-1])
    remind(at(10, 8, 9, 5))

    assert channels(person) == [Channel.PUSH]
    assert notice.rounds.get(kind=RoundKind.REMINDER).ways == {"none": 1}


def test_stopped_push_beside_a_mail_that_left_reminds_nobody_twice() -> None:
    found, first, _second = two()
    (mail,) = [row for row in mails(first) if row.channel == Channel.MAIL]
    leave(mail, at(10, 8, 9, 6))

    recall(found[0], at(10, 8, 9, 10))
    for minute in (20, 30):
        remind(at(10, 8, 9, minute))

    assert channels(first) == [Channel.MAIL, Channel.PUSH]


def test_both_stopped_are_made_up_by_one_message_and_counted_once() -> None:
    found, first, second = two()

    recall(found[0], at(10, 8, 9, 10))
    for minute in (20, 30):
        remind(at(10, 8, 9, minute))

    assert channels(first) == [Channel.MAIL, Channel.MAIL, Channel.PUSH, Channel.PUSH]
    assert channels(second) == [Channel.MAIL, Channel.MAIL]
    newest = Round.objects.filter(notice=found[1], kind=RoundKind.REMINDER).order_by("-pk")[0]
    assert (newest.ways, newest.recipient_count) == ({"mail": 2}, 2)
    stopped = Round.objects.filter(notice=found[1], kind=RoundKind.REMINDER).order_by("pk")[0]
    assert (stopped.ways, stopped.recipient_count) == ({}, 0)


def test_reminder_that_lost_its_row_is_put_back_by_the_channel_that_counts() -> None:
    found, first, _second = two()
    Delivery.objects.filter(pk__in=[row.pk for row in mails(first) if row.channel == Channel.MAIL]).delete()

    assert services.find_missing(at(10, 8, 11))["deliveries"] == 1

    assert channels(first) == [Channel.MAIL, Channel.PUSH]
    assert found[0].rounds.get(kind=RoundKind.REMINDER).ways["mail"] >= 2


def test_push_beside_does_not_pass_for_the_mail_that_is_missing(monkeypatch) -> None:
    """Whose mail could not be planned again stays on the list of what is left."""
    _found, first, _second = two()
    Delivery.objects.filter(pk__in=[row.pk for row in mails(first) if row.channel == Channel.MAIL]).delete()
    with monkeypatch.context() as broken:
        broken.setattr("apps.notices.services.missing_messages.tell_once", lambda *_given: Ways(0, {}, 0))
        assert services.find_missing(at(10, 8, 11))["left"] == 2  # one message, missing from the round of each notice

    assert services.find_missing(at(10, 8, 12))["left"] == 0
