"""Services are found by what people call them, and say why."""

import pytest
from django.test import Client
from django.utils.translation import override

from apps.servicedesk.finding import Found, find, grams, slips
from apps.servicedesk.models import Service
from tests import factories
from tests.servicedesk import factories as desk

KEYWORDS = "學生證明，在學 student letter enrolment certificate"
NAMES = {"zh-hant": "在讀證明", "zh-hans": "在读证明", "en": "Certificate of enrolment"}


def service(**changed: object) -> Service:
    values = {
        "code": "enrolment-certificate",
        "name": NAMES,
        "description": {"zh-hant": "掃碼核驗，出國簽證常用", "en": "Anyone can check it"},
        "keywords": KEYWORDS,
    }
    return Service(**values | changed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Found(0)),
        ("在讀", Found(0)),
        ("在读", Found(0)),  # the other script, of the name that is shown
        ("我想開在讀證明", Found(0)),  # the name inside a sentence
        ("enrolment", Found(1, "also called “enrolment”")),
        ("学生证明", Found(1, "also called “學生證明”")),
        ("請幫我開學生證明", Found(1, "also called “學生證明”")),
        ("LETTER", Found(1, "also called “letter”")),
        ("簽證", Found(2, "its description has “签证”")),
        ("enrollment", Found(3, "perhaps you mean “enrolment”")),
        ("certificte", Found(3, "perhaps you mean “certificate”")),
        ("studnet", Found(3, "perhaps you mean “student”")),
        ("在讀 letter", Found(1, "also called “letter”")),  # the worst word is told
        ("在讀 護照", None),
        ("xyz", None),
    ],
)
def test_found_and_why(text: str, found: Found | None) -> None:
    with override("en"):  # the tile shows the Chinese name, the reason is told in English
        assert find(service(name={"zh-hant": "在讀證明", "zh-hans": "在读证明"}, keywords=KEYWORDS), text) == found


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("seal", "seal", 0), ("seal", "sael", 1), ("seal", "sael s", 3), ("repair", "repai", 1), ("stamp", "stomps", 2)],
)
def test_slips_counts_letters(one: str, other: str, count: int) -> None:
    assert slips(one, other) == slips(other, one) == count


def test_short_latin_words_are_not_guessed() -> None:
    assert find(service(keywords="id"), "ib") is None


def test_grams_of_a_sentence() -> None:
    assert grams("我要報修投影機 projector 12") == ["要报", "报修", "修投", "投影", "影机", "projector"]
    assert grams("申請") == []


@pytest.mark.django_db
def test_tiles_that_fit_best_come_first_and_say_why(client: Client) -> None:
    desk.service("用印", keywords="蓋章 公章", description=desk.words("推薦信上蓋章"), order=1)
    desk.service("推薦信", keywords="", description=desk.words("寫信"), order=2)
    client.force_login(factories.student(language="zh-hant"))
    page = client.get("/requests/", {"q": "推荐信"})

    assert [str(each) for shelf in page.context["shelves"] for each in shelf.services] == ["推薦信", "用印"]
    assert "推荐信" in page.text
