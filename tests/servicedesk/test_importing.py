"""Requests of an old system: checked, brought in, found by their old number, left out of promises, taken out again."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from apps.core.measure import Period
from apps.core.models import IssuedNumber
from apps.core.numbers import find_gaps
from apps.imports import services as imports
from apps.imports.enums import BatchState, Verdict
from apps.imports.models import Batch
from apps.imports.words import reason
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk import figures, services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.importing.columns import read_moment, read_state
from apps.servicedesk.models import ClockEntry, ImportedRequest, Request, Service
from apps.servicedesk.search import search_requests
from apps.servicedesk.services.clocks import rebuild_clocks
from apps.servicedesk.services.escalating import add_rule, escalate
from apps.servicedesk.services.texts import rebuild_texts
from tests import factories
from tests.imports.factories import AT, csv_bytes, workbook
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = ["申請編號", "學號", "服務事項", "狀態", "申請日期", "辦結日期", "標題", "說明", "經辦人"]
DONE = ["A-001", "S001", "seal", "已辦結", "2026-03-02 10:00", "2026-03-03 10:00", "蓋章三份", "老系統的說明", ""]
OPEN = ["A-002", "s001", "用印", "辦理中", "2026/8/28", "", "", "", "C001"]


@pytest.fixture
def ground() -> Person:
    desk.service("用印", code="seal")
    factories.clerk(number="C001")
    return factories.student(number="S001")


def staged(*rows: list[str], actor: Person | None = None) -> Batch:
    batch = imports.stage(data=csv_bytes(HEADER, *rows), file_name="old.csv", actor=actor, target="requests", at=AT)
    return imports.check(batch=batch, actor=actor, at=AT)


def told(batch: Batch) -> dict[int, list[tuple[str, str]]]:
    """Line → (column, words) of what refuses it."""
    rows = batch.rows.order_by("pk")
    return {row.line: [(each["column"], each["code"]) for each in row.problems if each["refuses"]] for row in rows}


def test_closed_and_open_requests_come_in(ground) -> None:
    batch = staged(DONE, OPEN)
    assert (batch.state, batch.counts[Verdict.CREATED], batch.counts["open"]) == (BatchState.CHECKED, 2, 1)
    assert Request.objects.count() == 0

    imports.commit(batch=batch, actor=None, at=AT)

    done, waiting = Request.objects.order_by("pk")
    assert (done.state, done.title, done.requester, done.filed_by) == ("resolved", "蓋章三份", ground, ground)
    assert done.submitted_at == datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    assert done.closed_at == datetime(2026, 3, 3, 10, tzinfo=SHANGHAI)
    assert (waiting.state, waiting.handler.number, waiting.title) == ("in_progress", "C001", "用印")
    assert waiting.due_at > AT
    assert [row.number for row in (done, waiting)] == ["OLD2026-00001", "OLD2026-00002"]
    assert (done.imported.old_number, done.imported.details) == ("A-001", "老系統的說明")
    assert set(ClockEntry.objects.values_list("reason", flat=True)) == {"imported"}
    assert Entry.objects.about(done).get().changes["old_number"] == "A-001"
    assert list(rebuild_clocks(write=False)) == []
    assert find_gaps() == []


def test_closed_long_ago_comes_in_without_used_time(ground) -> None:
    old = [*DONE[:4], "2011-03-02", "2011-03-09", "", "", ""]
    imports.commit(batch=staged(old), actor=None, at=AT)
    row = Request.objects.get()
    assert (row.state, row.used_minutes, row.within_target) == ("resolved", None, None)


WRONG = {
    "needed": (0, ""),
    "no_person": (1, "S999"),
    "no_service": (2, "nothing"),
    "unknown_state": (3, "maybe"),
    "no_moment": (4, "yesterday"),
    "in_future": (5, "2027-01-01"),
    "closed_when": (5, ""),
    "closed_before": (5, "2026-02-01"),
    "too_long": (6, "長" * 201),
}


@pytest.mark.parametrize("code", WRONG)
def test_wrong_row_is_refused_by_line_and_column(ground, code: str) -> None:
    place, value = WRONG[code]
    row = list(DONE)
    row[place] = value
    batch = staged(row, OPEN)

    (found,) = told(batch)[2]
    assert (found[1], told(batch)[3]) == (code, [])
    assert reason(batch.rows.get(line=2).problems[0])
    with pytest.raises(imports.UnableToCommit):
        imports.commit(batch=batch, actor=None, at=AT)
    imports.commit(batch=batch, actor=None, accept_partial=True, at=AT)
    assert ImportedRequest.objects.get().old_number == "A-002"


def test_same_old_number_twice_and_again(ground) -> None:
    double = ["a-001", *OPEN[1:]]
    batch = staged(DONE, double)
    assert told(batch) == {2: [], 3: [("old_number", "same_old_number")]}
    imports.commit(batch=batch, actor=None, accept_partial=True, at=AT)

    desk.service("其他", code="other")
    again = staged(DONE, OPEN)
    other = staged([DONE[0], DONE[1], "other", *DONE[3:]])
    assert list(again.rows.order_by("pk").values_list("verdict", flat=True)) == ["unchanged", "created"]
    assert told(other) == {2: [("old_number", "other_request")]}


def test_unknown_handler_is_told_and_left_out(ground) -> None:
    batch = staged([*OPEN[:8], "S001"])
    (row,) = batch.rows.all()
    assert ([each["code"] for each in row.problems], row.verdict) == (["no_handler"], "created")
    imports.commit(batch=batch, actor=None, at=AT)
    assert (Request.objects.get().handler, Request.objects.get().state) == (None, "submitted")


def test_found_by_old_number_and_shown_on_its_page(ground, client) -> None:
    imports.commit(batch=staged(DONE, OPEN), actor=None, at=AT)
    clerk = Person.objects.get(number="C001")
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    listed = client.get(reverse("servicedesk:list"), {"chip": "all", "q": "a-001"})
    page = client.get(reverse("servicedesk:detail", args=[Request.objects.get(title="蓋章三份").pk]))

    assert [row.title for row in listed.context["page"].rows] == ["蓋章三份"]
    assert all(words in page.content.decode() for words in ("A-001", "老系統的說明", "已辦結"))


def test_found_by_the_words_of_its_title(ground) -> None:
    imports.commit(batch=staged(DONE, OPEN), actor=None, at=AT)
    clerk = Person.objects.get(number="C001")

    assert [row.title for row in search_requests(Request.objects.all(), clerk, "蓋章")] == ["蓋章三份"]
    assert not list(rebuild_texts(write=False))


def test_rules_speak_of_what_is_open(ground) -> None:
    add_rule(
        service=Service.objects.get(),
        actor=factories.administrator(),
        promise="completion",
        when="at",
        amount=0,
        to="handler",
        person=None,
        at=AT,
    )
    imports.commit(batch=staged(DONE, OPEN), actor=None, at=AT)
    row = Request.objects.get(state="in_progress")
    escalate(at=AT)

    assert [each.request for each in escalate(at=row.due_at)] == [row]
    assert Request.objects.get(state="resolved").escalate_at is None


def test_no_promise_and_no_answer_is_judged_by_it(ground) -> None:
    imports.commit(batch=staged(DONE, OPEN), actor=None, at=AT)
    desk.request(RequestState.RESOLVED, submitted_at=AT - timedelta(days=3), within_target=True)
    period, at = Period(datetime(2026, 1, 1).date(), datetime(2026, 12, 31).date()), AT + timedelta(days=90)

    assert figures.received(period, at).count() == 3
    assert figures.judged(period, at).filter(imported__isnull=False).count() == 0
    assert figures.self_filed(period, at).filter(imported__isnull=False).count() == 0
    with override("en"):
        docs = [str(figures.FIGURES[code].docs) for code in ("within_target", "first_response", "unanswered")]
    assert all("old system" in words for words in docs)


def test_open_one_is_worked_on_as_any_other(ground) -> None:
    imports.commit(batch=staged(OPEN), actor=None, at=AT)
    clerk, row = Person.objects.get(number="C001"), Request.objects.get()
    services.refuse(request=row, actor=clerk, note="too late")
    assert Request.objects.get().state == "refused"


def test_undo_removes_what_nobody_used_and_voids_the_numbers(ground) -> None:
    batch = staged(DONE, OPEN)
    imports.commit(batch=batch, actor=None, at=AT)
    list(rebuild_texts())
    used = Request.objects.get(state="in_progress")
    services.post_message(request=used, author=used.requester, body="still there?")

    with pytest.raises(imports.UnableToUndo) as refused:
        imports.undo(batch=batch, actor=None, at=AT)
    assert refused.value.stayed == 1
    assert Request.objects.count() == 2
    imports.undo(batch=batch, actor=None, leave_changed=True, at=AT)

    assert list(Request.objects.all()) == [used]
    assert list(imports.stayed_words(Batch.objects.get(pk=batch.pk)).values()) != []
    states = dict(IssuedNumber.objects.filter(series__code="imported-request").values_list("text", "state"))
    assert states == {"OLD2026-00001": "void", "OLD2026-00002": "issued"}
    assert ClockEntry.objects.exclude(request=used).count() == 0
    assert find_gaps() == []


def test_undone_file_can_be_brought_in_anew(ground) -> None:
    batch = staged(DONE)
    imports.commit(batch=batch, actor=None, at=AT)
    imports.undo(batch=batch, actor=None, at=AT)
    imports.commit(batch=staged(DONE), actor=None, at=AT)
    assert Request.objects.get().number == "OLD2026-00002"


def test_command_says_what_would_happen_and_does_it(ground, tmp_path: Path, capsys) -> None:
    file = tmp_path / "old.xlsx"
    bad = ["A-003", "S999", *DONE[2:]]
    file.write_bytes(
        workbook({"old": [HEADER, [*DONE[:4], datetime(2026, 3, 2), datetime(2026, 3, 3), "", "", ""], bad]})
    )

    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_requests", str(file), "--dry-run", "--json", stdout=out)
    figures_told = json.loads(out.getvalue())
    assert (figures_told["created"], Request.objects.count()) == (1, 0)
    assert [(each["line"], each["column"]) for each in figures_told["refused"]] == [(3, "學號")]

    call_command("import_requests", str(file), "--accept-partial", "--json", stdout=io.StringIO())
    assert Request.objects.get().submitted_at == datetime(2026, 3, 2, tzinfo=SHANGHAI)


def test_pages_take_the_file_and_its_columns(ground, client) -> None:
    client.force_login(factories.director(), backend="django.contrib.auth.backends.ModelBackend")
    odd = [["Nr", "Wer", *HEADER[2:]], DONE]
    file = io.BytesIO(csv_bytes(*odd))
    file.name = "old.csv"
    assert client.post(reverse("imports:create"), {"file": file, "target": "requests"}).status_code == 302
    batch = Batch.objects.get()
    imports.check(batch=batch, actor=None)
    batch.refresh_from_db()
    assert (batch.target, batch.state) == ("requests", BatchState.RECEIVED)

    page = client.get(reverse("imports:detail", args=[batch.pk]))
    mapping = {
        f"title{place}": key
        for place, key in enumerate(["old_number", "person", "service", "state", "submitted", "closed"])
    }
    assert "role" not in page.context["mapping_form"].fields
    assert client.post(reverse("imports:change_mapping", args=[batch.pk]), mapping).status_code == 302
    imports.check(batch=Batch.objects.get(), actor=None)
    assert Batch.objects.get().counts[Verdict.CREATED] == 1
    imports.commit(batch=Batch.objects.get(), actor=None)
    shown = client.get(reverse("imports:detail", args=[batch.pk]), {"show": "created"}).content.decode()
    assert all(words in shown for words in ("A-001", "S001", "seal"))
    assert client.get(reverse("imports:undo", args=[batch.pk])).status_code == 200
    assert client.post(reverse("imports:create"), {"target": "nothing"}).status_code == 422


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-04", (2025, 3, 4)),
        ("2025/3/4 9:05", (2025, 3, 4, 9, 5)),
        ("2025年3月4日 09:05", (2025, 3, 4, 9, 5)),
        ("2025-03-04 00:00:00", (2025, 3, 4)),
        ("2025-02-30", None),
        ("04.03.2025", None),
        ("", None),
    ],
)
def test_moments_as_systems_write_them(text, moment) -> None:
    assert read_moment(text) == (datetime(*moment, tzinfo=SHANGHAI) if moment else None)


def test_states_as_systems_write_them() -> None:
    words = {
        "Closed": "resolved",
        "In Progress": "submitted",
        "已办结": "resolved",
        "駁回": "refused",
        "取消": "withdrawn",
        "?": None,
    }
    assert {word: read_state(word) for word in words} == words
