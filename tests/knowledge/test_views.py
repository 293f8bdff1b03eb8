"""The pages of articles: list, search, read, write, history, feedback."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.knowledge.enums import ArticleState, Audience
from apps.knowledge.models import Article, Feedback
from apps.knowledge.services.feedback import Helpful, helpful_of, say_whether_it_helped
from apps.people.models import Person
from tests import factories
from tests.knowledge import factories as shelf

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, article: Article) -> str:
    return reverse(f"knowledge:{name}", args=[article.pk])


def posted(by: Person, **changed: object) -> dict[str, object]:
    review = office_time().day(now()) + timedelta(days=90)
    return {
        "title_zh_hant": "報修須知",
        "body_zh_hant": "<p>先看電源。</p>",
        "keywords": "維修",
        "audience": Audience.ALL,
        "owner": by.pk,
        "review_on": review.isoformat(),
    } | changed


def test_list_shows_what_one_may_read_and_finds_words() -> None:
    shelf.article()
    shelf.draft(**shelf.words("稿件"))
    client = signed_in(factories.student(language="en"))
    page = client.get(reverse("knowledge:list")).content.decode()

    assert "怎樣開在讀證明" in page
    assert "稿件" not in page
    assert "New article" not in page
    assert "怎樣開在讀證明" in client.get(reverse("knowledge:list"), {"q": "证明"}).content.decode()
    part = client.get(reverse("knowledge:list"), {"q": "護照"}, headers={"HX-Request": "true"}).content.decode()
    assert "No article has these words" in part
    assert "<html" not in part


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_more_rows(rows: int, django_assert_num_queries) -> None:
    clerk = factories.clerk()
    for _each in range(rows):
        shelf.article(clerk)
    client = signed_in(clerk)
    client.get(reverse("knowledge:list"))

    with django_assert_num_queries(8):
        client.get(reverse("knowledge:list"))


def test_an_old_article_says_when_it_was_last_checked() -> None:
    made = shelf.article()
    client = signed_in(factories.student(language="en"))
    assert "was last checked on" not in client.get(made.get_absolute_url()).content.decode()

    shelf.reviewed_by(made, office_time().day(now()) - timedelta(days=1))
    assert "was last checked on" in client.get(made.get_absolute_url()).content.decode()


def test_draft_is_no_page_for_readers() -> None:
    made = shelf.draft()

    assert signed_in(factories.student()).get(made.get_absolute_url()).status_code == 404
    assert signed_in(made.owner).get(made.get_absolute_url()).status_code == 200


def test_write_publish_and_change() -> None:
    clerk = factories.clerk(language="en")
    client = signed_in(clerk)
    assert client.get(reverse("knowledge:create")).status_code == 200
    answer = client.post(reverse("knowledge:create"), posted(clerk))
    made = Article.objects.get()
    assert (answer.status_code, answer.url) == (302, made.get_absolute_url())

    client.post(url("publish", made))
    client.post(url("edit", made), posted(clerk, title_zh_hant="報修", version=2))
    made.refresh_from_db()
    assert (made.state, made.latest, made.title) == (ArticleState.PUBLISHED, 2, {"zh-hant": "報修"})
    history = client.get(url("history", made), {"version": 1}).content.decode()
    assert "報修須知" in history
    assert "older version" in history


def test_form_says_what_is_missing_and_keeps_what_was_typed() -> None:
    clerk = factories.clerk(language="en")
    answer = signed_in(clerk).post(
        reverse("knowledge:create"), posted(clerk, body_zh_hant="", audience="unit", review_on="2020-01-01")
    )
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "This language has a title but no text." in page
    assert "Choose the unit." in page
    assert "The day must lie ahead." in page
    assert "報修須知" in page


def test_two_who_save_at_once_meet_a_clash() -> None:
    made = shelf.article()
    client = signed_in(made.owner)
    client.post(url("edit", made), posted(made.owner, version=made.version))
    answer = client.post(url("edit", made), posted(made.owner, title_zh_hant="我的", version=made.version))

    assert answer.status_code == 422
    assert "我的" in answer.content.decode()
    made.refresh_from_db()
    assert made.title == {"zh-hant": "報修須知"}


def test_owner_is_somebody_of_the_office() -> None:
    clerk = factories.clerk()
    answer = signed_in(clerk).post(reverse("knowledge:create"), posted(clerk, owner=factories.student().pk))

    assert answer.status_code == 422


@pytest.mark.parametrize("verb", ["publish", "retire", "check", "edit"])
def test_reader_may_not_write_and_a_stranger_finds_nothing(verb: str) -> None:
    made, hidden = shelf.article(), shelf.draft()
    client = signed_in(factories.student())

    assert client.post(url(verb, made), posted(made.owner)).status_code == 403
    assert client.post(url(verb, hidden), posted(made.owner)).status_code == 404
    if verb != "edit":
        assert client.get(url(verb, made)).status_code == 405


def test_still_right() -> None:
    made = shelf.article()
    ahead = office_time().day(now()) + timedelta(days=20)
    client = signed_in(made.owner)
    client.post(url("check", made), {"next_review": "nonsense"})
    client.post(url("check", made), {"next_review": ahead.isoformat()})
    made.refresh_from_db()

    assert made.review_on == ahead


def test_feedback_counts_once_a_person_and_can_be_changed() -> None:
    made, student = shelf.article(), factories.student(language="en")
    client = signed_in(student)
    client.post(url("feedback", made), {"helped": "yes", "word": "清楚"})
    client.post(url("feedback", made), {"helped": "no", "word": "找不到入口"})
    client.post(url("feedback", made), {"helped": "perhaps"})

    assert list(Feedback.objects.values_list("person", "helped", "word")) == [(student.pk, False, "找不到入口")]
    assert "You said: no." in client.get(made.get_absolute_url()).content.decode()
    writer = signed_in(made.owner).get(made.get_absolute_url()).content.decode()
    assert "找不到入口" in writer
    assert student.name not in writer


def test_helpful_share_says_of_how_many() -> None:
    made = shelf.article()
    for helped in (True, True, False):
        say_whether_it_helped(article=made, person=factories.student(), helped=helped)

    assert helpful_of([made.pk]) == {made.pk: Helpful(yes=2, said=3)}
    assert helpful_of([made.pk])[made.pk].percent == 67
    assert Helpful().percent is None
