"""Who may act for whom, and when."""

from datetime import timedelta

import pytest

from apps.journal.models import Entry
from apps.people import deputies, services
from apps.people.enums import DeputyScope
from apps.people.models import Deputy
from tests import factories
from tests.people.factories import AT, deputy

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_deputy_acts_in_the_period() -> None:
    leader, other = factories.leader(), factories.director()
    deputy(leader, other)

    assert deputies.principals(other, scope=DeputyScope.APPROVALS, at=AT) == [leader]
    assert deputies.deputies_of(leader, scope=DeputyScope.APPROVALS, at=AT) == [other]


@pytest.mark.parametrize("moment", [AT - 2 * DAY, AT + DAY, AT + 2 * DAY])
def test_deputy_does_not_act_outside_the_period(moment: object) -> None:
    other = factories.director()
    deputy(factories.leader(), other)

    assert deputies.principals(other, scope=DeputyScope.ALL, at=moment) == []


def test_deputy_of_one_scope_does_not_act_in_another() -> None:
    other = factories.director()
    deputy(factories.leader(), other, scope=DeputyScope.APPROVALS)

    assert deputies.principals(other, scope=DeputyScope.REQUESTS, at=AT) == []


def test_revoked_deputy_does_not_act() -> None:
    other = factories.director()
    row = deputy(factories.leader(), other)
    services.revoke_deputy(row=row, actor=row.principal, at=AT)
    services.revoke_deputy(row=row, actor=row.principal, at=AT + DAY)

    assert deputies.principals(other, scope=DeputyScope.ALL, at=AT) == []
    assert Deputy.objects.get().revoked_at == AT


def test_deputy_cannot_hand_the_power_on() -> None:
    first, second, third = factories.leader(), factories.director(), factories.clerk()
    deputy(first, second)
    deputy(second, third)

    assert deputies.principals(third, scope=DeputyScope.ALL, at=AT) == [second]


def test_inactive_people_neither_act_nor_are_acted_for() -> None:
    leader, other = factories.leader(is_active=False), factories.director()
    deputy(leader, other)

    assert deputies.principals(other, scope=DeputyScope.ALL, at=AT) == []


def test_set_deputy_is_recorded_and_harmless_twice() -> None:
    leader, other = factories.leader(), factories.director()
    wanted = {
        "principal": leader,
        "deputy": other,
        "scope": "all",
        "starts_at": AT,
        "ends_at": AT + DAY,
        "actor": leader,
    }
    assert services.set_deputy(**wanted, at=AT) == services.set_deputy(**wanted, at=AT)

    assert Deputy.objects.count() == 1
    assert [entry.verb for entry in Entry.objects.about(leader)] == ["deputy_set"]


@pytest.mark.parametrize(
    ("starts", "ends"), [(AT, AT), (AT + DAY, AT), (AT - 3 * DAY, AT - DAY), (AT, AT + timedelta(days=400))]
)
def test_set_deputy_refuses_impossible_times(starts: object, ends: object) -> None:
    leader = factories.leader()

    with pytest.raises(services.UnableToSetDeputy):
        services.set_deputy(
            principal=leader, deputy=factories.clerk(), scope="all", starts_at=starts, ends_at=ends, actor=leader, at=AT
        )


def test_nobody_stands_in_for_oneself() -> None:
    leader = factories.leader()

    with pytest.raises(services.UnableToSetDeputy):
        services.set_deputy(
            principal=leader, deputy=leader, scope="all", starts_at=AT, ends_at=AT + DAY, actor=leader, at=AT
        )
