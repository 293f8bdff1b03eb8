"""Every figure over thirty requests whose answers were worked out by hand, as of Wednesday 25 November 2026, noon."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.enums import ClockKind
from apps.core.measure import Period
from apps.people.models import Person
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.figures import FIGURES, rows_for
from apps.servicedesk.measures import for_period
from apps.servicedesk.models import ClockEntry, RatingInvitation, Request, Service
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import moment

pytestmark = pytest.mark.django_db
AT = moment(25, 12)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
OCTOBER = NOVEMBER.before()


class Book:
    """Writes requests with just the facts that figures look at."""

    def __init__(self) -> None:
        self.service: Service = desk.service()
        self.student: Person = factories.student()
        self.clerk: Person = factories.clerk()
        self.count = 0

    def write(
        self,
        state: str,
        filed: datetime,
        *,
        closed: datetime | None = None,
        within: bool | None = None,
        due: datetime | None = None,
        answered: int | None = None,
        counter: bool = False,
        returns: int = 0,
        rating: int | None = None,
    ) -> Request:
        self.count += 1
        request = desk.draft(
            self.student,
            of=self.service,
            number=f"R{self.count}",
            state=state,
            filed_by=self.clerk if counter else self.student,
            submitted_at=filed,
            closed_at=closed,
            due_at=due,
            within_target=within,
            first_response_at=filed if answered is not None else None,
            first_response_minutes=answered,
            return_count=returns,
            rating=rating,
            calendar_version=desk.calendar_version(),
            target_minutes=960,
        )
        self.line(request, ClockKind.START, filed)
        if closed:
            self.line(request, ClockKind.CANCEL if state == S.WITHDRAWN else ClockKind.STOP, closed)
        if state == S.RESOLVED:
            RatingInvitation.objects.create(request=request, sent_at=closed)
        return request

    def line(self, request: Request, kind: str, at: datetime) -> None:
        ClockEntry.objects.create(request=request, kind=kind, at=at)


def november(book: Book) -> None:
    """Filed in November: 22 rows, 2 withdrawn and 1 draft among them."""
    closed = moment(16, 10)
    for ratings, answered, returns in zip(
        (5, 5, 4, 4, 3, 2, None, None), range(10, 90, 10), (1, 2, 0, 0, 0, 0, 0, 0), strict=True
    ):
        book.write(
            S.RESOLVED, moment(9, 9), closed=closed, within=True, answered=answered, returns=returns, rating=ratings
        )
    book.write(S.REFUSED, moment(9, 9), closed=closed, within=True, answered=90)
    book.write(S.REFUSED, moment(9, 9), closed=closed, within=False, answered=100)
    book.write(S.WITHDRAWN, moment(9, 9), closed=closed, answered=5)
    book.write(S.WITHDRAWN, moment(9, 9), closed=closed)
    desk.draft(book.student, of=book.service)
    book.write(S.IN_PROGRESS, moment(24, 9), due=moment(30, 9), answered=110)
    book.write(S.SUBMITTED, moment(24, 9), due=moment(30, 9))
    book.write(S.SUBMITTED, moment(24, 9), due=moment(30, 9))
    book.write(S.SUBMITTED, moment(24, 9), due=moment(30, 9), answered=5, counter=True)
    book.write(S.IN_APPROVAL, moment(10, 9), due=moment(20, 9), answered=120, returns=1)
    book.write(S.SUBMITTED, moment(10, 9), due=moment(20, 9))
    book.write(S.IN_PROGRESS, moment(10, 9), due=moment(20, 9), answered=130)
    book.write(S.RETURNED, moment(12, 9), answered=140, returns=1)
    book.write(S.RETURNED, moment(12, 9), answered=150, returns=1)


def october(book: Book) -> None:
    """Filed in October: 8 rows; three done in November, one reopened there."""
    filed, closed = moment(20, 9, month=10), moment(3, 9)
    book.write(S.RESOLVED, filed, closed=closed, within=True, answered=100, rating=5)
    book.write(S.RESOLVED, filed, closed=closed, within=False, answered=100, rating=1)
    book.write(S.RESOLVED, filed, closed=closed, within=False, answered=100)
    book.write(S.SUBMITTED, moment(5, 9, month=10), due=moment(15, 9, month=10), answered=200)
    for _n in range(2):
        book.write(S.RESOLVED, filed, closed=moment(28, 9, month=10), within=True, answered=60, rating=5)
    reopened = book.write(S.IN_PROGRESS, filed, due=moment(1, 9, month=12), answered=100)
    book.line(reopened, ClockKind.STOP, moment(28, 9, month=10))
    book.line(reopened, ClockKind.RESUME, moment(20, 9))
    book.write(S.WAITING_REQUESTER, moment(30, 9, month=10))


@pytest.fixture
def thirty() -> Book:
    book = Book()
    november(book)
    october(book)
    assert Request.objects.count() == 30
    return book


def figures(period: Period) -> dict[str, tuple[float | None, int | None]]:
    return {measure.code: (measure.value, measure.of) for measure in for_period(period, at=AT)}


def test_november(thirty: Book) -> None:
    assert figures(NOVEMBER) == {
        "received": (19, None),  # 8 done, 2 refused, 4 new, 3 late, 2 returned
        "completed": (13, None),  # 8 and 2 of November, 3 of October
        "open": (12, None),  # 4 new, 3 late, 2 returned; of October: 1 late, 1 reopened, 1 waiting
        "open_old": (2, None),  # filed before 28 October: the late one and the reopened one
        "overdue": (4, None),
        "within_target": (62.5, 16),  # 10 kept of 13 closed and 3 that are late and open
        "first_within_target": (None, 0),  # none was promised
        "lapsed": (0, None),
        "first_response": (80, 15),  # 10, 20 … 150
        "first_response_p90": (136, 15),
        "unanswered": (3, None),
        "returned": (26.3, 19),  # 5
        "satisfaction": (62.5, 8),  # 5 5 4 4 5 of eight
        "rated": (72.7, 11),  # 8 of 11
    }


def test_october_as_seen_in_november(thirty: Book) -> None:
    assert figures(OCTOBER) == {
        "received": (8, None),
        "completed": (2, None),  # the reopened one does not count any more
        "open": (5, None),  # 3 done in November, 1 late, 1 waiting; the reopened one was closed then
        "open_old": (0, None),
        "overdue": (None, None),  # cannot be told of a period that is over
        "within_target": (66.7, 3),
        "first_within_target": (None, 0),
        "lapsed": (0, None),
        "first_response": (100, 7),  # 60 60 100 100 100 100 200
        "first_response_p90": (140, 7),
        "unanswered": (1, None),
        "returned": (0.0, 8),
        "satisfaction": (None, 2),  # fewer than five ratings
        "rated": (100.0, 2),
    }


def test_nothing_filed_gives_nothing() -> None:
    desk.calendar_version()
    values = figures(NOVEMBER)

    assert {code for code, (value, _of) in values.items() if value is None} == {
        "within_target",
        "first_within_target",
        "first_response",
        "first_response_p90",
        "returned",
        "satisfaction",
        "rated",
    }
    assert values["received"] == (0, None)


@pytest.mark.parametrize("period", [NOVEMBER, OCTOBER], ids=["november", "october"])
def test_rows_opened_are_those_counted(thirty: Book, period: Period) -> None:
    opens_base = {"within_target", "first_within_target", "first_response", "first_response_p90", "satisfaction"}
    for code, (value, of) in figures(period).items():
        rows = rows_for(code, period, AT).count()
        if code in opens_base:
            assert rows == of, code
        elif code in ("returned", "rated"):
            assert round(100 * rows / of, 1) == value, code
        elif value is not None:
            assert rows == value, code


def test_every_figure_has_its_definition_and_its_list() -> None:
    desk.calendar_version()
    for measure in for_period(NOVEMBER, at=AT):
        assert measure.definition
        assert measure.rows_url == f"/requests/list/?measure={measure.code}&from=2026-11-01&to=2026-11-30"
        assert measure.is_partial
    assert not any(measure.is_partial for measure in for_period(OCTOBER, at=AT))


def test_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        rows_for("nonsense", NOVEMBER, AT)


def test_figures_take_a_fixed_number_of_queries() -> None:
    book = Book()
    november(book)
    for_period(NOVEMBER, at=AT)  # the calendar is kept in memory from now on
    with CaptureQueriesContext(connection) as few:
        for_period(NOVEMBER, at=AT)
    november(book)
    with CaptureQueriesContext(connection) as many:
        for_period(NOVEMBER, at=AT)

    assert len(few) == len(many) <= len(FIGURES) + 6


def test_first_answers_are_judged_when_given_or_due() -> None:
    """Kept 3 of 5: three answered in time (one lapsed later), one late, one owed and due. Not due yet and withdrawn
    ones are not judged.
    """
    book = Book()
    nine = moment(9, 9)
    for within, answered in ((True, 60), (True, 90), (False, 300)):
        row = book.write(S.IN_PROGRESS, nine, due=moment(30, 9), answered=answered)
        Request.objects.filter(pk=row.pk).update(first_due_at=moment(9, 15), first_within_target=within)
    for state, due in ((S.SUBMITTED, moment(24, 9)), (S.SUBMITTED, moment(26, 9)), (S.WITHDRAWN, moment(24, 9))):
        row = book.write(state, nine, due=moment(30, 9))
        Request.objects.filter(pk=row.pk).update(first_due_at=due)
    lapsed = book.write(S.LAPSED, nine, closed=moment(20, 9), answered=30)
    Request.objects.filter(pk=lapsed.pk).update(first_due_at=moment(9, 15), first_within_target=True)

    found = figures(NOVEMBER)
    assert found["first_within_target"] == (60.0, 5)
    assert (found["lapsed"], found["received"], found["completed"]) == ((1, None), (6, None), (0, None))
    assert found["within_target"] == (None, 0)
