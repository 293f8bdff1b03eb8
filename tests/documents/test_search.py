"""What is found: words, numbers in any form, sender, person, and the plain filters; and the place that is shown."""

from datetime import date

import pytest

from apps.documents import services
from apps.documents.enums import Direction, Kind, OpinionKind, State, Why
from apps.documents.models import Document, Edition
from apps.documents.number_forms import NumberForm
from apps.documents.search import LISTED, Asked
from apps.documents.search_excerpts import excerpts
from apps.documents.search_page import find, pick
from apps.people.models import Person
from tests import factories
from tests.documents.factories import NINE, TEN, incoming, moment, series

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


def paper(title: str, clerk: Person, **fields: object) -> Document:
    made = incoming(title, clerk=clerk, **fields)
    services.refresh_text(made)
    return made


def said(document: Document, **words: object) -> Edition:
    return services.write_edition(document=document, words=words, actor=document.created_by, at=TEN)


def found(user: Person, text: str = "", **asked: object) -> list[str]:
    return [row.title for row in find(user, Asked(text=text, **asked)).rows]


@pytest.mark.parametrize("text", ["安全", "安全工作", "冬季 安全", "安全 冬季", "2026年冬", "學校辦公", " 安 "])
def test_words_of_the_title_and_the_register(clerk: Person, text: str) -> None:
    paper("關於做好2026年冬季學期安全工作的通知", clerk)
    paper("教學檢查", clerk, sender="教務處")
    assert found(clerk, text) == ["關於做好2026年冬季學期安全工作的通知"]


@pytest.mark.parametrize("text", ["安静", "全安", "安全 教學", "％", "' OR 1=1 --", "\\", "%", "_"])
def test_what_stands_nowhere_is_not_found(clerk: Person, text: str) -> None:
    paper("關於做好安全工作的通知", clerk)
    assert found(clerk, text) == []


def test_words_of_the_text_as_it_stands_now(clerk: Person) -> None:
    row = paper("通知", clerk)
    said(row, title="通知", body="<p>請各<b>單</b>位於週五前報送</p><p>名單</p>", addressees=["計算機系", "數學系"])
    assert found(clerk, "單位") == found(clerk, "計算機") == found(clerk, "Ｎ名單".strip("Ｎ")) == ["通知"]
    assert found(clerk, "報送名單") == []  # the end of a paragraph ends the word
    said(row, title="通知", body="<p>不必報送</p>", addressees=[])
    assert (found(clerk, "計算機"), found(clerk, "不必")) == ([], ["通知"])


def test_words_are_compared_in_any_width_and_case(clerk: Person) -> None:
    paper("ＷｉＦｉ改造（二期）", clerk)
    assert found(clerk, "wifi") == found(clerk, "WIFI改造(二期)") == ["ＷｉＦｉ改造（二期）"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("收〔2026〕12號", NumberForm("收", 2026, 12)),
        ("收[2026]12", NumberForm("收", 2026, 12)),
        ("收［2026］12号", NumberForm("收", 2026, 12)),
        ("院辦發（2026）第 12 號", NumberForm("院办发", 2026, 12)),
        ("院字〔2026〕012号", NumberForm("院", 2026, 12)),
        ("2026-12", NumberForm("", 2026, 12)),
        ("〔2026〕12", NumberForm("", 2026, 12)),
        ("2026", None),
        ("202612", None),
        ("2026-12-01", None),
        ("收〔2026〕", None),
        ("收〔2026〕12號的答復", None),
    ],
)
def test_a_number_is_read_in_any_form(text: str, read: NumberForm | None) -> None:
    assert NumberForm.read(text) == read


@pytest.mark.parametrize("text", ["收〔2026〕2號", "收[2026]2", "收（2026）第2号", "2026-2", "2026/02"])
def test_own_number_in_any_form(clerk: Person, text: str) -> None:
    for title in ("甲", "乙", "丙"):
        paper(title, clerk)
    assert found(clerk, text) == ["乙"]


def test_senders_number_in_any_form(clerk: Person) -> None:
    paper("甲", clerk, sender_number="校辦〔2026〕77號", number_key="校办202677号")
    paper("乙", clerk, sender_number="教務〔2026〕第77號", number_key="教务2026第77号")
    paper("丙", clerk, sender_number="校辦〔2026〕177號", number_key="校办2026177号")
    assert found(clerk, "校辦[2026]77") == found(clerk, "校办〔2026〕77号") == ["甲"]
    assert found(clerk, "2026-77") == ["乙", "甲"]


def test_a_number_finds_also_what_cites_it(clerk: Person) -> None:
    first = paper("通知", clerk)
    second = paper("答復", clerk)
    said(second, body=f"根據{first.number}的要求，現答復如下。")
    assert found(clerk, "收[2026]1") == ["答復", "通知"]
    places = excerpts(find(clerk, Asked(text="收[2026]1")).rows, Asked(text="收[2026]1"))
    assert [(place.before, place.found, place.after) for place in places.values()] == [
        ("根據收", "〔2026〕1", "號的要求，現答復如下。")
    ]


