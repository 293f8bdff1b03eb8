"""A seal that leaves the house: two people, a moment to be back, reminders."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.core.calendar_years import create_office_calendar
from apps.delivery.models import Message
from apps.people.models import Person
from apps.seals import services
from apps.seals.models import Outing, Seal, SealUse
from tests import factories
from tests.jobs.moments import MOMENTS, Moment, stand_at
from tests.seals import factories as make
from tests.seals.factories import ELEVEN, TEN, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Person:
    return factories.clerk("印管")


@pytest.fixture
def use(keeper: Person) -> SealUse:
    return make.line(make.seal(keeper=keeper))


def taken_out(use: SealUse, keeper: Person, **fields: object) -> Outing:
    given = {
        "taker": factories.clerk("外出"),
        "companion": factories.clerk("同行"),
        "place": "公證處",
        "due_at": ELEVEN,
    }
    return services.take_out(use=use, actor=keeper, at=TEN, **given | fields)


def test_goes_with_two_and_comes_back(use: SealUse, keeper: Person) -> None:
    row = taken_out(use, keeper)
    back = services.bring_back(outing=row, actor=keeper, at=ELEVEN)

    assert (back.returned_at, back.returned_to, back.is_late(moment(30, 9))) == (ELEVEN, keeper, False)
    assert services.bring_back(outing=row, actor=keeper, at=moment(24, 9)).returned_at == ELEVEN


@pytest.mark.parametrize("wrong", ["alone", "student", "past", "nowhere"])
def test_must_be_whole(use: SealUse, keeper: Person, wrong: str) -> None:
    fields = {
        "alone": {"taker": keeper, "companion": keeper},
        "student": {"companion": factories.student()},
        "past": {"due_at": TEN},
        "nowhere": {"place": " "},
    }[wrong]
    with pytest.raises(services.UnableToTakeOut):
        taken_out(use, keeper, **fields)


def test_once_at_a_time_and_only_for_an_open_line(use: SealUse, keeper: Person) -> None:
    row = taken_out(use, keeper)
    assert taken_out(use, keeper, taker=row.taker) == row
    with pytest.raises(services.UnableToTakeOut, match="out already"):
        taken_out(make.line(use.seal), keeper)
    services.bring_back(outing=row, actor=keeper, at=ELEVEN)
    with pytest.raises(services.UnableToTakeOut, match="finished"):
        taken_out(make.closed(use.seal, keeper), keeper)


def test_only_the_keeper_lets_it_go_and_takes_it_back(use: SealUse, keeper: Person) -> None:
    with pytest.raises(PermissionDenied):
        taken_out(use, factories.director())
    row = taken_out(use, keeper)
    with pytest.raises(PermissionDenied):
        services.bring_back(outing=row, actor=row.taker, at=ELEVEN)


def test_keeper_does_not_let_it_go_for_the_own_paper(keeper: Person) -> None:
    with pytest.raises(PermissionDenied):
        taken_out(make.line(make.seal(keeper=keeper), requester=keeper), keeper)


def test_late_return_needs_words(use: SealUse, keeper: Person) -> None:
    row = taken_out(use, keeper)

    with pytest.raises(services.UnableToTakeOut, match="late"):
        services.bring_back(outing=row, actor=keeper, at=moment(23, 15))
    back = services.bring_back(outing=row, actor=keeper, note="對方排隊", at=moment(23, 15))
    assert back.is_late(moment(30, 9))


def test_overdue_is_told_once_a_working_day(use: SealUse, keeper: Person) -> None:
    factories.calendar()
    row = taken_out(use, keeper)
    told = [services.remind_overdue(at=at) for at in (TEN, ELEVEN, moment(23, 12), moment(23, 18), moment(24, 9))]

    assert told == [0, 0, 1, 0, 1]
    people = {keeper, row.taker, row.companion, *Person.objects.with_role("director")}
    messages = Message.objects.filter(source=f"seals.outing:{row.pk}")
    assert {each.person for message in messages for each in message.deliveries.select_related("person")} == people
    services.bring_back(outing=row, actor=keeper, note="晚", at=moment(24, 10))
    assert services.remind_overdue(at=moment(25, 9)) == 0


@pytest.mark.parametrize("name", MOMENTS)
def test_seals_that_are_away_are_told_of_on_working_days(
    name: str, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    from apps.seals.jobs import sweep

    keeper = factories.clerk("印管")
    use = make.line(make.seal(keeper=keeper))
    at: Moment = MOMENTS[name]
    stand_at(at, monkeypatch, settings)
    Outing.objects.create(
        seal=use.seal,
        use=use,
        taker=keeper,
        companion=factories.clerk(),
        place="x",
        released_by=keeper,
        from_at=at.at - timedelta(days=2),
        due_at=at.at - timedelta(days=1),
    )
    sweep()
    first = Message.objects.filter(source__startswith="seals.outing").count()
    sweep()

    is_told = first > 0
    assert is_told is (name not in ("holiday", "night of the jump", "before summer time", "hour that comes twice"))
    assert Message.objects.filter(source__startswith="seals.outing").count() == first


def test_seal_without_calendar_is_told_of_too(use: SealUse, keeper: Person) -> None:
    create_office_calendar(code="office", years=[2026])
    taken_out(use, keeper)

    assert services.remind_overdue(at=moment(23, 12)) == 1
    assert Seal.objects.count() == 1
