"""Articles of a service, who opened one while filing, and when the service asks whether it is not the same."""

from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.journal.services import record
from apps.knowledge.models import Article
from apps.people.models import Person
from apps.servicedesk.models import ArticleOpening, DuplicateRule, Service


@transaction.atomic
def set_articles(*, service: Service, articles: list[int], actor: Person) -> None:
    """The articles of a service, in this order."""
    before = list(service.article_links.order_by("order", "pk").values_list("article", flat=True))
    if before == articles:
        return
    service.article_links.all().delete()
    service.article_links.bulk_create(
        service.article_links.model(service=service, article_id=key, order=order) for order, key in enumerate(articles)
    )
    record(actor=actor, verb="articles_set", obj=service, changes={"articles": [before, articles]})


@transaction.atomic
def set_duplicate_rule(*, service: Service, days: int, thing_keys: list[str], actor: Person) -> DuplicateRule:
    """How far back the service looks for the same request, and which answers name the thing it is about."""
    row, made = DuplicateRule.objects.select_for_update().get_or_create(service=service)
    before = {"days": None if made else row.days, "thing_keys": None if made else row.thing_keys}
    row.days, row.thing_keys = days, thing_keys
    row.save()
    after = {"days": days, "thing_keys": thing_keys}
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        record(actor=actor, verb="duplicates_set", obj=service, changes=changes)
    return row


def note_opening(*, article: Article, service: Service, person: Person, at: datetime | None = None) -> ArticleOpening:
    """Somebody opened an article from the filing page of a service."""
    return ArticleOpening.objects.create(article=article, service=service, person=person, at=at or now())
