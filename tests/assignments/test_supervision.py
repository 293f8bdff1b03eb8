"""The supervision list: each figure opens exactly its rows, late days are working days, the sheet has the same rows."""

import io

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.assignments import services
from apps.assignments.measures import for_period
from apps.assignments.models import Part
from apps.assignments.supervision import lines_of, read_asked, rows_of
from apps.core.measure import Period
from apps.journal.models import Entry
from apps.reports.summary import figures as summary_figures
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.jobs.moments import freeze
from tests.notices import factories as papers
from tests.replies.test_views import signed_in

NOVEMBER = Period(moment(1).date(), moment(30).date())


def done(college, place: int, at, *, due_at=None, accepted=None) -> Part:
    """Reported and confirmed at `at`, accepted an hour later."""
    row = make.given(college.clerk, [college.units[place]], at=moment(5, month=10), due_at=due_at or make.DUE)
    make.confirmed(row, college.units[place], college.secretaries[place], college.heads[place], at=at)
    return services.accept(part=make.of(row, college.units[place]), actor=college.clerk, at=accepted or at)


@pytest.fixture
def board(college, monkeypatch):
    """On Thursday 26 November: 甲系 one overdue and one due soon, 乙系 one closed late, 丙系 one closed in time, one
    overdue and paused, one far off.
    """
    freeze(monkeypatch, moment(26))
    late, soon = (make.given(college.clerk, college.units[:1], due_at=day) for day in (moment(24), make.DUE))
    done(college, 1, moment(23), due_at=moment(20, 17, 30))
    done(college, 2, moment(23))
    make.given(college.clerk, college.units[2:], due_at=moment(9, month=12))
    waits = make.given(college.clerk, college.units[2:], due_at=moment(25))
    make.signed(waits, college.units[2], college.secretaries[2])
    paper = papers.published(college.clerk)
    part = make.of(waits, college.units[2])
    services.pause(part=part, actor=college.secretaries[2], cause=paper, words="等函覆", at=moment(24))
    return {"late": late, "soon": soon}


def counts(lines) -> dict[str, tuple[int, ...]]:
    return {str(line.unit or "all"): (*line.counts.values(), line.late_days) for line in lines}


def test_each_figure_by_unit(college, board):
    asked = read_asked(QueryDict("from=2026-11-01&to=2026-11-30"), moment(26).date())
    # due soon, overdue, clock stands still, with nobody, closed, closed late, whole sheet, late days
    assert counts(lines_of(asked, college.director, moment(26))) == {
        "all": (1, 1, 1, 0, 2, 1, 6, 1),
        "甲系": (1, 1, 0, 0, 0, 0, 2, 0),
        "乙系": (0, 0, 0, 0, 1, 1, 1, 1),
        "丙系": (0, 0, 1, 0, 1, 0, 3, 0),
    }


def test_each_figure_opens_exactly_its_rows(college, board):
    client = signed_in(college.director)
    asked = read_asked(QueryDict("from=2026-11-01&to=2026-11-30"), moment(26).date())
    tried = 0
    for line in lines_of(asked, college.director, moment(26)):
        for _figure, count, url in line.cells:
            answer = client.get(url)
            assert len(answer.context["page"].rows) == count, url
            tried += count
    assert tried == 24


@pytest.mark.parametrize(
    ("due", "delivered", "days"),
    [
        (moment(30, 17, 30, month=9), moment(1, 10, month=10), 0),  # the holiday does not count
        (moment(30, 17, 30, month=9), moment(8, 10, month=10), 1),
        (moment(30, 17, 30, month=9), moment(10, 10, month=10), 3),  # Saturday the 10th is worked
        (moment(30, 17, 30, month=9), moment(11, 10, month=10), 3),
        (moment(30, 17, 30, month=9), moment(12, 10, month=10), 4),
        (moment(30, 12, month=9), moment(30, 15, month=9), 0),
        (moment(30, 17, 30, month=9), moment(30, 17, month=9), 0),
    ],
)
def test_late_days_over_holidays_and_make_up_days(college, due, delivered, days):
    row = make.given(college.clerk, college.units[:1], at=moment(21, month=9), due_at=due)
    part = make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0], at=delivered)
    assert part.late_days == days
    services.accept(part=part, actor=college.clerk, at=moment(20, month=10))
    assert make.of(row, college.units[0]).late_days == days, "counted to when it left the unit"


