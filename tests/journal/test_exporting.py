"""Any list as a spreadsheet: the rows of the page, text as text, small at once, large by a worker, written down."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from apps.core.clock import now
from apps.journal import exporting
from apps.journal.enums import ExportState
from apps.journal.listings import LISTINGS
from apps.journal.models import Entry, ListExport
from apps.journal.sheets import SheetColumn, write_sheet
from apps.people.models import Person, Post
from tests import factories
from tests.jobs.moments import freeze
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def director(client) -> Person:
    person = factories.director(language="en")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def read(content: bytes) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_sheet_keeps_every_kind_of_value() -> None:
    columns = (SheetColumn("=title", lambda row: row, 10),)
    moment = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
    values = ["text", "=1+1", "＝1", "\t=1", 5, 1.5, moment, date(2026, 9, 1), None, "", True]
    target = io.BytesIO()

    assert write_sheet(target, title="a/b:c", columns=columns, rows=values, notes=["=note"]) == len(values)

    book = load_workbook(io.BytesIO(target.getvalue()))
    assert book.sheetnames == ["abc", "About"]
    cells = [row[0] for row in book.worksheets[0].iter_rows()]
    assert [cell.value for cell in cells[:5]] == ["'=title", "text", "'=1+1", "'＝1", "'\t=1"]
    assert cells[7].value == datetime(2026, 9, 1, 9, 0)
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize("code", sorted(LISTINGS))
def test_list_is_taken_out_and_written_down(director, client, code) -> None:
    desk.certificate_service()
    heading = str(LISTINGS[code].columns[0].label)
    answer = client.post(reverse("journal:export", args=[code]))

    rows = read(answer.content)
    assert (answer.status_code, rows[0][0]) == (200, heading)
    entry = Entry.objects.about(director).get(verb="exported")
    assert (entry.changes["of"], entry.changes["rows"], entry.internal) == (code, len(rows) - 1, True)


def test_sheet_has_the_rows_of_the_page_narrowed_as_it_is(director, client) -> None:
    wanted, other = desk.request(title="蓋章"), desk.request(title="別的")
    rows = read(client.post(f"{reverse('journal:export', args=['requests'])}?chip=all&q=蓋章&cursor=x").content)
    assert [row[0] for row in rows[1:]] == [wanted.number]
    people = read(client.post(f"{reverse('journal:export', args=['people'])}?q={other.requester.number}").content)
    assert [row[0] for row in people[1:]] == [other.requester.number]


def test_who_may_not_open_the_list_takes_nothing_out(client) -> None:
    client.force_login(factories.student(), backend="django.contrib.auth.backends.ModelBackend")
    for code in LISTINGS:
        assert client.post(reverse("journal:export", args=[code])).status_code == 403
        assert client.get(reverse("journal:export", args=[code])).status_code == 405
    assert client.post(reverse("journal:export", args=["nothing"])).status_code == 404
    assert not Entry.objects.filter(verb="exported").exists()


def test_long_list_is_made_by_a_worker(director, client, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    for _each in range(3):
        desk.request()
    for _each in range(2):
        assert client.post(f"{reverse('journal:export', args=['requests'])}?chip=all")["Location"] == reverse(
            "journal:exports"
        )
    row = ListExport.objects.get()
    assert (row.state, row.query) == (ExportState.WAITING, "chip=all")
    assert client.get(reverse("journal:sheet", args=[row.pk])).status_code == 404

    exporting.sweep_exports(now())
    exporting.sweep_exports(now())

    row.refresh_from_db()
    assert (row.state, row.rows, row.attempts) == (ExportState.READY, 3, 1)
    assert "ready" in client.get(reverse("journal:exports")).content.decode()
    sheet = client.get(reverse("journal:sheet", args=[row.pk]))
    assert len(read(b"".join(sheet))) == 4
    assert Entry.objects.about(director).get(verb="exported").changes["rows"] == 3
    client.force_login(factories.director("別人"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("journal:sheet", args=[row.pk])).status_code == 404


def test_too_long_a_list_is_cut_and_says_so(director, client, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    for _each in range(3):
        desk.request()
    content = client.post(f"{reverse('journal:export', args=['requests'])}?chip=all").content
    about = [row[0] for row in load_workbook(io.BytesIO(content))["About"].iter_rows(values_only=True)]
    assert (len(read(content)), any("more rows than this sheet" in words for words in about)) == (3, True)


def test_rights_that_were_lost_meanwhile_give_nothing(director, monkeypatch) -> None:
    row = exporting.ask_export(listing=LISTINGS["requests"], user=director, query=QueryDict())
    Post.objects.filter(person=director).update(valid_to=date(2026, 1, 1))
    assert not exporting.make_export(row.pk, now())
    row.refresh_from_db()
    assert (row.state, row.reason, row.blob) == (ExportState.FAILED, "PermissionDenied", None)


def test_dead_worker_is_taken_over_given_up_after_three_and_gone_after_a_day(director, monkeypatch) -> None:
    row = exporting.ask_export(listing=LISTINGS["requests"], user=director, query=QueryDict())
    at = now()
    monkeypatch.setattr(exporting, "write_listing", lambda *args: (_ for _ in ()).throw(SystemExit))
    for minutes in (0, 20, 40):
        with pytest.raises(SystemExit):
            exporting.make_export(row.pk, at + timedelta(minutes=minutes))
        assert not exporting.make_export(row.pk, at + timedelta(minutes=minutes + 1))
    exporting.sweep_exports(at + timedelta(minutes=60))
    row.refresh_from_db()
    assert (row.state, row.attempts) == (ExportState.FAILED, 3)
    freeze(monkeypatch, at + timedelta(hours=25))
    exporting.sweep_exports(now())
    assert not ListExport.objects.exists()


def test_so_many_an_hour_and_no_more(client, director: Person, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIST_EXPORTS_AN_HOUR = 2
    url = reverse("journal:export", args=["people"])
    freeze(monkeypatch, datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert [client.post(url).status_code for _time in range(3)] == [200, 200, 302]
    assert "limit" in client.get(reverse("journal:exports")).content.decode()

    freeze(monkeypatch, datetime(2026, 11, 23, 3, 1, tzinfo=UTC))
    client.logout()  # the session has ended meanwhile
    client.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(url).status_code == 200
