"""The report of a notice: every figure opens the rows it counts; the paper for the file is made once and kept."""

import hashlib
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from apps.core.clock import now
from apps.journal.files import open_blob
from apps.journal.models import Entry
from apps.notices import export, figures, file_report, file_report_people, report
from apps.notices.enums import FileReportState
from apps.notices.filters import PeopleFilter
from apps.notices.models import FileReport, Notice
from apps.notices.services import acknowledge, ask_file_report, make_file_report, make_waiting_reports, open_notice
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import College, signed_in

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/notices/\d+/report/\?[^"]*)"')


@pytest.fixture
def college() -> College:
    made = College()
    far = factories.unit("數學系", parent=factories.root_unit())
    people = [factories.person(f"數學{place}", Role.STAFF, at=far) for place in range(3)]
    people.append(factories.person("院長辦", Role.STAFF, at=factories.root_unit()))
    made.notice = notices.published(made.clerk, at=now() - timedelta(days=3), acknowledge_by=now() + timedelta(days=1))
    notices.says(made.notice, people[0], "bounced_hard")
    notices.says(made.notice, people[1], "delivered")
    Notice.objects.filter(pk=made.notice.pk).update(sender=made.sender)
    acknowledge(obligation=notices.of(made.notice, people[2]), actor=people[2], session_key="s")
    open_notice(obligation=notices.of(made.notice, made.reader), actor=made.reader, session_key="s")
    notices.refresh()
    return made


def rows_of(url: str, notice: int, user: Person) -> int:
    return PeopleFilter.read(QueryDict(urlsplit(url).query), notice=notice, show="owed").rows(user).count()


@pytest.mark.parametrize("who", ["clerk", "leader", "secretary", "sender"])
def test_every_figure_opens_exactly_the_rows_it_counts(college: College, who: str) -> None:
    user, key = getattr(college, who), college.notice.pk

    counted = [(each.url, each.value) for each in figures.figures_of(college.notice, user)]
    counted += [(each.url, each.count) for each in figures.causes(college.notice, user)]
    counted += [(each.url, each.count) for each in report.parts(college.notice, user)]
    for unit in report.by_unit(college.notice, user):
        counted += [(unit.url, unit.open), (unit.all_url, unit.count)]

    assert counted
    assert [(url, rows_of(url, key, user)) for url, _value in counted] == counted
    page = signed_in(user).get(reverse("notices:report", args=[key])).content.decode()
    assert {url for url, _value in counted} <= {unescape(url) for url in LINK.findall(page)}


def test_secretary_counts_the_own_unit_only(college: College) -> None:
    everybody = {user: figures.figures_of(college.notice, user)[0].value for user in (college.clerk, college.secretary)}

    assert everybody == {college.clerk: 6, college.secretary: 2}


def test_first_sheet_holds_the_figures(college: College) -> None:
    answer = signed_in(college.clerk).post(reverse("notices:export", args=[college.notice.pk]), {"show": "all"})

    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell is not None]
    assert len(book.worksheets) == 2
    for each in figures.figures_of(college.notice, college.clerk):
        assert each.value in cells
    assert "數學系" in cells


def test_paper_is_made_once_and_kept(college: College) -> None:
    at = now()
    row = ask_file_report(notice=college.notice, actor=college.clerk, language="zh-hant", at=at)
    again = ask_file_report(notice=college.notice, actor=college.clerk, language="zh-hant", at=at)

    assert again == row
    assert [make_file_report(row.pk, at), make_file_report(row.pk, at)] == [True, False]

    row.refresh_from_db()
    with open_blob(row.blob) as file:
        paper = file.read()
    assert (row.state, row.people, row.as_of) == (FileReportState.READY, 6, at)
    assert paper.startswith(b"%PDF-")
    assert b"pdfaid:part" in paper
    assert hashlib.sha256(paper).hexdigest() == row.blob.sha256


def test_workbook_of_the_same_moment_is_kept_with_it_and_quoted(college: College, monkeypatch) -> None:
    given = []
    monkeypatch.setattr(file_report, "render_pdf", lambda _name, data, files: given.append(data) or b"%PDF-")
    row = ask_file_report(notice=college.notice, actor=college.clerk, language="en")
    make_file_report(row.pk, now())
    row.refresh_from_db()

    with open_blob(row.workbook) as file:
        content = file.read()
    people = openpyxl.load_workbook(BytesIO(content)).worksheets[1]
    assert people.max_row == 1 + 6
    assert hashlib.sha256(content).hexdigest() in given[0]["words"]["workbook"]
    assert (row.people, row.listed) == (6, 6)
    take = {"report": row.pk, "part": "workbook"}
    answer = signed_in(college.clerk).post(reverse("notices:take_file_report", args=[college.notice.pk]), take)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert b"".join(answer.streaming_content) == content
    taken = Entry.objects.about(college.notice).get(verb="file_report_taken")
    assert taken.changes == {"people": 6, "sha256": row.workbook.sha256}


