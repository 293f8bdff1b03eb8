"""Numbers: none twice, none left out, whatever fails and however many ask."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from apps.core.models import IssuedNumber, NumberCounter
from apps.core.numbers import UnableToVoid, find_gaps, issue_number, void_number
from tests import factories

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def issue(at=AT):
    return issue_number(series="request", at=at).text


@pytest.fixture
def series(db):
    return factories.series("request", "R{year}-{number:04d}")


def test_numbers_follow_each_other(series):
    assert [issue(), issue()] == ["R2026-0001", "R2026-0002"]


def test_year_is_that_of_the_place(series):
    assert issue(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == "R2026-0001"
    assert issue(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == "R2027-0001"


def test_roll_back_gives_the_number_back(series):
    issue()
    with transaction.atomic():
        issue()
        transaction.set_rollback(True)
    assert issue() == "R2026-0002"
    assert find_gaps() == []


@pytest.mark.django_db(transaction=True)
def test_number_needs_the_transaction_that_uses_it():
    factories.series("request")
    with pytest.raises(transaction.TransactionManagementError):
        issue_number(series="request", at=AT)


def test_void_number_stays_and_is_not_given_again(series):
    row = issue_number(series="request", at=AT)
    void_number(row, reason="misprint")
    assert issue() == "R2026-0002"
    row.refresh_from_db()
    assert (row.state, row.void_reason) == ("void", "misprint")
    with pytest.raises(UnableToVoid):
        void_number(row, reason="again")


def test_void_needs_a_reason(series):
    with pytest.raises(UnableToVoid):
        void_number(issue_number(series="request", at=AT), reason="")


def test_ledger_line_cannot_be_deleted(series):
    row = issue_number(series="request", at=AT)
    with pytest.raises(InternalError), transaction.atomic():
        row.delete()


def test_gap_is_found_even_at_the_end(series):
    for _n in range(3):
        issue()
    assert find_gaps() == []
    NumberCounter.objects.update(last=5)
    assert find_gaps() == [("request", 2026, 2)]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_one_each():
    factories.series("request")
    found, start = [], threading.Barrier(8)

    def ask() -> None:
        try:
            start.wait(timeout=20)
            for _n in range(5):
                with transaction.atomic():
                    found.append(issue_number(series="request", at=AT).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(found) == list(range(1, 41))
    assert IssuedNumber.objects.count() == 40
