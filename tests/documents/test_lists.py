"""What stands on whose list, and where: stand-ins, days of reading, sections in their order."""

from datetime import timedelta

import pytest

from apps.core.work_item import Section
from apps.documents import services
from apps.documents.enums import Access, CirculationMode
from apps.documents.models import Document
from apps.documents.work_items import for_user
from apps.people.enums import DeputyScope, Role
from apps.people.models import Person
from tests import factories
from tests.documents.factories import TEN, asked, entered, moment
from tests.people.factories import AT, deputy

pytestmark = pytest.mark.django_db


def listed(person: Person, *, at: object = TEN) -> list[tuple[str, str, str]]:
    items = for_user(Person.objects.get(pk=person.pk), at=at)
    return [(item.title, item.section, item.reason) for item in items]


def circulating(row: Document, *people: Person, **fields: object) -> None:
    given = {"mode": CirculationMode.TOGETHER, "actor": row.handler, "at": TEN} | fields
    services.circulate(document=row, people=people, **given)


@pytest.mark.parametrize("role", [Role.CLERK, Role.STAFF])
def test_a_stand_in_finds_what_is_in_the_hands_of_who_is_away(role: str) -> None:
    clerk, stand_in = factories.clerk(), factories.person("代理", role)
    entered(clerk, title="在辦")
    asked(factories.leader(), clerk=clerk, title="待批", access=Access.HIDDEN)
    assert listed(stand_in) == []
    deputy(clerk, stand_in, scope=DeputyScope.DOCUMENTS)
    assert set(listed(stand_in)) == {
        ("在辦", Section.MINE, "in your hands, for 科員甲"),
        ("待批", Section.WAITING, "an instruction is asked for, for 科員甲"),
    }
    Document.objects.update(due_at=moment(23, 9))
    assert set(listed(stand_in)) == {(title, Section.OVERDUE, "overdue, for 科員甲") for title in ("在辦", "待批")}
    assert listed(stand_in, at=AT + timedelta(days=2)) == []


def test_a_stand_in_for_other_things_does_not() -> None:
    clerk, stand_in = factories.clerk(), factories.clerk("代理")
    entered(clerk)
    deputy(clerk, stand_in, scope=DeputyScope.APPROVALS)
    assert listed(stand_in) == []


def test_a_stand_in_finds_what_circulates_to_who_is_away_and_the_own_first() -> None:
    clerk, away, stand_in = factories.clerk(), factories.clerk("甲一"), factories.person("代理", Role.STAFF)
    deputy(away, stand_in, scope=DeputyScope.DOCUMENTS)
    one, both = entered(clerk, title="傳閱件", access=Access.HIDDEN), entered(clerk, title="兩人閱")
    circulating(one, away)
    circulating(both, away, stand_in)
    theirs = {("傳閱件", Section.MINE, "for you to read, for 甲一"), ("兩人閱", Section.MINE, "for you to read")}
    assert set(listed(stand_in)) == theirs
    services.read_paper(document=both, actor=stand_in, at=TEN)
    services.read_paper(document=both, actor=stand_in, at=TEN)
    services.read_paper(document=one, actor=stand_in, at=TEN)
    assert listed(stand_in) == []


@pytest.mark.parametrize("access", [Access.INTERNAL, Access.HIDDEN])
def test_a_reading_has_the_day_of_its_round(access: str) -> None:
    """For the reader, for who handles it and can remind them, and for a director who may read it."""
    director, clerk, reader = factories.director(), factories.clerk(), factories.person("甲一", Role.STAFF)
    row = entered(clerk, title="傳閱件", access=access)
    circulating(row, reader, due_at=moment(23, 17))
    assert [item.due_at for item in for_user(reader, at=TEN)] == [moment(23, 17)]
    later = moment(23, 18)
    assert listed(reader, at=later) == [("傳閱件", Section.OVERDUE, "for you to read")]
    told = [("傳閱件", Section.OVERDUE, "not read in time")]
    assert listed(clerk, at=later) == told
    assert listed(director, at=later) == (told if access == Access.INTERNAL else [])
    assert {(item.due_at, item.overdue) for item in for_user(clerk, at=later)} == {(moment(23, 17), True)}
    services.read_paper(document=row, actor=reader, at=later)
    assert listed(director, at=later) == []


def test_a_round_without_a_day_is_late_when_its_document_is() -> None:
    clerk, reader = factories.clerk(), factories.person("甲一", Role.STAFF)
    row = entered(clerk)
    circulating(row, reader)
    assert [(item.due_at, item.overdue) for item in for_user(reader, at=TEN)] == [(row.due_at, False)]
    late = row.due_at + timedelta(hours=1)
    assert [(item.section, item.overdue) for item in for_user(reader, at=late)] == [(Section.OVERDUE, True)]


def test_what_is_due_by_the_next_working_day_is_soon_for_all_of_them() -> None:
    director, clerk, reader = factories.director(), factories.clerk(), factories.person("甲一", Role.STAFF)
    row, later = entered(clerk, title="明日"), entered(clerk, title="後日")
    for each, day in ((row, 24), (later, 25)):
        services.set_due(document=each, due_at=moment(day, 17), reason="急", actor=director, may_extend=True, at=TEN)
    assert listed(director) == [("明日", Section.SOON, "due soon")]
    assert set(listed(clerk)) == {("明日", Section.SOON, "due soon"), ("後日", Section.MINE, "in your hands")}
    circulating(later, reader, due_at=moment(24, 17))
    assert listed(reader) == [("後日", Section.SOON, "for you to read")]


def test_an_overdue_paper_that_the_director_also_has_to_read_is_overdue() -> None:
    director, clerk = factories.director(), factories.clerk()
    row = entered(clerk, title="逾期件")
    circulating(row, director, due_at=moment(30, 17))
    assert listed(director) == [("逾期件", Section.MINE, "for you to read")]
    assert listed(director, at=row.due_at + timedelta(hours=1)) == [("逾期件", Section.OVERDUE, "overdue")]


def test_why_it_stops_is_said_of_what_is_late_too() -> None:
    director, leader, clerk = factories.director(), factories.leader(), factories.clerk()
    row = asked(leader, clerk=clerk, title="待批")
    Person.objects.filter(pk=leader.pk).update(is_active=False)
    assert listed(clerk) == listed(director) == [("待批", Section.STUCK, "who is asked has left")]
    late = row.due_at + timedelta(hours=1)
    told = [("待批", Section.OVERDUE, "who is asked has left")]
    assert listed(clerk, at=late) == listed(director, at=late) == told


def test_what_waits_for_a_decision_stands_there_however_late_it_is() -> None:
    director, clerk = factories.director(), factories.clerk()
    row = asked(director, clerk=clerk)
    assert {item.section for item in for_user(director, at=row.due_at + timedelta(days=1))} == {Section.DECIDE}


def test_without_a_calendar_soon_is_a_day() -> None:
    clerk = factories.clerk()
    row = entered(clerk)
    Document.objects.filter(pk=row.pk).update(due_at=moment(3, 9, month=1).replace(year=2031))
    assert [item.section for item in for_user(clerk, at=moment(2, 10, month=1).replace(year=2031))] == [Section.SOON]
