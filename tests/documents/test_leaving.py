"""Who leaves: nothing is lost with them, and what stands still stands on somebody's list."""

from datetime import date

import pytest

from apps.core.work_item import Section
from apps.delivery.models import Message
from apps.documents import services
from apps.documents.enums import Access, CirculationMode, Direction, ReaderState, State, Why
from apps.documents.models import Concerned, Document, Reader
from apps.documents.work_items import for_user
from apps.journal.models import Entry
from apps.people.models import Person
from tests import factories
from tests.documents.factories import NINE, TEN, asked, entered, incoming, moment

pytestmark = pytest.mark.django_db
LIMITED = pytest.mark.parametrize("access", [Access.RESERVED, Access.HIDDEN])


def leave(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def lose_post(person: Person) -> None:
    person.posts.update(valid_to=date(2026, 11, 22))


def seen_by(person: Person) -> set[str]:
    return {row.title for row in Document.objects.visible_to(Person.objects.get(pk=person.pk))}


@LIMITED
@pytest.mark.parametrize("gone", [leave, lose_post])
def test_what_only_its_handler_read_is_read_by_the_director_and_can_be_handed_over(access: str, gone: object) -> None:
    director, clerk, other = factories.director(), factories.clerk(), factories.clerk("科員乙")
    row = entered(clerk, access=access, title="人事安排")
    assert services.give_to_directors(at=TEN) == 0
    gone(clerk)
    assert services.give_to_directors(at=TEN) == 1
    assert services.give_to_directors(at=TEN) == 0
    assert seen_by(director) == {"人事安排"}
    assert seen_by(other) == set()
    assert Concerned.objects.get(document=row, person=director).why == Why.HANDLES
    assert Entry.objects.about(row).filter(verb="doc_left_behind", actor=None).count() == 1
    assert Message.objects.filter(deliveries__person=director).distinct().count() == 1
    services.hand_over(document=row, to=other, reason="原承辦人調離", actor=director, at=TEN)
    assert seen_by(other) == {"人事安排"}


def test_one_that_was_only_signed_for_can_be_registered_by_the_director() -> None:
    director, clerk = factories.director(), factories.clerk()
    row = incoming("人事安排", clerk=clerk, number=False, access=Access.HIDDEN)
    leave(clerk)
    services.give_to_directors(at=TEN)
    assert seen_by(director) == {"人事安排"}
    services.register(document=row, actor=director, at=TEN)


def test_a_director_who_comes_later_reads_it_too() -> None:
    before, clerk = factories.director(), factories.clerk()
    entered(clerk, access=Access.HIDDEN, title="人事安排")
    leave(clerk)
    services.give_to_directors(at=TEN)
    leave(before)
    after = factories.director("新主任")
    assert services.give_to_directors(at=TEN) == 1
    assert seen_by(after) == {"人事安排"}


def test_what_is_over_is_given_only_when_nobody_reads_it() -> None:
    """A file that its decider still reads is nobody's to be looked after."""
    director, leader, clerk = factories.director(), factories.leader(), factories.clerk()
    for title, who in (("有人可閱", leader), ("無人可閱", clerk)):
        row = asked(leader, clerk=clerk, access=Access.HIDDEN, title=title) if who == leader else entered(
            clerk, access=Access.HIDDEN, title=title
        )  # fmt: skip
        if who == leader:
            services.withdraw_question(document=row, reason="不需批示", actor=clerk, at=TEN)
        services.close(document=row, words="已辦。", actor=clerk, at=TEN)
        services.file_document(document=row, retention="ten", actor=clerk, at=TEN)
    leave(clerk)
    assert services.give_to_directors(at=TEN) == 1
    assert seen_by(director) == {"無人可閱"}


def test_an_outgoing_draft_of_who_left_is_given_and_a_secretarys_own_is_not() -> None:
    director, unit = factories.director(), factories.unit("教務科")
    for name in ("甲一", "乙二"):
        secretary = factories.person(name, "unit_secretary", at=unit)
        Document.objects.create(
            direction=Direction.OUTGOING, state=State.DRAFT, title=name, access=Access.RESERVED, unit=unit,
            created_by=secretary, handler=secretary, created_at=NINE,
        )  # fmt: skip
    leave(Person.objects.get(name="甲一"))
    services.give_to_directors(at=TEN)
    assert seen_by(director) == {"甲一"}


def test_what_the_office_reads_anyway_and_who_is_there_are_left_alone() -> None:
    director, clerk, there = factories.director(), factories.clerk(), factories.clerk("科員乙")
    entered(clerk, title="普通")
    entered(there, access=Access.HIDDEN, title="不可見")
    leave(clerk)
    assert services.give_to_directors(at=moment(24, 9)) == 0
    assert "不可見" not in seen_by(director)


def listed(person: Person, *, day: int = 23) -> list[tuple[str, str, str]]:
    items = for_user(Person.objects.get(pk=person.pk), at=moment(day, 11))
    return [(item.title, item.section, item.reason) for item in items]


@pytest.mark.parametrize("gone", [leave, lose_post])
@pytest.mark.parametrize("due", [True, False])
def test_a_paper_whose_handler_is_gone_is_stuck_on_the_directors_list_long_before_it_is_late(
    gone: object, due: bool
) -> None:
    director, clerk = factories.director(), factories.clerk()
    row = entered(clerk, title="普通", **{} if due else {"urgency": None})
    assert (row.due_at is not None, listed(director)) == (due, [])
    gone(clerk)
    assert listed(director) == [("普通", Section.STUCK, "its handler is gone")]


def test_who_is_gone_is_not_said_to_be_urged() -> None:
    director, clerk, other = factories.director(), factories.clerk(), factories.clerk("科員乙")
    row = entered(clerk)
    lose_post(clerk)
    with pytest.raises(services.UnableToMove, match="科員甲 has left"):
        services.urge(document=row, actor=director, at=TEN)
    assert not Entry.objects.about(row).filter(verb="doc_urged").exists()
    services.hand_over(document=row, to=other, reason="改派", actor=director, at=TEN)
    services.urge(document=row, actor=director, at=TEN)


def circulating(row: Document, *people: Person, mode: str = CirculationMode.IN_TURN) -> None:
    services.circulate(document=row, people=people, mode=mode, actor=row.handler, at=TEN)


@pytest.mark.parametrize("access", [Access.INTERNAL, Access.HIDDEN])
def test_a_reader_who_left_stops_the_round_in_sight_of_who_can_take_them_out(access: str) -> None:
    clerk, one, two = factories.clerk(), factories.clerk("甲一"), factories.clerk("乙二")
    director = factories.director()
    row = entered(clerk, access=access, title="傳閱件")
    circulating(row, one, two)
    leave(one)
    stuck = ("傳閱件", Section.STUCK, "who has it to read has left")
    assert listed(clerk) == [stuck]
    assert listed(director) == ([stuck] if access == Access.INTERNAL else [])
    with pytest.raises(services.UnableToCirculate, match="甲一: left meanwhile"):
        services.urge_readers(document=row, actor=clerk, at=TEN)
    reader = Reader.objects.get(person=one)
    services.excuse_reader(reader=reader, reason="已調離", actor=clerk, at=TEN)
    assert Reader.objects.get(person=two).state == ReaderState.WITH
    assert Section.STUCK not in {section for _title, section, _words in listed(clerk)}


def test_of_several_only_who_is_there_is_reminded() -> None:
    clerk, one, two = factories.clerk(), factories.clerk("甲一"), factories.clerk("乙二")
    row = entered(clerk)
    circulating(row, one, two, mode=CirculationMode.TOGETHER)
    leave(one)
    assert services.urge_readers(document=row, actor=clerk, at=TEN) == [two]


def test_a_hidden_paper_asked_of_who_left_is_stuck_for_its_handler() -> None:
    leader, clerk = factories.leader(), factories.clerk()
    asked(leader, clerk=clerk, access=Access.HIDDEN, title="人事安排")
    leave(leader)
    assert listed(clerk) == [("人事安排", Section.STUCK, "who is asked has left")]
