"""Rows that are gone come back, whenever and however many were lost."""

from datetime import timedelta
from random import Random

import pytest

from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.notices import services
from apps.notices.models import Completeness, Notice, Obligation
from apps.notices.services import completeness
from apps.people.models import ContactPoint
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


def test_nothing_missing_changes_nothing() -> None:
    clerk = notices.ground()
    notices.staff(3)
    notices.published(clerk)

    nothing = {"lines": 0, "too_many": 0, "deliveries": 0, "left": 0}
    assert dict(services.find_missing(now())) == nothing | {"notices": 1, "people": 3}
    assert Delivery.objects.count() == 3


@pytest.mark.parametrize("seed", range(4))
def test_deliveries_lost_at_random_come_back_however_old(seed: int) -> None:
    clerk = notices.ground()
    people = notices.staff(9)
    old = notices.published(clerk, at=now() - LONG_AGO)
    new = notices.published(clerk)
    lost = Random(seed).sample(list(Delivery.objects.values_list("pk", flat=True)), 7)
    Delivery.objects.filter(pk__in=lost).delete()

    found = services.find_missing(now())

    assert found["deliveries"] == 7
    for notice in (old, new):
        assert Delivery.objects.filter(message=notice.message).count() == len(people)
    assert services.find_missing(now())["deliveries"] == 0


def test_all_deliveries_of_a_notice_come_back() -> None:
    clerk = notices.ground()
    notices.staff(4)
    notice = notices.published(clerk, at=now() - LONG_AGO)
    Delivery.objects.all().delete()

    assert services.find_missing(now())["deliveries"] == 4
    assert Delivery.objects.filter(message=notice.message).count() == 4


@pytest.mark.parametrize("lost", [2, 5])
def test_lines_come_back_with_their_mails_and_what_is_known(lost: int) -> None:
    clerk = notices.ground()
    people = notices.staff(5)
    notice = notices.published(clerk, at=now() - LONG_AGO)
    services.acknowledge(obligation=notices.of(notice, people[0]), actor=people[0], session_key="s")
    gone = people[:lost]
    Obligation.objects.filter(person__in=gone).delete()
    Delivery.objects.filter(person__in=gone).delete()

    assert services.find_missing(now())["lines"] == lost

    assert Obligation.objects.filter(notice=notice).count() == 5
    assert notices.of(notice, people[0]).state == "acknowledged"
    assert Delivery.objects.filter(message=notice.message).count() == 4  # who acknowledged owes nothing
    assert Entry.objects.about(notice).get(verb="lines_missing").changes == {"people": [5 - lost, 5], "back": lost}


def test_known_causes_are_left_alone() -> None:
    clerk = notices.ground()
    people = notices.staff(2)
    ContactPoint.objects.filter(person=people[0]).update(dead_at=now())
    notice = notices.published(clerk)

    assert services.find_missing(now())["deliveries"] == 0
    assert notices.of(notice, people[0]).state == "unreachable"


def test_slices_go_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completeness, "NOTICES", 2)
    clerk = notices.ground()
    notices.staff(1)
    for _place in range(3):
        notices.published(clerk)
    last = Notice.objects.order_by("-pk").first()
    Delivery.objects.filter(message=last.message).delete()

    assert [services.find_missing(now())["deliveries"] for _run in range(3)] == [0, 1, 0]
    assert Completeness.objects.get().deliveries_planned == 1