class TestMany:
    """Few stand in tables, many in lines; what has no room is said, never cut in silence."""

    def drawn(self, college: College, monkeypatch, *, table: int, lines: int) -> dict[str, object]:
        monkeypatch.setattr(file_report_people, "IN_TABLE", table)
        monkeypatch.setattr(file_report_people, "IN_LINES", lines)
        given = []
        real = file_report.render_pdf

        def render(name: str, data: dict[str, object], files: dict[str, bytes]) -> bytes:
            given.append(data)
            return real(name, data, files=files)

        monkeypatch.setattr(file_report, "render_pdf", render)
        with TemporaryFile() as workbook, translation.override("en"):
            made = file_report.draw(college.notice, user=college.clerk, at=now(), workbook=workbook)
        assert made.paper.startswith(b"%PDF-")
        assert made.people == 6
        return given[0] | {"listed": made.listed}

    @staticmethod
    def names(groups: list) -> list[str]:
        return [line for _heading, _count, lines in groups for line in lines]

    def test_few_are_in_the_table(self, college: College, monkeypatch) -> None:
        data = self.drawn(college, monkeypatch, table=6, lines=6)
        assert (len(data["people"]), data["open"], data["done"], data["listed"]) == (6, [], [], 6)

    def test_many_are_in_lines_the_open_ones_with_what_is_known(self, college: College, monkeypatch) -> None:
        data = self.drawn(college, monkeypatch, table=5, lines=6)
        assert (data["people"], data["missing"], data["listed"]) == ([], [], 6)
        assert len(self.names(data["open"])) + len(self.names(data["done"])) == 6
        assert sum(count for _heading, count, _lines in data["open"]) == college.notice.obligations.owed().count()
        assert any("message came back" in line for line in self.names(data["open"]))
        assert "All 6 people" in data["words"]["lists"]

    def test_very_many_are_not_all_named_and_it_says_so(self, college: College, monkeypatch) -> None:
        still_open = college.notice.obligations.owed().count()
        data = self.drawn(college, monkeypatch, table=2, lines=still_open)
        assert (len(self.names(data["open"])), data["done"], data["listed"]) == (still_open, [], still_open)
        assert f"names {still_open} of 6 people" in data["words"]["lists"]

    def test_page_says_how_many_the_paper_names(self, college: College, monkeypatch) -> None:
        monkeypatch.setattr(file_report_people, "IN_TABLE", 2)
        monkeypatch.setattr(file_report_people, "IN_LINES", 4)
        make_file_report(ask_file_report(notice=college.notice, actor=college.clerk, language="en").pk, now())
        client = signed_in(college.clerk)
        client.cookies["django_language"] = "en"
        page = client.get(reverse("notices:report", args=[college.notice.pk])).text
        assert FileReport.objects.get().listed == 4
        assert 'value="workbook"' in page


def test_rows_go_by_in_batches_and_none_is_lost_between(college: College, monkeypatch) -> None:
    monkeypatch.setattr(export, "BATCH", 2)
    answer = signed_in(college.clerk).post(reverse("notices:export", args=[college.notice.pk]), {"show": "all"})

    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[1]
    numbers = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(numbers) == sorted(college.notice.obligations.values_list("person__number", flat=True))


def test_dead_worker_is_taken_over_and_given_up_after_three(college: College) -> None:
    at = now()
    row = ask_file_report(notice=college.notice, actor=college.clerk, language="en", at=at)
    FileReport.objects.filter(pk=row.pk).update(state=FileReportState.MAKING, started_at=at, attempts=1)

    assert make_waiting_reports(at + timedelta(minutes=1)) == 0
    assert make_waiting_reports(at + timedelta(minutes=16)) == 1

    FileReport.objects.filter(pk=row.pk).update(state=FileReportState.MAKING, started_at=at, attempts=3, blob=None)
    assert make_waiting_reports(at + timedelta(minutes=16)) == 0
    row.refresh_from_db()
    assert row.state == FileReportState.FAILED


def test_taking_it_is_written_down_and_own_only(college: College) -> None:
    page = reverse("notices:make_file_report", args=[college.notice.pk])
    assert signed_in(college.secretary).post(page).status_code == 302
    row = FileReport.objects.get()
    make_file_report(row.pk, now())
    take = reverse("notices:take_file_report", args=[college.notice.pk])

    taken = signed_in(college.secretary).post(take, {"report": row.pk})

    assert taken.status_code == 200
    assert taken["Content-Type"] == "application/pdf"
    assert FileReport.objects.get().people == 2
    assert Entry.objects.about(college.notice).filter(verb="file_report_taken").count() == 1
    assert signed_in(college.clerk).post(take, {"report": row.pk}).status_code == 200
    assert signed_in(college.sender).post(take, {"report": row.pk}).status_code == 404
    assert signed_in(college.stranger).post(take, {"report": row.pk}).status_code == 404
    assert signed_in(college.clerk).get(take).status_code == 405


def test_paper_in_each_language(college: College) -> None:
    for language in ("zh-hant", "zh-hans", "en"):
        with translation.override(language):
            row = ask_file_report(notice=college.notice, actor=college.leader, language=language)
        assert make_file_report(row.pk, now())
