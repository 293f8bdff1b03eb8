"""Which articles."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from apps.core.scripts import one_script
from apps.core.search import matches
from apps.knowledge.enums import ArticleState, Audience
from apps.people.enums import HANDLER_ROLES, Role

if TYPE_CHECKING:
    from apps.people.models import Person


def units_above(user: Person) -> list[int]:
    """The own units and all above them: an article for one of these is for this person."""
    return [int(key) for post in user.current_posts for key in post.unit.path.split("/") if key]


class ArticleQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ArticleQuerySet:
        """Who writes sees all; others what is published, by what they are and where they belong."""
        if user.has_role(*HANDLER_ROLES):
            return self
        published = self.filter(state=ArticleState.PUBLISHED)
        if user.is_office:
            return published
        readable = Q(audience=Audience.ALL) | Q(audience=Audience.UNIT, unit__in=units_above(user))
        if user.roles - {Role.STUDENT}:
            readable |= Q(audience=Audience.STAFF)
        return published.filter(readable)

    def published(self) -> ArticleQuerySet:
        return self.filter(state=ArticleState.PUBLISHED)

    def holding(self, text: str) -> ArticleQuerySet:
        """Every word of `text`, in either script, stands somewhere in the article (by the gram index)."""
        found = self
        for word in one_script(text).split()[:8]:
            found = found.filter(matches("search_text", word))
        return found

    def to_review(self, on: date) -> ArticleQuerySet:
        """Published, and the day of their review has come."""
        return self.published().filter(review_on__lte=on)

    def review_untold(self, on: date) -> ArticleQuerySet:
        """Of these, the ones whose owner was not told of this review yet."""
        return self.to_review(on).filter(Q(told_for=None) | ~Q(told_for=F("review_on")))
