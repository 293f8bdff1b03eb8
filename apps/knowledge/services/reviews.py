"""Articles grow old: their owner is told on the day on which somebody should look at them again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy, override

from apps.core.calendar import office_time
from apps.core.templatetags.portal import day
from apps.core.text import FALLBACK, localized
from apps.delivery.services import Text, tell
from apps.journal.services import record
from apps.knowledge.models import Article
from apps.people.enums import Role
from apps.people.models import Person, Post

BATCH = 100
SUBJECT = gettext_lazy("Please look at this article again: %(title)s")
BODY = gettext_lazy(
    "It was last checked on %(checked)s. If it is still right, say so on its page; if not, change it. Readers are told "
    "how old it is until then."
)


def tell_due_reviews(*, at: datetime, limit: int = BATCH) -> int:
    """Tell the owner of each article whose review is due, once for each day of review; gives how many were told."""
    today = office_time().day(at)
    keys = Article.objects.review_untold(today).order_by("review_on", "pk").values_list("pk", flat=True)[:limit]
    return sum(tell_review(key, at) for key in list(keys))


@transaction.atomic
def tell_review(key: int, at: datetime) -> bool:
    """True if this call told. Who is gone is not told; then the director is."""
    row = Article.objects.review_untold(office_time().day(at)).select_for_update(of=("self",), skip_locked=True)
    article = row.select_related("owner").filter(pk=key).first()
    if article is None:
        return False
    Article.objects.filter(pk=key).update(told_for=article.review_on)
    for person in told_people(article):
        tell(
            person=person,
            source=f"knowledge.article:{key}",
            texts=texts_of(article),
            target_url=article.get_absolute_url(),
            at=at,
        )
    record(actor=None, verb="review_told", obj=article, changes={"review_on": article.review_on.isoformat()}, at=at)
    return True


def told_people(article: Article) -> list[Person]:
    if article.owner.is_office:
        return [article.owner]
    posts = Post.objects.current().filter(role=Role.DIRECTOR, person__is_active=True).select_related("person")
    return list({post.person_id: post.person for post in posts.order_by("pk")}.values())


def texts_of(article: Article) -> dict[str, Text]:
    texts = {}
    for language in FALLBACK:
        with override(language):
            values = {"title": localized(article.title), "checked": day(article.checked_on)}
            texts[language] = Text(SUBJECT % values, f"{BODY % values}\n")
    return texts
