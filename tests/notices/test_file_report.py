"""The report of a notice: every figure opens the rows it counts; the paper for the file is made once and kept."""

import hashlib
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from apps.core.clock import now
from apps.journal.files import open_blob
from apps.journal.models import Entry
from apps.notices import figures, report
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

    book = openpyxl.load_workbook(BytesIO(answer.content))
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
