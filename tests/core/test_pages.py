"""Keyset pages: every row once, in order; a cursor from elsewhere does no harm."""

import base64
import json
from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.core.pages import capped_count, count_label, decode_cursor, encode_cursor, keyset_page
from apps.people.models import Person
from tests import factories

pytestmark = pytest.mark.django_db


def people(count, *, same_moment=False):
    start = now()
    for number in range(count):
        moment = start if same_moment else start + timedelta(minutes=number)
        factories.person(f"p{number}", mail=None, created_at=moment)


def walk(**options):
    """All pages, one after the other."""
    cursor, names, pages = "", [], 0
    while True:
        page = keyset_page(Person.objects.all(), by="created_at", cursor=cursor, size=2, **options)
        names += [row.name for row in page.rows]
        pages += 1
        cursor = page.next_cursor
        if not cursor:
            return names, pages


@pytest.mark.parametrize("same_moment", [False, True])
def test_every_row_comes_once(same_moment):
    people(5, same_moment=same_moment)
    assert walk() == (["p4", "p3", "p2", "p1", "p0"], 3)
    assert walk(newest_first=False) == (["p0", "p1", "p2", "p3", "p4"], 3)


def test_full_last_page_has_no_next():
    people(2)
    page = keyset_page(Person.objects.all(), by="created_at", size=2)
    assert (len(page.rows), page.next_cursor, page.is_first) == (2, "", True)


def test_row_that_comes_in_between_shifts_nothing():
    people(4)
    first = keyset_page(Person.objects.all(), by="created_at", size=2)
    factories.person("new", mail=None, created_at=now() + timedelta(days=1))
    second = keyset_page(Person.objects.all(), by="created_at", size=2, cursor=first.next_cursor)
    assert [row.name for row in second.rows] == ["p1", "p0"]
    assert not second.is_first


def packed(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "€",
        packed(1),
        packed([None, 1]),
        packed(["abc", 1]),
        packed([["a"], 1]),
        packed(["2026-11-23T10:00:00", 1]),
        packed(["2026-99-99T10:00:00+08:00", 1]),
        packed([float("inf"), float("inf")]),
        packed([5, 1]),
        "W" * 4000,
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_cursor_that_is_none_of_ours_gives_the_first_page(cursor):
    people(1)
    page = keyset_page(Person.objects.all(), by="created_at", cursor=cursor)
    assert ([row.name for row in page.rows], page.is_first) == (["p0"], True)


@pytest.mark.parametrize("value", ["2026-號", 17, now()])
def test_cursor_reads_back(value):
    assert decode_cursor(encode_cursor(value, 5)) == (value, 5)


def test_counting_stops_at_the_cap():
    people(4)
    rows = Person.objects.order_by("name")
    assert [capped_count(rows, 3), capped_count(rows, 4)] == [(3, True), (4, False)]
    assert [count_label(rows, 3), count_label(rows, 9)] == ["3+", "4"]
