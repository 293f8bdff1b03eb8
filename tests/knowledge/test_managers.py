"""Who reads what, and what the search finds."""

import pytest

from apps.knowledge.enums import Audience
from apps.knowledge.models import Article
from apps.knowledge.services.articles import retire_article
from apps.people.enums import Role
from tests import factories
from tests.knowledge import factories as shelf

pytestmark = pytest.mark.django_db


def seen(person: object) -> set[str]:
    return {article.title["zh-hant"] for article in Article.objects.visible_to(person)}


def test_each_reads_what_is_for_them() -> None:
    clerk, unit = factories.clerk(), factories.unit("計算機系", parent=factories.root_unit())
    lab = factories.unit("實驗室", parent=unit)
    other = factories.unit("物理系", parent=factories.root_unit())
    for title, audience, place in (
        ("眾", Audience.ALL, None),
        ("職", Audience.STAFF, None),
        ("辦", Audience.OFFICE, None),
        ("系", Audience.UNIT, unit),
    ):
        shelf.article(clerk, **shelf.words(title), audience=audience, unit=place)
    shelf.draft(clerk, **shelf.words("稿"))
    retire_article(article=shelf.article(clerk, **shelf.words("舊")), actor=clerk)

    assert seen(factories.student()) == {"眾"}
    assert seen(factories.person("系生", Role.STUDENT, at=lab)) == {"眾", "系"}
    assert seen(factories.person("系師", Role.STAFF, at=unit)) == {"眾", "職", "系"}
    assert seen(factories.person("他系", Role.STAFF, at=other)) == {"眾", "職"}
    assert seen(factories.leader()) == {"眾", "職", "辦", "系"}
    assert seen(clerk) == {"眾", "職", "辦", "系", "稿", "舊"}


@pytest.mark.parametrize("text", ["證明", "证明", "在读", "登入", "ENROL", "學生證明 用途", ""])
def test_search_finds_two_characters_in_either_script(text: str) -> None:
    made = shelf.article()
    shelf.article(made.owner, **shelf.words("報修", "<p>電燈壞了</p>") | {"keywords": ""})

    assert made in Article.objects.holding(text)


@pytest.mark.parametrize("text", ["護照", "證明 護照", "%", "_"])
def test_search_finds_nothing_that_is_not_there(text: str) -> None:
    shelf.article()

    assert not Article.objects.holding(text).exists()
