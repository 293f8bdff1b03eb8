"""What stays and what counts when an original changes that a unit repeats with words of its own."""

import pytest

from apps.notices.models import Edition, Notice
from apps.people.models import Unit
from apps.relays.merging import merge, own_words, words_of

LINE = "<p><em>Passed on from 2026-007 of Office:</em></p>"
OLD, NEW = "<p>Wednesday</p><ul><li>a</li></ul>", "<p>Thursday</p>"


def words(text: str, title: str = "T") -> dict[str, dict[str, str]]:
    return {"title": {"en": title}, "body": {"en": text}}


def merged(text: str, *, title: str = "T", old: dict | None = None, new: dict | None = None):
    source = Notice(number="2026-007", unit=Unit(name={"en": "Office"}))
    before, after = Edition(**(old or words(OLD))), Edition(**(new or words(NEW)))
    return merge(Notice(**words(text, title)), "note", source, before, after)


@pytest.mark.parametrize(
    ("text", "body", "overruled"),
    [
        (LINE + OLD, LINE + NEW, ()),
        ("<p>ours</p>" + LINE + OLD, "<p>ours</p>" + LINE + NEW, ()),
        ("<p>ours, see 2026-007</p>" + LINE + OLD, "<p>ours, see 2026-007</p>" + LINE + NEW, ()),
        ("<p>ours</p>" + LINE + OLD.replace("a", "b"), "<p>ours</p>" + LINE + NEW, ("en",)),
        ("<p>ours</p>" + OLD, "<p>ours</p>" + LINE + NEW, ()),  # the line was taken away
        (OLD + "<ul><li><p>ours</p></li></ul>", "<ul><li><p>ours</p></li></ul>" + LINE + NEW, ()),
        ("<p>ours alone</p>", "<p>ours alone</p>" + LINE + NEW, ("en",)),
    ],
)
def test_own_words_stay_above_and_the_originals_below_count(text, body, overruled):
    found = merged(text)
    assert (found.body, found.overruled) == ({"en": body}, overruled)


def test_what_the_original_did_not_change_stays_as_the_unit_has_it():
    found = merged("<p>x</p>" + LINE + "<p>edited</p>", title="Ours", new=words(OLD, "New title"))
    assert (found.title["en"], found.body["en"]) == ("New title", "<p>x</p>" + LINE + "<p>edited</p>")
    assert found.overruled == ("en",)
    assert merged(LINE + OLD, title="Ours").title == {"en": "Ours"}


def test_language_that_came_and_language_that_went():
    new = {"title": {"en": "T", "zh-hant": "題"}, "body": {"en": OLD, "zh-hant": "<p>新</p>"}}
    found = merged(LINE + OLD, new=new)
    assert found.title == {"en": "T", "zh-hant": "題"}
    assert found.body["zh-hant"].endswith("<p>新</p>")
    assert found.body["zh-hant"].startswith("<p>note</p>")
    gone = merged(LINE + OLD, new={"title": {"zh-hant": "題"}, "body": {"zh-hant": "<p>新</p>"}})
    assert set(gone.body) == {"zh-hant"}


def test_note_is_escaped_and_stands_above_the_line():
    source = Notice(number="2026-007", unit=Unit(name={"en": "A & B"}))
    text = words_of(source, {"en": NEW}, "<b>x</b>")["en"]
    assert text.startswith("<p>&lt;b&gt;x&lt;/b&gt;</p><p><em>")
    assert own_words(text, "2026-007", NEW) == ("<p>&lt;b&gt;x&lt;/b&gt;</p>", False)


def test_number_with_brackets_is_found():
    line = "<p><em>轉自 院辦〔2026〕7號（教務）：</em></p>"
    assert own_words("<p>系</p>" + line + OLD, "院辦〔2026〕7號（教務）", OLD) == ("<p>系</p>", False)
