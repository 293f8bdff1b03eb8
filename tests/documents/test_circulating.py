"""Circulation: who has it now, what proves reading, reminders, excuses, deputies, its end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.documents import services
from apps.documents.enums import Access, CirculationMode, OpinionKind, ReaderState, State, Why
from apps.documents.models import Circulation, Concerned, Document, Opinion, Reader
from apps.documents.screens import AccessScreen
from apps.documents.work_items import for_user
from tests import factories
from tests.documents.factories import NINE, TEN, entered, moment
from tests.people.factories import deputy

pytestmark = pytest.mark.django_db


def states(row: object) -> list[str]:
    rows = Reader.objects.filter(circulation__document=row).order_by("order")
    return [reader.state for reader in rows]


@pytest.fixture
def people() -> list[object]:
    return [factories.clerk(name) for name in ("甲一", "乙二", "丙三")]


def circulate(row: object, people: list[object], mode: str = CirculationMode.IN_TURN) -> Circulation:
    return services.circulate(document=row, people=people, mode=mode, actor=row.handler, at=TEN)


def test_in_turn_it_goes_from_hand_to_hand_and_ends_by_itself(people: list) -> None:
    row = entered()
    found = circulate(row, people)
    assert states(row) == ["with", "waiting", "waiting"]
    with pytest.raises(PermissionDenied):
        services.read_paper(document=row, actor=people[1], at=TEN)
    for place, person in enumerate(people):
        services.open_paper(document=row, actor=person, at=TEN)
        services.read_paper(document=row, actor=person, words="閱" if not place else "", at=TEN)
    found.refresh_from_db()
    assert states(row) == ["read"] * 3
    assert found.ended_at == TEN
    assert Opinion.objects.filter(kind=OpinionKind.READ).count() == 3


def test_together_all_have_it(people: list) -> None:
    row = entered()
    circulate(row, people, CirculationMode.TOGETHER)
    assert states(row) == ["with"] * 3
    row.refresh_from_db()
    assert row.state == State.HANDLING


def test_opened_is_not_read_and_is_only_the_readers_own(people: list) -> None:
    row = entered()
    circulate(row, people)
    services.open_paper(document=row, actor=people[1], at=TEN)
    services.open_paper(document=row, actor=people[0], at=moment(23, 11))
    services.open_paper(document=row, actor=people[0], at=moment(23, 12))
    first = Reader.objects.get(person=people[0])
    assert (first.opened_at, first.state) == (moment(23, 11), ReaderState.WITH)
    assert Reader.objects.get(person=people[1]).opened_at is None


def test_reading_twice_is_reading_once(people: list) -> None:
    row = entered()
    circulate(row, people)
    for _click in range(2):
        services.read_paper(document=row, actor=people[0], at=TEN)
    assert states(row) == ["read", "with", "waiting"]


def test_an_excused_reader_hands_it_on(people: list) -> None:
    row = entered()
    circulate(row, people)
    reader = Reader.objects.get(person=people[0])
    with pytest.raises(services.UnableToCirculate):
        services.excuse_reader(reader=reader, reason=" ", actor=row.handler, at=TEN)
    services.excuse_reader(reader=reader, reason="出差", actor=row.handler, at=TEN)
    services.excuse_reader(reader=reader, reason="出差", actor=row.handler, at=TEN)
    assert states(row) == ["excused", "with", "waiting"]


def test_more_readers_come_behind_and_nobody_twice(people: list) -> None:
    row = entered()
    circulate(row, people[:1])
    services.add_readers(document=row, people=people, actor=row.handler, at=TEN)
    assert states(row) == ["with", "waiting", "waiting"]


def test_a_deputy_reads_with_both_names(people: list) -> None:
    row, stand_in = entered(), factories.person("代理", "staff")
    deputy(people[0], stand_in)
    circulate(row, people)
    services.open_paper(document=row, actor=stand_in, at=TEN)
    reader = services.read_paper(document=row, actor=stand_in, words="代閱", at=TEN)
    assert (reader.read_by, reader.person, reader.opened_at) == (stand_in, people[0], None)
    said = Opinion.objects.get(kind=OpinionKind.READ)
    assert (said.author, said.on_behalf_of) == (stand_in, people[0])


def test_reminders_are_limited(people: list) -> None:
    row = entered()
    circulate(row, people)
    assert services.urge_readers(document=row, actor=row.handler, at=TEN) == [people[0]]
    with pytest.raises(services.UnableToCirculate):
        services.urge_readers(document=row, actor=row.handler, at=TEN + timedelta(hours=2))
    assert services.urge_readers(document=row, actor=row.handler, at=TEN + timedelta(days=1)) == [people[0]]


def test_one_round_at_a_time_and_only_while_it_is_open(people: list) -> None:
    row = entered()
    circulate(row, people)
    with pytest.raises(services.UnableToCirculate):
        circulate(row, people)
    with pytest.raises(services.UnableToMove, match="circulating"):
        services.close(document=row, words="辦結", actor=row.handler, at=TEN)


def line_of(row: object, person: object) -> Concerned:
    return Concerned.objects.get(document=row, person=person, why=Why.READS)


def test_who_has_it_or_has_read_it_is_not_let_out_behind_the_round(people: list) -> None:
    """Else it would wait for somebody who cannot open it, or lose who gave an opinion."""
    row = entered(access=Access.HIDDEN)
    circulate(row, people)
    services.read_paper(document=row, actor=people[0], words="閱", at=TEN)
    for person, words in zip(people, ("have read it", "circulates to them", "circulates to them"), strict=True):
        with pytest.raises(services.UnableToMove, match=words):
            services.take_back(line=line_of(row, person), reason="誤加", actor=row.handler, at=TEN)
        assert line_of(row, person).ended_at is None
    shown = {line.person: line.may_end for line in AccessScreen(row, row.handler, TEN).lines if line.why == Why.READS}
    assert shown == dict.fromkeys(people, False)


def test_who_was_excused_may_be_let_out(people: list) -> None:
    row = entered(access=Access.HIDDEN)
    circulate(row, people)
    reader = Reader.objects.get(person=people[0])
    services.excuse_reader(reader=reader, reason="無關", actor=row.handler, at=TEN)
    shown = {line.person for line in AccessScreen(row, row.handler, TEN).lines if line.may_end}
    assert shown == {people[0]}
    services.take_back(line=line_of(row, people[0]), reason="誤加", actor=row.handler, at=TEN)
    assert not Document.objects.visible_to(people[0]).exists()


def test_what_one_may_not_open_does_not_stand_on_the_own_list(people: list) -> None:
    """A line that was ended while the round went on, before that was refused."""
    row = entered(access=Access.HIDDEN)
    circulate(row, people)
    assert [item.title for item in for_user(people[0], at=TEN)] == [row.title]
    Concerned.objects.filter(document=row, person=people[0]).update(ended_at=TEN)
    assert for_user(people[0], at=TEN) == []


def test_who_has_it_finds_it_on_the_dashboard(people: list) -> None:
    row = entered(at=NINE)
    circulate(row, people)
    assert [item.title for item in for_user(people[0], at=TEN)] == [row.title]
    assert for_user(people[1], at=TEN) == []
