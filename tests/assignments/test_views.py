"""The pages of assignments and each of their POST addresses: works, reader 403, stranger 404, GET 405, twice once."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.assignments import services
from apps.assignments.enums import AssignmentState, PartState
from apps.assignments.forms import unit_choices, units_in_use
from apps.assignments.models import Part
from apps.assignments.services import PartWanted
from apps.assignments.whole_screen import whole_form
from apps.journal.models import Attachment
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.jobs.moments import freeze
from tests.notices import factories as board
from tests.replies.test_views import signed_in


@pytest.fixture
def row(college):
    return make.given(college.clerk, college.units[:2])


def post(who, name: str, thing, **data):
    return signed_in(who).post(reverse(f"assignments:{name}", args=[thing.pk]), data)


def test_each_act_of_a_part(college, row):
    """The whole way by pages: sign, name, report with a file and a count, confirm, return, again, accept, close."""
    unit, lead = college.units[0], college.secretaries[0]
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    Part.objects.filter(unit=unit).update(wants_file=True, wants_count=True)
    part, teacher, head = make.of(row, unit), college.teachers[0], college.heads[0]

    def act(who, name: str, state: str, **data) -> None:
        answer = post(who, name, part, **data)
        assert answer.status_code == 302, (name, answer.content.decode()[:3000])
        assert make.of(row, unit).state == state, name

    act(lead, "sign", PartState.SIGNED)
    act(lead, "name", PartState.NAMED, person=teacher.pk, note="請辦")
    for text in ("初稿", "補齊"):
        file = SimpleUploadedFile("名單.txt", b"one, two", content_type="text/plain")
        act(teacher, "report", PartState.REPORTED, text=text, count=2, files=[file], form_token=uuid.uuid4())
        act(head, "confirm", PartState.CONFIRMED)
        if text == "初稿":
            act(college.clerk, "give_back", PartState.RETURNED, note="缺附表")
    act(college.director, "accept", PartState.ACCEPTED)
    reports = list(part.reports.order_by("round"))
    assert [(said.text, said.count) for said in reports] == [("初稿", 2), ("補齊", 2)]
    assert [Attachment.objects.of(said).count() for said in reports] == [1, 1]
    answer = post(college.clerk, "close", row, note="已答覆")
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (302, AssignmentState.CLOSED)


def test_report_sent_twice_is_taken_once(college, row):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    part = make.signed(row, college.units[0], college.secretaries[0])
    data = {"text": "好", "form_token": uuid.uuid4()}
    for _each in range(2):
        post(college.secretaries[0], "report", part, **data)
    assert part.reports.count() == 1


POSTS = {
    "sign": ("secretaries", {}),
    "name": ("secretaries", {"person": 1}),
    "hand_over": (None, {"person": 1, "note": "words"}),
    "pass_down": ("secretaries", {"units": 1}),
    "fill_in": ("secretaries", {}),
    "report": ("secretaries", {"text": "words"}),
    "confirm": ("heads", {}),
    "send_back": ("heads", {"note": "words"}),
    "accept": ("clerk", {}),
    "give_back": ("clerk", {"note": "words"}),
    "ask_more": ("clerk", {"note": "words"}),
    "excuse": ("clerk", {"reason": "words"}),
    "urge": ("clerk", {}),
    "ask_extension": ("secretaries", {"until": "2026-12-02T17:30", "reason": "words"}),
    "grant_extension": ("clerk", {"until": "2026-12-02T17:30"}),
    "refuse_extension": ("clerk", {"note": "words"}),
    "set_day": ("clerk", {"due_at": "2026-12-02T17:30", "reason": "words"}),
    "pause": ("secretaries", {"number": "1", "words": "words"}),
    "resume": ("secretaries", {}),
}


@pytest.mark.parametrize("name", POSTS)
def test_stranger_404_reader_403_get_405(college, row, name):
    part = make.of(row, college.units[0])
    url = reverse(f"assignments:{name}", args=[part.pk])
    data = POSTS[name][1]
    for person in (college.secretaries[2], college.teachers[0], college.secretaries[1]):
        assert signed_in(person).post(url, data).status_code == 404, person
    assert signed_in(factories.administrator()).post(url, data).status_code == 403
    for person in (college.clerk, college.secretaries[0]):
        assert signed_in(person).get(url).status_code == 405
    assert Part.objects.get(pk=part.pk).state == PartState.WAITING


@pytest.mark.parametrize("name", ["add_part", "change_lead", "close", "call_off", "reopen"])
def test_whole_is_for_who_gave_it_and_the_office(college, row, name):
    url = reverse(f"assignments:{name}", args=[row.pk])
    data = {"unit": college.units[2].pk, "reason": "words", "note": "words"}
    assert signed_in(college.secretaries[2]).post(url, data).status_code == 404
    for person in (college.secretaries[0], factories.leader(), factories.administrator()):
        assert signed_in(person).post(url, data).status_code == 403
    assert signed_in(college.clerk).get(url).status_code == 405


def test_lead_is_changed_and_the_former_one_let_go_in_one_step(college, row):
    data = {"unit": college.units[2].pk, "reason": "屬丙系職掌", "excuses": "on"}
    assert post(college.clerk, "change_lead", row, **data).status_code == 302
    assert make.of(row, college.units[2]).is_lead
    former = make.of(row, college.units[0])
    assert (former.state, former.excuse) == (PartState.EXCUSED, "屬丙系職掌")


def test_units_that_are_done_are_not_offered_again_but_asked_for_more(college, row):
    make.signed(row, college.units[0], college.secretaries[0])
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    part = make.of(row, college.units[1])
    services.accept(part=part, actor=college.secretaries[0])
    assert whole_form("add_part", row).fields["unit"].choices == [
        choice for choice in unit_choices(units_in_use()) if choice[0] not in [unit.pk for unit in college.units[:2]]
    ]
    url = reverse("assignments:ask_more", args=[part.pk])
    assert url in signed_in(college.secretaries[0]).get(part.get_absolute_url()).content.decode()
    assert url not in signed_in(college.clerk).get(part.get_absolute_url()).content.decode()
    assert post(college.secretaries[0], "ask_more", part, note="缺附表").status_code == 302
    assert make.of(row, college.units[1]).state == PartState.RETURNED


def test_unit_added_called_off_and_closed_refusals_in_words(college, row):
    data = {"unit": college.units[2].pk, "asks": "提供名單", "wants": ["count"]}
    assert post(college.clerk, "add_part", row, **data).status_code == 302
    assert make.of(row, college.units[2]).wants_count
    answer = post(college.clerk, "close", row)
    assert answer.status_code == 422
    assert "Not done yet: 甲系、乙系、丙系" in answer.content.decode()
    assert post(college.clerk, "call_off", row, reason="").status_code == 422
    assert post(college.clerk, "call_off", row, reason="撤件").status_code == 302
    page = signed_in(college.secretaries[0]).get(row.get_absolute_url()).content.decode()
    assert "called off" in page
    assert "撤件" in page


def test_clock_and_more_time_by_pages(college, row):
    paper = board.published(college.clerk)
    part, secretary = make.signed(row, college.units[0], college.secretaries[0]), college.secretaries[0]
    answer = post(secretary, "pause", part, number="沒有", words="等函覆")
    assert answer.status_code == 422
    assert "There is no paper with the number 沒有" in answer.content.decode()
    board_number = {"number": paper.number, "words": "等函覆"}
    assert post(college.clerk, "pause", part, **board_number).status_code == 302
    assert make.of(row, college.units[0]).is_paused
    page = signed_in(secretary).get(part.get_absolute_url()).content.decode()
    assert "clock stands still" in page
    assert paper.number in page
    assert post(secretary, "resume", part).status_code == 302
    assert post(secretary, "ask_extension", part, until="2026-12-02T17:30", reason="不及").status_code == 302
    page = signed_in(college.clerk).get(part.get_absolute_url()).content.decode()
    assert "Grant more time" in page
    assert post(college.clerk, "grant_extension", part, until="2026-12-01T17:30", note="准").status_code == 302
    assert make.of(row, college.units[0]).due_at == moment(1, 17, 30, month=12)
    page = signed_in(secretary).get(part.get_absolute_url()).content.decode()
    assert "27 Nov 2026 (Fri) 17:30 → " in page


def test_handed_over_by_who_does_it_and_out_of_sight(college, row):
    part = make.named(row, college.units[0], college.secretaries[0], college.teachers[0])
    other = factories.person("甲系教師二", Role.STAFF, at=college.units[0])
    answer = post(college.teachers[0], "hand_over", part, person=other.pk, note="出差")
    assert answer.headers["Location"] == reverse("assignments:list")
    assert make.of(row, college.units[0]).person == other


def test_tree_has_acts_in_place(college, row):
    page = signed_in(college.secretaries[0]).get(row.get_absolute_url()).content.decode()
    assert reverse("assignments:sign", args=[make.of(row, college.units[0]).pk]) in page
    assert reverse("assignments:urge", args=[make.of(row, college.units[1]).pk]) in page
    url = reverse("assignments:sign", args=[make.of(row, college.units[0]).pk])
    answer = signed_in(college.secretaries[0]).post(url, {"next": row.get_absolute_url()})
    assert answer.headers["Location"] == row.get_absolute_url()
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    page = signed_in(college.secretaries[0]).get(row.get_absolute_url()).content.decode()
    assert reverse("assignments:accept", args=[make.of(row, college.units[1]).pk]) in page
    page = signed_in(college.secretaries[1]).get(row.get_absolute_url()).content.decode()
    assert "甲系" in page, "the lead is named"
    assert make.of(row, college.units[0]).get_absolute_url() not in page


def test_page_of_a_part_says_who_confirms_and_what_is_missing(college, row):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    part = make.of(row, college.units[0])
    services.give_back(part=part, actor=college.clerk, note="缺第三季數字")
    page = signed_in(college.secretaries[0]).get(part.get_absolute_url()).content.decode()
    assert "The report came back.</strong> 缺第三季數字" in page
    assert "head of the unit" in page
    below = factories.unit("教研室", parent=college.units[0])
    services.pass_down(part=part, actor=college.secretaries[0], parts=[PartWanted(below)])
    page = signed_in(college.secretaries[0]).get(part.get_absolute_url()).content.decode()
    assert "Before you can report" in page


def test_confidential_thing_shows_its_words_only(college):
    secret = board.draft(college.clerk, title={"en": "zqsecret"}, body={"en": "<p>zqsecret</p>"})
    row = make.given(college.clerk, college.units[:1], subject=secret)
    for url in (row.get_absolute_url(), make.of(row, college.units[0]).get_absolute_url(), reverse("assignments:list")):
        page = signed_in(college.secretaries[0]).get(url).content.decode()
        assert make.TITLE in page
        assert "zqsecret" not in page
    assert secret.get_absolute_url() in signed_in(college.clerk).get(row.get_absolute_url()).content.decode()


@pytest.mark.parametrize("show", ["to_do", "up", "over", "nonsense"])
def test_own_list_by_tab(college, row, show):
    other = make.given(college.clerk, college.units[:1], title="已上報")
    make.confirmed(other, college.units[0], college.secretaries[0], college.heads[0])
    third = make.given(college.clerk, college.units[:1], title="已結束")
    make.confirmed(third, college.units[0], college.secretaries[0], college.heads[0])
    services.accept(part=make.of(third, college.units[0]), actor=college.clerk)
    wanted = {"up": "已上報", "over": "已結束"}.get(show, make.TITLE)
    for person in (college.secretaries[0], college.heads[0]):
        answer = signed_in(person).get(reverse("assignments:list"), {"show": show})
        assert [part.assignment.title for part in answer.context["page"].rows] == [wanted]
    empty = signed_in(college.teachers[2]).get(reverse("assignments:list"), {"show": show})
    assert "No assignment here" in empty.content.decode()


def test_phone_list_for_the_office(college, row, monkeypatch):
    ContactPoint.objects.create(person=college.secretaries[0], kind=ContactKind.PHONE, value="0912000111")
    for at in (moment(24, 16), moment(25, 16)):
        freeze(monkeypatch, at)
        services.climb(at)
    url, part = reverse("assignments:phone"), make.of(row, college.units[0])
    assert signed_in(college.secretaries[0]).get(url).status_code == 403
    page = signed_in(college.clerk).get(url).content.decode()
    assert "tel:0912000111" in page
    assert post(college.secretaries[0], "call", part, person=1).status_code == 403
    post(college.clerk, "call", part, person=college.secretaries[0].pk, outcome="no_answer")
    assert "Tried a short while ago" in signed_in(college.clerk).get(url).content.decode()
    post(college.clerk, "sign_by_phone", part)
    assert make.of(row, college.units[0]).state == PartState.WAITING, "nobody was named"
    post(college.clerk, "sign_by_phone", part, person=college.secretaries[0].pk)
    assert make.of(row, college.units[0]).signed_for == college.secretaries[0]


def test_pages_in_chinese(college, row):
    client = signed_in(college.secretaries[0])
    for language, words in (("zh-hant", "請簽收，表示貴單位已收到"), ("zh-hans", "请签收，表示贵单位已收到")):
        client.cookies["django_language"] = language
        type(college.clerk).objects.filter(pk=college.secretaries[0].pk).update(language=language)
        page = client.get(make.of(row, college.units[0]).get_absolute_url()).content.decode()
        assert words in page
