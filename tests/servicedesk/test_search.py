"""Search in number, title, requester, answers and messages; where it was found; and that what is kept is true."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.questionnaires.definitions import fields_from_json
from apps.servicedesk import search, services
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import Request, RequestText
from apps.servicedesk.request_text import CAP, texts_of
from apps.servicedesk.search import cut, findings, search_requests
from apps.servicedesk.services.texts import rebuild_texts
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, filed, taken

pytestmark = pytest.mark.django_db
LIST = "/requests/list/"
CHOICES = [
    {"key": "country", "kind": "choice", "label": {"en": "Country"}, "choices": [
        {"key": "jp", "label": {"zh-hant": "日本國", "en": "Japan"}}, {"key": "fr", "label": {"en": "France"}}]},
    {"key": "rows", "kind": "table", "label": {"en": "Rows"}, "columns": [
        {"key": "what", "kind": "text", "label": {"en": "What"}}]},
    {"key": "paper", "kind": "file", "label": {"en": "Paper"}},
    {"key": "note", "kind": "text", "label": {"en": "Note"}, "office_only": True},
]  # fmt: skip


def found(user, text: str) -> list[str]:
    rows = Request.objects.visible_to(user).filter(submitted_at__isnull=False)
    return sorted(search_requests(rows, user, text).values_list("title", flat=True))


@pytest.fixture
def story():
    """A request with words in every place, all written by the services."""
    student, clerk = factories.student("歐陽曉"), factories.clerk("科員甲")
    item = taken(student, clerk, answers={"purpose": "赴日簽證", "remarks": "九月出行"})
    services.post_message(request=item, author=student, body="請問何時可取？\n急用", at=MONDAY_TEN)
    services.post_message(request=item, author=clerk, body="查過黑名單", internal=True, at=MONDAY_TEN)
    services.fill_office_part(
        request=item, actor=clerk, answers={**item.answer_set.answers, "register": "甲子八八"}, at=MONDAY_ELEVEN
    )
    Request.objects.filter(pk=item.pk).update(title="在讀證明")
    for _number in range(30):
        desk.request(title="別的", answers={"purpose": "旁事"})
    desk.keep_words()
    return item, student, clerk


@pytest.mark.parametrize("text", ["在讀", "赴日", "九月", "何時可取", "急用", "黑名單", "八八", "歐陽", "陽曉"])
def test_office_finds_words_wherever_they_stand(story, text):
    item, _student, clerk = story

    assert found(clerk, text) == [item.title]


def test_number_is_found_whole_and_in_part(story):
    item, student, clerk = story

    assert found(clerk, item.number.lower()) == [item.title]
    assert found(clerk, item.number[:6]).count(item.title) == 1
    assert found(clerk, student.number) == [item.title]
    assert found(clerk, "R2019-99999") == []


@pytest.mark.parametrize(("text", "hits"), [("赴日", 1), ("何時", 1), ("黑名單", 0), ("八八", 0)])
def test_requester_finds_no_word_of_the_office(story, text, hits):
    _item, student, _clerk = story

    assert len(found(student, text)) == hits
    assert len(found(factories.student("別人"), text)) == 0


@pytest.mark.parametrize("common", [1, 10_000])
@pytest.mark.parametrize("listed", [0, 5000])
def test_both_ways_find_the_same(story, monkeypatch, common, listed):
    """One in one: nothing is common, all is listed; one in ten thousand: all is common, all is read."""
    item, student, clerk = story
    monkeypatch.setattr(search, "COMMON", common)
    monkeypatch.setattr(search, "LISTED", listed)

    for text in ("在讀", "黑名單", "歐陽", "別的"):
        assert len(found(clerk, text)) == (30 if text == "別的" else 1)
    assert found(student, "黑名單") == []
    assert found(student, "何時") == [item.title]


def test_words_of_all_widths_and_cases_are_one(story):
    item, student, clerk = story
    services.post_message(request=item, author=student, body="ＶＩＳＡ Type", at=MONDAY_ELEVEN)

    assert found(clerk, "visa t") == [item.title]


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "' OR 1=1 --", "\x00", " ", "🂡", "%s %(a)s", "x" * 500])
def test_odd_words_do_no_harm(story, text):
    _item, _student, clerk = story

    assert len(found(clerk, text)) in (0, 31)


def test_kept_words_are_those_that_stand(story):
    assert list(rebuild_texts(write=False)) == []


def test_every_service_keeps_the_words():
    """No rebuilding in between: each transaction keeps what it wrote."""
    student, clerk = factories.student(), factories.clerk()
    item = filed(student, at=MONDAY_NINE)
    services.take(request=item, actor=clerk, at=MONDAY_NINE)
    services.return_for_correction(request=item, actor=clerk, fields=["purpose"], note="請寫明國家", at=MONDAY_TEN)
    services.correct(request=item, actor=student, answers={"purpose": "日本簽證", "remarks": "九月出行"}, at=MONDAY_TEN)
    services.ask_requester(request=item, actor=clerk, note="幾份？", at=MONDAY_TEN)
    services.answer(request=item, actor=student, note="兩份", at=MONDAY_TEN)
    services.post_message(request=item, author=clerk, body="內部話", internal=True, at=MONDAY_TEN)
    services.post_message(request=item, author=clerk, body="又一句", internal=True, at=MONDAY_TEN)
    services.complete(request=item, actor=clerk, note="請來取", at=MONDAY_ELEVEN)

    assert list(rebuild_texts(write=False)) == []
    text = RequestText.objects.get(request=item)
    assert all(word in text.said for word in ("日本簽證", "請寫明國家", "幾份", "兩份", "請來取"))
    assert text.office == "內部話\n又一句"


def test_draft_has_no_words():
    desk.draft()

    assert list(rebuild_texts()) == []
    assert not RequestText.objects.exists()


def test_rebuild_finds_and_mends_what_was_lost_or_changed(story):
    item, _student, clerk = story
    RequestText.objects.filter(request=item).update(said="falsch")
    other = Request.objects.exclude(pk=item.pk).first()
    RequestText.objects.filter(request=other).delete()
    out = StringIO()

    call_command("rebuild_texts", dry_run=True, stdout=out)
    assert "differences: 2" in out.getvalue()
    assert f"{other.number}: no words kept" in out.getvalue()
    call_command("rebuild_texts", stdout=StringIO())

    assert list(rebuild_texts(write=False)) == []
    assert found(clerk, "赴日") == [item.title]


def test_message_on_a_request_without_words_makes_them(story):
    item, student, _clerk = story
    RequestText.objects.filter(request=item).delete()

    services.post_message(request=item, author=student, body="再問", at=MONDAY_ELEVEN)

    assert list(rebuild_texts(write=False)) == []


def test_long_thread_is_cut_at_the_same_place_by_both_ways(story):
    item, student, _clerk = story
    for _number in range(CAP // 3900 + 2):
        services.post_message(request=item, author=student, body="長" * 3900, at=MONDAY_ELEVEN)

    assert len(RequestText.objects.get(request=item).said) == CAP
    assert list(rebuild_texts(write=False)) == []


def test_choices_are_found_by_their_words_in_every_language():
    said, office = texts_of(
        number="R1",
        title="",
        answers={
            "country": "jp",
            "rows": [{"what": "投影機"}, {"what": 3}],
            "paper": ["a-key"],
            "note": "內",
            "x": "?",
        },
        fields=fields_from_json(CHOICES),
        messages=[("一", False), ("二", True), ("  ", False)],
    )

    assert said == "r1\n日本國\njapan\n投影機\n3\n一"
    assert office == "內\n二"


def test_excerpt_says_where_it_was_found(story):
    item, student, clerk = story

    def where(user, text: str) -> tuple[str, str] | None:
        one = findings([Request.objects.select_related("requester").get(pk=item.pk)], user, text).get(item.pk)
        return one and (str(one.where), f"{one.before}[{one.found}]{one.after}")

    assert where(clerk, "可取") == (f"{student.name} 的留言", "請問何時[可取]？ 急用")
    assert where(clerk, "名單") == ("科員甲 的內部備註", "查過黑[名單]")
    assert where(clerk, "赴日") == ("用途", "[赴日]簽證")
    assert where(clerk, "八八") == ("學籍號", "甲子[八八]")
    assert where(clerk, "歐陽") == ("申請人", "[歐陽]曉")
    assert where(clerk, "在讀") is None  # the title shows it
    assert where(student, "名單") is None
    assert where(student, "八八") is None


def test_excerpt_is_short_and_whole():
    line = "前" * 50 + "找" + "後" * 50

    one = cut("x", line, "找")

    assert (one.before, one.found, one.after) == ("…" + "前" * 30, "找", "後" * 30 + "…")
    assert cut("x", "5㎡ 地", "m2").found == "m2"
    assert cut("x", "無", "有") is None


def test_list_shows_the_excerpt_in_a_fixed_number_of_queries(client, story):
    item, _student, clerk = story
    client.force_login(clerk)
    client.get(LIST, {"chip": "all", "q": "急用"})
    with CaptureQueriesContext(connection) as one:
        answer = client.get(LIST, {"chip": "all", "q": "急用"})
    assert "<mark>急用</mark>" in answer.text
    for other in Request.objects.exclude(pk=item.pk)[:2]:
        services.post_message(request=other, author=other.requester, body="我也急用", at=MONDAY_ELEVEN)

    with CaptureQueriesContext(connection) as three:
        assert client.get(LIST, {"chip": "all", "q": "急用"}).text.count("<mark>急用</mark>") == 3

    assert len(three) == len(one)


def test_words_typed_into_a_message_are_shown_as_text(client, story):
    item, student, clerk = story
    services.post_message(request=item, author=student, body="<img src=x> 危險", at=MONDAY_ELEVEN)
    client.force_login(clerk)

    text = client.get(LIST, {"chip": "all", "q": "危險"}).text

    assert "&lt;img src=x&gt; <mark>危險</mark>" in text
    assert item.state == S.IN_PROGRESS


@pytest.mark.parametrize("text", ["在讀", "別的", "沒有的"])
def test_searching_asks_once_however_common_the_words_are(story, text):
    _item, _student, clerk = story
    assert clerk.is_office
    with CaptureQueriesContext(connection) as asked:
        search_requests(Request.objects.all(), clerk, text)

    assert len(asked) == 2  # the numbers of an old system, then the words
