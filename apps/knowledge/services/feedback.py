"""Did it help? One word of each reader; and how many say yes."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.knowledge.models import Article, Feedback
from apps.people.models import Person


@dataclass(frozen=True)
class Helpful:
    """How many readers said that it helped, of how many who said anything."""

    yes: int = 0
    said: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.yes / self.said) if self.said else None


@transaction.atomic
def say_whether_it_helped(
    *, article: Article, person: Person, helped: bool, word: str = "", at: datetime | None = None
) -> Feedback:
    """Keep the reader's answer in place of an earlier one. Raises PermissionDenied where it is not published."""
    if not article.is_published:
        raise PermissionDenied(_("This article is not published."))
    values = {"helped": helped, "word": word.strip()[:300], "at": at or now()}
    return Feedback.objects.update_or_create(article=article, person=person, defaults=values)[0]


def helpful_of(keys: list[int]) -> dict[int, Helpful]:
    """By article (one query)."""
    rows = Feedback.objects.filter(article__in=keys).values("article").order_by()
    found = rows.annotate(said=Count("pk"), yes=Count("pk", filter=Q(helped=True)))
    return {row["article"]: Helpful(row["yes"], row["said"]) for row in found}