def test_a_number_that_nobody_bears_is_looked_for_as_words(clerk: Person) -> None:
    paper("關於2026-27學年校曆的通知", clerk)
    assert found(clerk, "2026-27") == ["關於2026-27學年校曆的通知"]


def test_by_sender_alone(clerk: Person) -> None:
    paper("甲", clerk, sender="教務處")
    paper("乙", clerk, sender="學生處", summary="轉教務處意見")
    assert (found(clerk, sender="教務"), found(clerk, "教務")) == (["甲"], ["乙", "甲"])
    assert found(clerk, "甲", sender="學生處") == []


def test_by_person_who_registered_handles_handled_or_gave_an_opinion(clerk: Person) -> None:
    other = factories.clerk("科員乙")
    rows = {title: paper(title, clerk) for title in ("登記", "經辦", "辦過", "意見", "無關")}
    Document.objects.filter(pk=rows["經辦"].pk).update(handler=other)
    services.involve(rows["辦過"], other, why=Why.HANDLES, actor=clerk, at=TEN)
    services.give_opinion(edition=said(rows["意見"], body="文"), kind=OpinionKind.PROPOSAL, author=other, at=TEN)
    paper("自己的", other)
    assert set(found(clerk, person=other)) == {"經辦", "辦過", "意見", "自己的"}
    assert found(clerk, person=factories.person("路人")) == []
    assert found(clerk, "意見", person=other) == ["意見"]


def test_by_state_direction_kind_and_days(clerk: Person) -> None:
    row = paper("甲", clerk, at=moment(3, 9))
    paper("乙", clerk, at=moment(4, 23, 30))
    Document.objects.filter(pk=row.pk).update(state=State.PROPOSED, kind=Kind.REPORT)
    assert found(clerk, state=State.PROPOSED) == found(clerk, kind=Kind.REPORT) == ["甲"]
    assert found(clerk, direction=Direction.OUTGOING) == []
    assert found(clerk, since=date(2026, 11, 4), until=date(2026, 11, 4)) == ["乙"]
    assert found(clerk, until=date(2026, 11, 3)) == ["甲"]


def test_outgoing_papers_are_found_too(clerk: Person) -> None:
    row = Document.objects.create(
        direction=Direction.OUTGOING, state=State.DRAFT, title="關於表彰的決定", unit=factories.office(),
        created_by=clerk, created_at=NINE, last_event_at=NINE,
    )  # fmt: skip
    said(row, title=row.title, body="<p>授予王小明稱號</p>")
    services.give_number(document=row, series=series("doc_out"), actor=clerk, at=TEN)
    row.state = State.DRAFT
    row.save()
    assert found(clerk, "王小明") == found(clerk, "院發[2026]1") == ["關於表彰的決定"]


def test_pages_follow_each_other_without_gap_or_double(clerk: Person) -> None:
    for number in range(7):
        paper(f"通知{number}", clerk, at=moment(3, 9 + number // 3))  # several at one moment
    seen, cursor = [], ""
    while True:
        page = find(clerk, Asked(text="通知"), cursor=cursor, size=2)
        seen += [row.title for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == [f"通知{number}" for number in range(6, -1, -1)]
    assert find(clerk, Asked(text="通知"), cursor="nonsense", size=2).is_first


def test_a_word_of_many_is_read_in_order_and_one_of_few_listed(clerk: Person) -> None:
    """Six in 300 are many: beyond that the documents are compared one after the other, with the same outcome."""
    for number in range(8):
        paper(f"常見{number}", clerk)
    paper("罕見", clerk)
    assert len(found(clerk, "常見")) == 8
    assert found(clerk, "罕見") == ["罕見"]
    assert found(clerk, "常見3") == ["常見3"]
    assert LISTED > 8


def test_what_is_found_for_choosing_one(clerk: Person) -> None:
    rows = [paper(f"通知{number}", clerk) for number in range(3)]
    assert [row.title for row in pick(clerk, "通知", size=2)] == ["通知2", "通知1"]
    assert [row.title for row in pick(clerk, rows[1].number)] == ["通知1"]
    services.sign_for(paper=services.Paper(sender="學校辦公室", title="通知3"), actor=clerk, at=TEN)
    assert [row.title for row in pick(clerk, "通知")] == ["通知2", "通知1", "通知0"]  # what has no number is not named
    assert pick(clerk, "  ") == []


def test_the_place_is_shown_where_the_line_does_not_show_it(clerk: Person) -> None:
    row = paper("通知", clerk, summary="請於十二月一日前報送名單")
    said(row, body="<p>" + "前" * 50 + "，期中考試" + "後" * 50 + "</p>")
    rows = find(clerk, Asked(text="通知")).rows

    def place(text: str) -> tuple[str, str, str, str] | None:
        at = excerpts(rows, Asked(text=text)).get(row.pk)
        return at and (str(at.where), at.before, at.found, at.after)

    assert place("通知") is place("學校") is None
    assert place("名單") == ("summary", "請於十二月一日前報送", "名單", "")
    assert place("通知 考試") == ("text", "…" + "前" * 27 + "，期中", "考試", "後" * 30 + "…")
