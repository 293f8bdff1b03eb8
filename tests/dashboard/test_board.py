"""Sections, order, counts: the rules of the one list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from apps.core.calendar import load_working_time
from apps.core.work_item import Section, WorkItem
from apps.dashboard.board import add_counts, build_board, count_once, sort_items
from apps.dashboard.due_words import due_words
from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from tests import factories
from tests.servicedesk import factories as desk_factories

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in the office


def item(key="a", section=Section.SOON, due=None, since=AT, **fields) -> WorkItem:
    values = {
        "number": "1",
        "title": "t",
        "url": "/",
        "icon": "circle",
        "kind": "k",
        "who": "w",
        "reason": "",
        "state": "s",
        "state_colour": "blue",
    }
    return WorkItem(key=key, section=section, due_at=due, since=since, **values | fields)


def test_a_thing_stands_once_in_the_first_section_that_fits():
    found = sort_items([item(section=Section.WAITING), item(section=Section.DECIDE), item(section=Section.OVERDUE)])
    assert {section: len(rows) for section, rows in found.items() if rows} == {Section.DECIDE: 1}


def test_the_earliest_due_is_first_and_undated_last():
    hour = timedelta(hours=1)
    rows = [item("late", due=AT + hour), item("none"), item("early", due=AT - hour)]
    assert [row.key for row in sort_items(rows)[Section.SOON]] == ["early", "late", "none"]


def test_counts_of_sources_add_up_and_keep_the_plus():
    assert add_counts([{"decide": (3, False)}, {"decide": (500, True), "soon": (1, False)}]) == {
        "decide": (503, True),
        "soon": (1, False),
    }


def test_what_two_sources_give_is_counted_once_where_it_stands():
    items = [item(), item(section=Section.MINE), item("b", section=Section.MINE), item("b", section=Section.MINE)]
    counts = [{Section.SOON: (1, False)}, {Section.MINE: (1, False)}, {Section.MINE: (702, True)}]
    found = count_once(add_counts(counts), items, sort_items(items))
    assert found == {Section.SOON: (1, False), Section.MINE: (701, True)}


@pytest.fixture
def working(db):
    return load_working_time(factories.calendar())


@pytest.mark.parametrize(
    ("late_by", "words"),
    [
        (timedelta(minutes=20), "20 working minutes late"),
        (timedelta(hours=1, minutes=30), "1 working hour late"),
        (timedelta(days=3), "1 working day late"),  # since Friday: the weekend does not count
    ],
)
def test_lateness_is_told_in_working_time(working, late_by, words):
    with_due = item(due=AT - late_by, overdue=True)
    with translation.override("en"):
        assert due_words(with_due, working=working, at=AT) == words


def test_late_since_the_office_closed_is_not_called_zero_minutes(working):
    closing, night = datetime(2026, 11, 20, 9, 30, tzinfo=UTC), datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert "0 working minutes" not in due_words(item(due=closing, overdue=True), working=working, at=night)


@pytest.fixture
def desk(db):
    factories.calendar()
    return desk_factories.service()


def test_board_asks_the_same_number_of_queries_for_one_and_for_three_requests(desk, django_assert_max_num_queries):
    director, counts = factories.director(), []
    build_board(director, at=AT)  # the calendar and the content types are kept in memory from now on
    for more in (1, 2):
        for _n in range(more):
            desk_factories.request(service=desk, state=RequestState.SUBMITTED)
        with django_assert_max_num_queries(68) as captured:
            board = build_board(Person.objects.get(pk=director.pk), at=AT)
        assert board.total
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_signature_changes_when_something_comes(desk):
    director = factories.director()
    before = build_board(director, at=AT).signature
    desk_factories.request(service=desk, state=RequestState.SUBMITTED)
    assert build_board(director, at=AT).signature != before
