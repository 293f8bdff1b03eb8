"""Writing: versions, terms, clashes, states."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.journal.models import Entry
from apps.knowledge.enums import ArticleState, Audience
from apps.knowledge.models import Article, ArticleVersion
from apps.knowledge.services.articles import (
    ArticleClash,
    UnableToSaveArticle,
    change_article,
    check_article,
    create_article,
    publish_article,
    retire_article,
)
from tests import factories
from tests.knowledge import factories as shelf

pytestmark = pytest.mark.django_db


def verbs(article: Article) -> list[str]:
    return list(Entry.objects.about(article).order_by("at", "pk").values_list("verb", flat=True))


def test_new_article_is_a_draft_with_its_first_version() -> None:
    clerk = factories.clerk()
    made = create_article(values=shelf.values(clerk), actor=clerk)

    assert (made.state, made.latest, made.title) == (ArticleState.DRAFT, 1, {"zh-hant": "怎樣開在讀證明"})
    assert made.versions.get().body == {"zh-hant": "<p>先登入，再選用途。</p>"}
    assert verbs(made) == ["created"]


def test_what_the_editor_cannot_make_is_left_out() -> None:
    body = {"zh-hant": "<p onclick=x>字</p><script>alert(1)</script><a href='javascript:x'>y</a>", "en": "<p> </p>"}
    made = shelf.draft(body=body)

    assert made.versions.get().body == {"zh-hant": "<p>字</p><a>y</a>"}


def test_other_words_make_a_version_and_the_old_one_stays() -> None:
    made = shelf.article()
    changed = change_article(
        article=made,
        version=made.version,
        values=shelf.values(made.owner, **shelf.words("開證明")),
        actor=factories.director(),
    )

    assert changed.latest == 2
    assert [row.title["zh-hant"] for row in made.versions.order_by("number")] == ["怎樣開在讀證明", "開證明"]
    assert changed.title == {"zh-hant": "開證明"}
    assert verbs(made)[-1] == "edited"


def test_other_terms_make_no_version() -> None:
    made = shelf.article()
    changed = change_article(
        article=made,
        version=made.version,
        values=shelf.values(made.owner, audience=Audience.STAFF),
        actor=made.owner,
    )

    assert (changed.latest, changed.audience) == (1, Audience.STAFF)


def test_nothing_changed_leaves_no_trace() -> None:
    made = shelf.article()
    values = shelf.values(made.owner, review_on=made.review_on)
    change_article(article=made, version=made.version, values=values, actor=made.owner)

    assert verbs(made) == ["created", "published"]


def test_saving_over_somebody_elses_change_is_a_clash() -> None:
    made = shelf.article()
    change_article(article=made, version=made.version, values=shelf.values(made.owner, keywords="x"), actor=made.owner)

    with pytest.raises(ArticleClash) as clash:
        change_article(
            article=made, version=made.version, values=shelf.values(made.owner, keywords="y"), actor=made.owner
        )
    assert clash.value.current.latest == 2


def test_versions_cannot_be_changed_or_removed() -> None:
    version = shelf.article().versions.get()
    for change in ("UPDATE knowledge_articleversion SET keywords = 'x'", "DELETE FROM knowledge_articleversion"):
        with pytest.raises(Exception, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert ArticleVersion.objects.get(pk=version.pk).keywords == version.keywords


def test_an_article_for_a_unit_names_it() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        shelf.draft(audience=Audience.UNIT, unit=None)


def test_publish_twice_changes_nothing_the_second_time() -> None:
    made = shelf.article()
    again = publish_article(article=made, actor=made.owner)

    assert again.version == made.version
    assert verbs(made) == ["created", "published"]


def test_publish_asks_for_a_review_that_lies_ahead() -> None:
    made = shelf.draft()
    shelf.reviewed_by(made, office_time().day(now()))

    with pytest.raises(UnableToSaveArticle):
        publish_article(article=made, actor=made.owner)


def test_retired_and_published_again() -> None:
    made = shelf.article()
    assert retire_article(article=made, actor=made.owner).state == ArticleState.RETIRED
    retire_article(article=made, actor=made.owner)
    assert publish_article(article=made, actor=made.owner).state == ArticleState.PUBLISHED
    assert verbs(made) == ["created", "published", "retired", "published"]


def test_check_sets_today_and_the_next_review() -> None:
    made, today = shelf.article(), office_time().day(now())
    shelf.reviewed_by(made, today - timedelta(days=3))
    checked = check_article(article=made, next_review=today + timedelta(days=30), actor=made.owner)

    assert (checked.checked_on, checked.review_on) == (today, today + timedelta(days=30))
    with pytest.raises(UnableToSaveArticle):
        check_article(article=made, next_review=today, actor=made.owner)


@pytest.mark.parametrize("make", ["student", "leader", "administrator"])
def test_only_clerks_and_the_director_write(make: str) -> None:
    person, made = getattr(factories, make)(), shelf.article()

    with pytest.raises(PermissionDenied):
        create_article(values=shelf.values(person), actor=person)
    for work in (publish_article, retire_article):
        with pytest.raises(PermissionDenied):
            work(article=made, actor=person)
