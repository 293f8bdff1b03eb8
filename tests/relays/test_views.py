"""The pages: what each role finds, nothing typed is lost, sent twice is taken once, a fixed number of queries."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.core.clock import now
from apps.journal.models import Attachment, Entry
from apps.people.enums import Role, UnitKind
from apps.relays import services
from apps.relays.enums import LineState, Rung
from apps.relays.models import Relay, RelayLine
from apps.relays.work_items import for_user
from tests import factories
from tests.notices import factories as board
from tests.questionnaires.factories import PDF
from tests.relays import factories as make
from tests.replies.test_views import signed_in


@pytest.fixture
def relay(college):
    return make.relayed(college.clerk, college.units)


def at(name, line):
    return reverse(f"relays:{name}", args=[line.pk])


def test_sender_sends_a_draft_to_all_departments(college):
    notice = board.draft(college.clerk)
    client, page = signed_in(college.clerk), reverse("relays:relay", args=[notice.pk])
    assert client.get(page).status_code == 200
    answer = client.post(page, {"asked": "report", "asks": "人數"})
    assert answer.status_code == 422
    assert "人數" in answer.content.decode()
    answer = client.post(page, {"asked": "report", "asks": "人數", "all_departments": "on"}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("notices:preview", args=[notice.pk])
    assert set(Relay.objects.get().lines.values_list("unit__kind", flat=True)) == {UnitKind.DEPARTMENT}
    assert "checked" in client.get(page).content.decode()


def test_unit_without_secretary_is_told_before_publishing(college):
    empty = factories.unit("無人系", parent=factories.root_unit())
    notice = board.draft(college.clerk)
    form = {"asked": "sign", "units": [empty.pk, college.units[0].pk]}
    answer = signed_in(college.clerk).post(reverse("relays:relay", args=[notice.pk]), form, follow=True)
    assert "have no secretary" in answer.content.decode()
    assert "無人系" in answer.content.decode()


@pytest.mark.parametrize("verb", ["sign", "pass_on", "report"])
def test_verbs_of_the_unit(college, relay, verb):
    line, secretary = make.of(relay, college.units[0]), college.secretaries[0]
    if verb != "sign":
        services.sign(line=line, actor=secretary)
    form = {"text": "好", "form_token": str(uuid4())}
    leader = factories.leader()
    assert signed_in(leader).post(at(verb, line), form).status_code == 403  # sees, may not
    assert signed_in(college.secretaries[1]).post(at(verb, line), form).status_code == 404
    assert signed_in(secretary).get(at(verb, line)).status_code == 405
    for _time in range(2):
        assert signed_in(secretary).post(at(verb, line), form).status_code == 302
    done = {"sign": "signed_for", "pass_on": "passed_on", "report": "reported"}
    assert Entry.objects.about(line).filter(verb=done[verb]).count() == 1


def test_deputy_signs_and_the_page_says_for_whom(college, relay):
    deputy = factories.person("代理", Role.STAFF, at=college.units[0])
    line = make.of(relay, college.units[0])
    assert signed_in(deputy).get(at("line", line)).status_code == 404
    make.deputy(college.secretaries[0], deputy)
    client = signed_in(deputy)
    assert college.secretaries[0].name in client.get(at("line", line)).content.decode()
    assert client.post(at("sign", line)).status_code == 302
    assert make.of(relay, college.units[0]).signed_for == college.secretaries[0]


def test_stand_in_may_read_the_files(college, relay):
    file = Attachment.objects.create(blob=_blob(), name="paper.txt", subject=relay.notice, uploaded_by=college.clerk)
    above = factories.person("院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    services.climb(make.of(relay, college.units[0]).sign_due_at)
    address = reverse("relays:file", args=[make.of(relay, college.units[0]).pk, file.key])
    assert signed_in(above).get(address).status_code == 200
    assert signed_in(college.secretaries[1]).get(address).status_code == 404


def _blob():
    from apps.journal.files import store_bytes

    return store_bytes(b"paper", content_type="text/plain")


def test_refused_report_keeps_what_was_typed(college, relay):
    line = make.of(relay, college.units[0])
    answer = signed_in(college.secretaries[0]).post(at("report", line), {"text": "typed words"})
    assert answer.status_code == 422
    services.sign(line=line, actor=college.secretaries[0])
    make.of(relay, college.units[0])
    bad = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    form = {"text": "typed words", "files": bad, "form_token": str(uuid4())}
    services.pass_on(line=line, actor=college.secretaries[0])
    answer = signed_in(college.secretaries[0]).post(at("report", line), form)
    assert answer.status_code == 422
    assert "typed words" in answer.content.decode()


def test_report_with_a_file_is_accepted_by_the_office(college, relay):
    line = make.passed_on(relay, college.units[0], college.secretaries[0])
    form = {"text": "附名單", "files": SimpleUploadedFile("名單.pdf", PDF), "form_token": str(uuid4())}
    assert signed_in(college.secretaries[0]).post(at("report", line), form).status_code == 302
    client = signed_in(college.clerk)
    page = client.get(at("line", line)).content.decode()
    assert "附名單" in page
    assert "名單.pdf" in page
    assert client.post(at("give_back", line), {"reason": ""}).status_code == 422
    assert signed_in(factories.leader()).post(at("accept", line)).status_code == 403
    assert client.post(at("accept", line)).status_code == 302
    assert client.post(at("accept", line)).status_code == 302
    assert make.of(relay, college.units[0]).state == LineState.ACCEPTED


def test_office_excuses_by_name(college, relay):
    line = make.of(relay, college.units[0])
    client = signed_in(college.clerk)
    assert client.post(at("excuse", line), {"reason": ""}).status_code == 422
    assert client.post(at("excuse", line), {"reason": "停辦"}).status_code == 302
    assert "停辦" in client.get(at("line", line)).content.decode()


def test_phone_list_of_units(college, relay):
    services.climb(make.of(relay, college.units[0]).sign_due_at)
    line, client = make.of(relay, college.units[0]), signed_in(college.clerk)
    page = client.get(reverse("relays:phone")).content.decode()
    assert all(secretary.name in page for secretary in college.secretaries)
    assert signed_in(college.secretaries[0]).get(reverse("relays:phone")).status_code == 403
    client.post(at("call", line), {"person": college.secretaries[0].pk, "outcome": "no_answer"})
    answer = client.get(reverse("relays:phone"))
    assert [card[0].pk for card in answer.context["resting"]] == [line.pk]
    client.post(at("sign_by_phone", line), {})
    assert make.of(relay, college.units[0]).is_waiting
    form = {"person": college.secretaries[0].pk, "note": "收到"}
    for _time in range(2):
        assert client.post(at("sign_by_phone", line), form).status_code == 302
    assert make.of(relay, college.units[0]).signed_for == college.secretaries[0]


def test_progress_shows_only_what_one_may_see_and_figures_open_their_rows(college, relay):
    make.reported(relay, college.units[0], college.secretaries[0])
    page = reverse("relays:detail", args=[relay.pk])
    answer = signed_in(college.clerk).get(page)
    assert (answer.context["figures"].whole, answer.context["figures"].to_accept) == (3, 1)
    for _label, _colour, count, url in answer.context["figures"].parts:
        assert len(signed_in(college.clerk).get(url).context["rows"]) == count
    own = signed_in(college.secretaries[1]).get(page).context["rows"]
    assert [row.line.unit for row in own] == [college.units[1]]
    stranger = factories.person("外人", Role.STAFF, at=college.units[0])
    assert signed_in(stranger).get(page).status_code == 404


def test_units_below_stand_under_theirs_with_the_worst_state(college, relay):
    unit, secretary = college.units[2], college.secretaries[2]
    below = factories.unit("教研室", parent=unit)
    factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.sign(line=make.of(relay, unit), actor=secretary)
    services.pass_down(line=make.of(relay, unit), actor=secretary, units=[below])
    rows = signed_in(college.clerk).get(reverse("relays:detail", args=[relay.pk])).context["rows"]
    place = [row.line.unit for row in rows].index(unit)
    assert (rows[place].worst, rows[place + 1].line.unit, rows[place + 1].indent) == (LineState.WAITING, below, 1)


def test_export_says_what_each_state_rests_on(college, relay):
    make.reported(relay, college.units[0], college.secretaries[0], text="=1+1")
    address = reverse("relays:export", args=[relay.pk])
    assert signed_in(college.clerk).get(address).status_code == 405
    answer = signed_in(college.clerk).post(address)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = {row[0]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    mine = rows[str(college.units[0])]
    assert mine[11] == "'=1+1"
    assert college.secretaries[0].name in mine[12]
    assert f"Reported: {college.secretaries[0].name} (1)" in mine[12]
    assert Entry.objects.about(relay).filter(verb="relay_exported").count() == 1


def test_same_number_of_queries_with_one_and_three_rows(college):
    counts = {"list": set(), "detail": set(), "phone": set(), "work": set()}
    for number in (1, 3):
        RelayLine.objects.update(rung=Rung.SECRETARY, next_at=None)
        relay = make.relayed(college.clerk, college.units[:number])
        for unit, secretary in zip(college.units[:number], college.secretaries, strict=False):
            make.passed_on(relay, unit, secretary)
        waiting = make.relayed(college.clerk, college.units[:number])
        services.climb(make.of(waiting, college.units[0]).sign_due_at)
        client = signed_in(college.clerk)
        pages = {
            "list": reverse("relays:list"),
            "detail": reverse("relays:detail", args=[relay.pk]),
            "phone": reverse("relays:phone"),
        }
        for name, page in pages.items():
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert client.get(page).status_code == 200
            counts[name].add(len(found))
        director = factories.director()
        director.roles  # noqa: B018 (kept on the object)
        with CaptureQueriesContext(connection) as found:
            for_user(director, at=now())
        counts["work"].add(len(found))
    assert {name: len(each) for name, each in counts.items()} == dict.fromkeys(counts, 1)


def test_work_of_each(college, relay):
    def reasons(person):
        return [(item.reason, item.key.split(":")[0]) for item in for_user(person, at=now())]

    secretary, line = college.secretaries[0], make.of(relay, college.units[0])
    assert reasons(secretary) == [("to sign for", "notices.obligation")]
    services.sign(line=line, actor=secretary)
    assert reasons(secretary) == [("to pass on", "relays.line")]
    services.pass_on(line=line, actor=secretary)
    assert reasons(secretary) == [("to report back", "relays.line")]
    services.report(line=line, actor=secretary, text="好")
    assert reasons(secretary) == []
    assert reasons(college.clerk) == [("1 report to accept", "relays.relay")]
    services.give_back(line=line, actor=college.clerk, reason="x")
    assert reasons(secretary) == [("the report came back", "relays.line")]
    director = factories.director()
    assert reasons(director) == []
    late = make.of(relay, college.units[1]).sign_due_at
    services.climb(late)
    found = for_user(director, at=late.replace(year=2027))
    assert [item.reason for item in found] == ["2 units to call", "2 units are late"]
    rows = signed_in(director).get(reverse("relays:list"))
    assert rows.status_code == 200


def test_stand_in_has_it_as_work_with_the_name(college, relay):
    deputy = factories.person("代理", Role.STAFF, at=college.units[0])
    make.deputy(college.secretaries[0], deputy)
    (item,) = for_user(deputy, at=now())
    assert item.reason == f"to sign for, for {college.secretaries[0].name}"


def test_notice_leads_to_the_units_page(college, relay):
    client = signed_in(college.secretaries[0])
    read = client.get(reverse("notices:read", args=[relay.notice_id])).content.decode()
    address = reverse("relays:of", args=[relay.notice_id])
    assert address in read
    assert client.get(address).url == at("line", make.of(relay, college.units[0]))
    assert signed_in(college.clerk).get(address).url == reverse("relays:detail", args=[relay.pk])
