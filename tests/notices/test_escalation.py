"""After the last reminder: the unit secretary, a working day later the director. The last one falls on 10 October."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.delivery.models import Message
from apps.notices import escalated_items, services
from apps.notices.enums import Escalation
from apps.notices.models import Notice, SecretaryLetter
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def late(count: int = 1, **fields: object) -> list[Notice]:
    clerk = notices.ground()
    notices.staff(2)
    values = {"at": at(9, 24), "acknowledge_by": at(10, 9, 17), "reminder_days": [1], **fields}
    found = [notices.published(clerk, **values) for _n in range(count)]
    services.plan_reminders(at(10, 10, 10))
    services.finish_all(at(10, 10, 10))
    return found


def levels(found: Notice) -> list[int]:
    return sorted(found.obligations.values_list("escalation", flat=True))


def secretary() -> Person:
    return factories.person("秘書", Role.UNIT_SECRETARY)


def test_not_on_the_day_of_the_last_reminder_then_secretary_then_director() -> None:
    user = secretary()
    (found,) = late()

    services.escalate(at(10, 10, 16))
    assert levels(found) == [Escalation.NONE] * 2

    services.escalate(at(10, 12, 10))
    services.escalate(at(10, 12, 10, 10))
    assert levels(found) == [Escalation.SECRETARY] * 2
    assert SecretaryLetter.objects.filter(person=user).count() == 1
    assert Message.objects.filter(source="notices.secretary").count() == 1

    services.escalate(at(10, 13, 10))
    assert levels(found) == [Escalation.DIRECTOR] * 2
    assert set(found.obligations.values_list("escalated_at", flat=True)) == {at(10, 12, 10)}


def test_without_a_secretary_straight_to_the_director() -> None:
    (found,) = late()

    services.escalate(at(10, 12, 10))

    assert levels(found) == [Escalation.DIRECTOR] * 2
    assert not SecretaryLetter.objects.exists()


def test_optional_notice_is_never_raised() -> None:
    (found,) = late(notice_class="optional")

    services.escalate(at(10, 12, 10))

    assert levels(found) == [Escalation.NONE] * 2


def test_who_acknowledged_is_off_every_list_and_no_letter_is_empty() -> None:
    user = secretary()
    (found,) = late()
    services.escalate(at(10, 12, 10))
    for line in found.obligations.select_related("person"):
        services.acknowledge(obligation=line, actor=line.person, session_key="k", at=at(10, 12, 11))

    services.escalate(at(10, 13, 10))

    assert levels(found) == [Escalation.SECRETARY] * 2
    assert escalated_items.escalated(user, at(10, 13, 11), 50) == []
    assert SecretaryLetter.objects.count() == 1


def test_same_number_of_queries_for_one_and_three_notices() -> None:
    director = factories.person("主任", Role.DIRECTOR)
    counts = []
    for number in (1, 2):
        late(number) if number == 1 else [
            notices.published(factories.clerk(), at=at(9, 24), acknowledge_by=at(10, 9, 17), reminder_days=[1])
            for _n in range(2)
        ]
        Notice.objects.get_queryset()
        services.plan_reminders(at(10, 12 + number, 10))
        for found in Notice.objects.all():
            found.obligations.update(escalation=Escalation.DIRECTOR, escalated_at=at(10, 12, 10))
        user = Person.objects.get(pk=director.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            items = escalated_items.escalated(user, at(10, 14, 10), 50)
        counts.append((len(items), len(queries)))

    assert [items for items, _count in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
