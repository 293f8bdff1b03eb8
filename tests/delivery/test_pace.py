"""The shared buckets: how many messages a minute leave for a domain, and from an account."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.clock import now
from apps.delivery.claims import claim
from apps.delivery.enums import DeliveryState, Queue
from apps.delivery.models import Delivery, PaceBucket
from apps.delivery.pace import take, within_pace
from apps.delivery.sending import send_due
from tests.delivery.conftest import Sink
from tests.delivery.factories import NOON, mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


def test_burst_then_one_after_the_other() -> None:
    assert take("domain:qq.com", 200, 60, NOON)[0] == 10
    granted, wait = take("domain:qq.com", 200, 60, NOON)
    assert (granted, wait) == (0, pytest.approx(1.0))
    assert take("domain:qq.com", 200, 60, NOON + timedelta(seconds=3))[0] == 3


def test_bucket_never_holds_more_than_its_burst() -> None:
    take("domain:qq.com", 1, 60, NOON)

    assert take("domain:qq.com", 200, 60, NOON + timedelta(hours=1))[0] == 10


def test_clock_that_goes_back_gives_no_tokens() -> None:
    take("domain:qq.com", 200, 60, NOON)

    assert take("domain:qq.com", 1, 60, NOON - timedelta(minutes=5))[0] == 0
    assert PaceBucket.objects.get().refilled_at == NOON


def test_one_statement_for_a_domain(django_assert_num_queries) -> None:
    take("domain:qq.com", 1, 60, NOON)

    with django_assert_num_queries(1):
        take("domain:qq.com", 100, 60, NOON)


def test_no_limit_asks_nothing(django_assert_num_queries) -> None:
    rows = [mail() for _n in range(3)]

    with django_assert_num_queries(0):
        assert within_pace(rows, NOON) == rows


def test_rows_beyond_the_pace_of_a_domain_wait_in_turn(settings, sink: Sink) -> None:
    settings.MAIL_PER_DOMAIN_A_MINUTE = 12  # a burst of two
    about = message()
    for number in range(5):
        mail(about=about, address=f"p{number}@qq.com")
    other = mail(about=about, address="p@other.example")

    before = now()
    assert send_due(Queue.NOTICE).mails == 3

    other.refresh_from_db()
    assert other.state == DeliveryState.HANDED_OFF
    waiting = Delivery.objects.filter(state=DeliveryState.PLANNED).order_by("not_before")
    assert [round((row.not_before - before).total_seconds() / 5) for row in waiting] == [1, 2, 3]


def test_account_has_a_pace_of_its_own(settings, sink: Sink) -> None:
    settings.PACE_A_MINUTE = settings.PACE_A_MINUTE | {"mail": 12}
    about = message()
    for number in range(3):
        mail(about=about, address=f"p{number}@domain{number}.example")

    assert send_due(Queue.NOTICE).mails == 2
    assert list(PaceBucket.objects.values_list("key", flat=True)) == ["sender:mail"]


def test_number_of_statements_follows_the_domains_not_the_mails(settings) -> None:
    settings.MAIL_PER_DOMAIN_A_MINUTE = 6_000
    about = message()

    def statements(count: int) -> int:
        for number in range(count):
            mail(about=about, address=f"{count}-{number}@qq.com")
        rows = claim(Queue.NOTICE, now())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(within_pace(rows, now())) == count
        return Counter(query["sql"].split()[0] for query in captured)["WITH"]

    statements(1)
    assert (statements(3), statements(9)) == (1, 1)
