"""Old articles: the owner is told once, has it as work, and readers see the age."""

from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from apps.core.work_item import Section
from apps.delivery.models import Delivery
from apps.knowledge import jobs
from apps.knowledge.models import Article
from apps.knowledge.services.articles import check_article, retire_article
from apps.knowledge.services.reviews import tell_due_reviews
from apps.knowledge.work_items import for_user
from apps.people.models import Person
from tests import factories
from tests.knowledge import factories as shelf
from tests.servicedesk.stories import moment

pytestmark = pytest.mark.django_db
DAY = moment(23, 8).date()


@pytest.fixture(autouse=True)
def _calendar() -> None:
    factories.calendar()


def told(person: Person) -> int:
    return Delivery.objects.filter(person=person, channel="portal").count()


def due(owner: Person | None = None, *, days: int = 0) -> Article:
    return shelf.reviewed_by(shelf.article(owner, at=moment(2, 9)), DAY - timedelta(days=days))


def test_owner_is_told_once_on_the_day() -> None:
    made = due()

    assert tell_due_reviews(at=moment(22, 23)) == 0
    assert tell_due_reviews(at=moment(23, 8)) == 1
    assert tell_due_reviews(at=moment(23, 9)) == 0
    assert tell_due_reviews(at=moment(30, 9)) == 0
    assert told(made.owner) == 1


def test_the_next_review_is_told_anew() -> None:
    made = due()
    tell_due_reviews(at=moment(23, 8))
    check_article(article=made, next_review=DAY + timedelta(days=1), actor=made.owner, at=moment(23, 10))

    assert tell_due_reviews(at=moment(23, 11)) == 0
    assert tell_due_reviews(at=moment(24, 8)) == 1


def test_the_director_is_told_when_the_owner_has_left() -> None:
    made, director = due(), factories.director()
    made.owner.posts.update(valid_to=moment(2, 0).date())
    with override("en"):
        tell_due_reviews(at=moment(23, 8))

    assert (told(made.owner), told(director)) == (0, 1)
    assert [item.title for item in for_user(director, at=moment(23, 8))] == [str(made)]


def test_retired_articles_and_drafts_grow_old_in_peace() -> None:
    retire_article(article=(made := due()), actor=made.owner)
    shelf.reviewed_by(shelf.draft(made.owner), DAY)

    assert tell_due_reviews(at=moment(23, 8)) == 0
    assert for_user(made.owner, at=moment(23, 8)) == []


@pytest.mark.parametrize(("days", "section"), [(0, Section.SOON), (1, Section.OVERDUE)])
def test_it_is_work_of_its_owner_alone(days: int, section: Section, django_assert_num_queries) -> None:
    made, other = due(days=days), factories.clerk("科員乙")
    (item,) = for_user(made.owner, at=moment(23, 8))

    assert (item.section, item.overdue, item.url) == (section, bool(days), made.get_absolute_url())
    assert for_user(other, at=moment(23, 8)) == []
    assert for_user(made.owner, at=moment(20, 8)) == []
    student = factories.student()
    assert student.roles
    with django_assert_num_queries(0):
        assert for_user(student, at=moment(23, 8)) == []


def test_job_reads_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """At any hour, also on a holiday: a day of review is a calendar day."""
    made = due()

    def at(there: datetime) -> None:
        monkeypatch.setattr(jobs, "now", lambda: there)
        jobs.tell_reviews()

    at(moment(22, 12))
    assert told(made.owner) == 0
    at(moment(28, 3))
    assert told(made.owner) == 1