def test_broken_addresses_show_this_month(college, board):
    today = moment(26).date()
    for text in ("", "from=x&to=y&show=z&unit=q", "from=2026-12-01&to=2026-11-01", "unit=99999999999999999999"):
        asked = read_asked(QueryDict(text), today)
        assert (asked.period, asked.unit, asked.show) == (NOVEMBER, None, "overdue"), text


def test_page_and_print_for_office_and_leaders_only(college, board):
    for name in ("assignments:supervision", "assignments:sheet"):
        for person in (college.clerk, college.director, factories.leader(), factories.administrator()):
            assert signed_in(person).get(reverse(name)).status_code == 200
        for person in (college.secretaries[0], college.heads[0], college.teachers[0]):
            assert signed_in(person).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name)).status_code == 302


def test_sheet_has_the_rows_of_the_month_and_is_written_down(college, board):
    client = signed_in(college.director)
    asked = {"show": "month", "from": "2026-11-01", "to": "2026-11-30"}
    page = client.get(reverse("assignments:supervision"), asked)
    url = f"{reverse('journal:export', args=['assignments'])}?{page.context['export_query']}"
    assert client.get(url).status_code == 405
    answer = client.post(url)
    assert answer.status_code == 200, answer.content[:200]
    book = load_workbook(io.BytesIO(b"".join(answer)))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    titles = ["unit", "role", "title", "due", "working days late"]
    places = [head.index(name) for name in titles]
    assert len(rows) == 6
    by_unit = {(row[places[0]], row[places[4]]) for row in rows}
    assert by_unit == {("甲系", 2), ("甲系", None), ("乙系", 1), ("丙系", None)}
    entry = Entry.objects.about(college.director).get(verb="exported")
    assert (entry.changes["rows"], entry.changes["of"]) == (6, "assignments")
    assert signed_in(college.secretaries[0]).post(url).status_code == 403


def test_measures_count_what_their_rows_show(college, board):
    found = {measure.code: measure for measure in for_period(NOVEMBER, moment(26))}
    assert {code: measure.value for code, measure in found.items()} == {
        "assignments_closed": 2,
        "assignments_closed_late": 1,
        "assignments_overdue": 1,
    }
    client = signed_in(factories.leader())
    for measure in found.values():
        assert len(client.get(measure.rows_url).context["page"].rows) == measure.value


def test_rows_respect_the_reader(college, board):
    asked = read_asked(QueryDict("show=month"), moment(26).date())
    assert rows_of(asked, college.secretaries[1], moment(26)).count() == 1


def test_list_costs_the_same_for_many(college, board, monkeypatch):
    def asked(url: str) -> int:
        client = signed_in(college.director)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = [reverse(name) + "?show=month" for name in ("assignments:supervision", "assignments:sheet")]
    before = [asked(url) for url in urls]
    for place in range(3):
        unit = factories.unit(f"丁{place}系", parent=factories.root_unit())
        make.given(factories.clerk(f"科員{place}"), [unit])
    assert [asked(url) for url in urls] == before


def test_clock_that_stands_still_is_listed_with_since_when(college, board):
    client = signed_in(college.director)
    answer = client.get(reverse("assignments:supervision"), {"show": "paused"})
    assert [str(part.unit) for part in answer.context["rows"]] == ["丙系"]
    assert "since 24 Nov 2026 (Tue) 09:00" in answer.content.decode()


def test_what_is_overdue_now_is_not_compared_with_itself(college, board):
    """Neither for this month nor for one that lies back; what closed in the period is compared."""
    for period, late_now in ((NOVEMBER, 1), (NOVEMBER.before(), None)):  # of what is over it cannot be told
        shown = {figure.now.code: figure for figure in summary_figures(period, period.before(), at=moment(26))}
        overdue = shown["assignments_overdue"]
        assert (overdue.now.value, overdue.before.value, overdue.change, overdue.is_better) == (
            late_now,
            None,
            None,
            None,
        )
        assert shown["assignments_closed"].before.value == 0


@pytest.mark.parametrize("show", ["overdue", "soon", "paused", "closed", "month"])
def test_spreadsheet_has_the_rows_of_the_page_it_is_made_from(college, board, show):
    client = signed_in(college.director)
    page = client.get(reverse("assignments:supervision"), {"show": show, "unit": college.units[2].pk}).context
    answer = client.post(f"{reverse('journal:export', args=['assignments'])}?{page['export_query']}")
    _head, *rows = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0].iter_rows(values_only=True)
    assert len(rows) == len(page["rows"]) == {"paused": 1, "closed": 1, "month": 3}.get(show, 0)
