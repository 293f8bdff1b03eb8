"""Write an article (a new version each time), publish it, say that it is still right, retire it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.scripts import one_script
from apps.journal.services import record
from apps.knowledge.enums import ArticleState
from apps.knowledge.models import Article, ArticleVersion
from apps.knowledge.rules import can_write
from apps.notices.rich import clean_html, plain_text
from apps.people.models import Person

WORDS = ("title", "body", "keywords")
TERMS = ("audience", "unit", "owner", "review_on")


class UnableToSaveArticle(Exception):
    """The article cannot be kept, published or retired; the text says why."""


class ArticleClash(UnableToSaveArticle):
    """Somebody else saved meanwhile: `current` is how it stands now."""

    def __init__(self, current: Article) -> None:
        self.current = current
        super().__init__(_("Somebody else has changed this article meanwhile."))


@transaction.atomic
def create_article(*, values: Mapping[str, object], actor: Person, at: datetime | None = None) -> Article:
    """Keep a draft. `values` has the WORDS and the TERMS; texts are cleaned here. Raises PermissionDenied."""
    at = at or now()
    require_writer(actor)
    words = cleaned(values)
    made = Article(created_at=at, changed_at=at, checked_on=office_time().day(at), **terms_of(values))
    carry(made, words)
    made.save()
    ArticleVersion.objects.create(article=made, number=1, made_by=actor, made_at=at, **words)
    record(actor=actor, verb="created", obj=made, at=at)
    return made


@transaction.atomic
def change_article(
    *, article: Article, version: int, values: Mapping[str, object], actor: Person, at: datetime | None = None
) -> Article:
    """Save over what stands at `version`; other words make a new version and count as a check of the article.

    Raises PermissionDenied, ArticleClash.
    """
    at = at or now()
    require_writer(actor)
    row, words, terms = locked(article), cleaned(values), terms_of(values)
    if row.version != version:
        raise ArticleClash(row)
    newest = row.versions.get(number=row.latest)
    changed = [name for name in WORDS if getattr(newest, name) != words[name]]
    changed += [name for name in TERMS if getattr(row, name) != terms[name]]
    if not changed:
        return row
    if set(changed) & set(WORDS):
        row.latest += 1
        row.checked_on = office_time().day(at)
        ArticleVersion.objects.create(article=row, number=row.latest, made_by=actor, made_at=at, **words)
    for name, value in terms.items():
        setattr(row, name, value)
    carry(row, words)
    save(row, at)
    record(actor=actor, verb="edited", obj=row, changes={"fields": changed, "version": row.latest}, at=at)
    return row


@transaction.atomic
def publish_article(*, article: Article, actor: Person, at: datetime | None = None) -> Article:
    """Let readers have it; again changes nothing. Raises PermissionDenied, UnableToSaveArticle (review in the past)."""
    at = at or now()
    require_writer(actor)
    row, today = locked(article), office_time().day(at)
    if row.state == ArticleState.PUBLISHED:
        return row
    if row.review_on <= today:
        raise UnableToSaveArticle(_("Say first by when somebody looks at it again: the day lies in the past."))
    row.state, row.checked_on = ArticleState.PUBLISHED, today
    save(row, at)
    record(actor=actor, verb="published", obj=row, changes={"version": row.latest}, at=at)
    return row


@transaction.atomic
def retire_article(*, article: Article, actor: Person, at: datetime | None = None) -> Article:
    """Readers do not find it any more; its versions stay, and it can be published again."""
    at = at or now()
    require_writer(actor)
    row = locked(article)
    if row.state == ArticleState.RETIRED:
        return row
    row.state = ArticleState.RETIRED
    save(row, at)
    record(actor=actor, verb="retired", obj=row, at=at)
    return row


@transaction.atomic
def check_article(*, article: Article, next_review: date, actor: Person, at: datetime | None = None) -> Article:
    """Say that it is still right, and when it is looked at next. Raises PermissionDenied, UnableToSaveArticle."""
    at = at or now()
    require_writer(actor)
    row, today = locked(article), office_time().day(at)
    if next_review <= today:
        raise UnableToSaveArticle(_("The next review must lie ahead."))
    if (row.checked_on, row.review_on) == (today, next_review):
        return row
    changes = {"review_on": [row.review_on.isoformat(), next_review.isoformat()]}
    row.checked_on, row.review_on = today, next_review
    save(row, at)
    record(actor=actor, verb="checked", obj=row, changes=changes, at=at)
    return row


def require_writer(actor: Person) -> None:
    if not can_write(actor):
        raise PermissionDenied(_("Only the office writes articles."))


def locked(article: Article) -> Article:
    return Article.objects.select_for_update().get(pk=article.pk)


def save(row: Article, at: datetime) -> None:
    row.version += 1
    row.changed_at = at
    row.save()


def cleaned(values: Mapping[str, object]) -> dict[str, object]:
    """The words of a version: titles on one line, texts with what the editor can make and nothing else."""
    title = {code: " ".join(text.split()) for code, text in values["title"].items() if text.strip()}
    body = {code: text for code, raw in values["body"].items() if (text := clean_html(raw))}
    return {"title": title, "body": body, "keywords": " ".join(str(values["keywords"]).split())}


def terms_of(values: Mapping[str, object]) -> dict[str, object]:
    return {name: values[name] for name in TERMS}


def carry(row: Article, words: Mapping[str, object]) -> None:
    """Copy what lists and the search need onto the article."""
    texts = [*words["title"].values(), str(words["keywords"]), *(plain_text(text) for text in words["body"].values())]
    row.title, row.search_text = words["title"], one_script("\n".join(texts))
