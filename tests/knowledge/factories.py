"""Real rows for tests of help articles."""

from datetime import date, datetime, timedelta

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.knowledge.enums import Audience
from apps.knowledge.models import Article
from apps.knowledge.services.articles import create_article, publish_article
from apps.people.models import Person
from tests import factories


def words(title: str = "怎樣開在讀證明", body: str = "<p>先登入，再選用途。</p>") -> dict[str, object]:
    return {"title": {"zh-hant": title}, "body": {"zh-hant": body}, "keywords": "學生證明 enrolment"}


def values(owner: Person, *, at: datetime | None = None, **changed: object) -> dict[str, object]:
    """What the service takes: for everybody, to be looked at in half a year."""
    review = office_time().day(at or now()) + timedelta(days=180)
    return words() | {"audience": Audience.ALL, "unit": None, "owner": owner, "review_on": review} | changed


def draft(owner: Person | None = None, *, at: datetime | None = None, **changed: object) -> Article:
    writer = owner or factories.clerk()
    return create_article(values=values(writer, at=at, **changed), actor=writer, at=at)


def article(owner: Person | None = None, *, at: datetime | None = None, **changed: object) -> Article:
    """A published one."""
    made = draft(owner, at=at, **changed)
    return publish_article(article=made, actor=made.owner, at=at)


def reviewed_by(made: Article, day: date) -> Article:
    """The day of its review moved, as if time had passed."""
    Article.objects.filter(pk=made.pk).update(review_on=day)
    made.refresh_from_db()
    return made
