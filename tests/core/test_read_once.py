from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.core.read_once import once, reading_once
from apps.people.deputies import principals
from apps.people.enums import DeputyScope
from apps.people.models import Deputy
from tests import factories


def test_kept_within_and_forgotten_after() -> None:
    asked = iter(range(10))
    with reading_once():
        assert [once("a", lambda: next(asked)), once("a", lambda: next(asked)), once("b", lambda: next(asked))] == [
            0,
            0,
            1,
        ]
    assert once("a", lambda: next(asked)) == 2
    with reading_once():
        assert once("a", lambda: next(asked)) == 3


@pytest.mark.django_db
def test_deputies_are_read_once_for_all_scopes(django_assert_num_queries) -> None:
    at, deputy, principal = now(), factories.clerk(), factories.director()
    for scope, starts, ends in (
        (DeputyScope.NOTICES, -2, 2),
        (DeputyScope.TASKS, 1, 2),
        (DeputyScope.REQUESTS, -2, -1),
    ):
        Deputy.objects.create(
            deputy=deputy, principal=principal, scope=scope, created_by=principal,
            starts_at=at + timedelta(days=starts), ends_at=at + timedelta(days=ends),
        )  # fmt: skip
    asked = (DeputyScope.NOTICES, DeputyScope.TASKS, DeputyScope.REQUESTS)
    with django_assert_num_queries(1), reading_once():
        found = [principals(deputy, scope=scope, at=at) for scope in asked]
    assert found == [[principal], [], []] == [principals(deputy, scope=scope, at=at) for scope in asked]
    assert principals(deputy, scope=DeputyScope.TASKS, at=at + timedelta(days=1)) == [principal], (
        "from its first moment"
    )
    assert principals(deputy, scope=DeputyScope.NOTICES, at=at + timedelta(days=2)) == []
