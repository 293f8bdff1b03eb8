"""What stands on whose own page."""

from datetime import timedelta

from apps.core.clock import now
from apps.core.work_item import Section
from apps.dashboard.board import build_board
from apps.dashboard.sources import SOURCES
from apps.replies import services, work_items
from tests import factories
from tests.people.factories import deputy
from tests.replies import factories as make


def reasons(person):
    fresh = type(person).objects.get(pk=person.pk)
    return [(item.section, item.reason) for item in work_items.for_user(fresh, at=now())]


def test_unit_finds_what_waits_for_it(college):
    collection = make.collecting(college.clerk, [*college.people, college.secretary])
    assert reasons(college.secretary) == []
    for person in (*college.people[:2], college.secretary):
        make.handed_in(collection, person)
    assert reasons(college.secretary) == [(Section.DECIDE, "2 answers to confirm")]
    stand_in = factories.person("代理人", "staff")
    deputy(college.secretary, stand_in, starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=1))
    assert reasons(stand_in) == [(Section.DECIDE, "2 answers to confirm")]
    assert reasons(make.secretary(make.department("乙系"))) == []


def test_who_has_to_mend_and_who_may_sign(college):
    collection = make.collecting(college.clerk, college.people)
    reply = make.handed_in(collection, college.people[0])
    services.give_back(reply=reply, actor=college.clerk, remarks={"hours": "x"})
    assert reasons(college.people[0]) == [(Section.MINE, "returned for correction")]
    make.handed_in(collection, college.people[0])
    services.confirm(reply=make.of(collection, college.people[0]), actor=college.secretary)
    services.close(collection=collection, actor=college.clerk)
    director = factories.director()
    assert reasons(college.people[0]) == reasons(college.clerk) == []
    assert reasons(director) == [(Section.DECIDE, "totals to sign off")]


def test_returned_answers_stand_once_although_the_notice_is_open_too(college):
    collection = make.collecting(college.clerk, college.people)
    services.give_back(reply=make.handed_in(collection, college.people[0]), actor=college.clerk, remarks={"hours": "x"})
    person = type(college.people[0]).objects.get(pk=college.people[0].pk)
    keys = [item.key for source in SOURCES for item in source(person, at=now(), limit=10)[0]]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    board = build_board(person, at=now())
    assert [(part.total, len(part.items)) for part in board.sections if part.total or part.items] == [(1, 1)]
