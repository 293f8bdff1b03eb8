"""What may help somebody who is filing: articles of the service, and articles and services that fit the words."""

from dataclasses import dataclass

from django.db.models import Q

from apps.core.scripts import one_script
from apps.core.search import Grams, matches
from apps.knowledge.models import Article
from apps.people.models import Person
from apps.servicedesk.finding import grams, names_of
from apps.servicedesk.models import Service, ServiceArticle

MOST_ARTICLES, MOST_SERVICES = 4, 2
CANDIDATES = 60
MOST_GRAMS = 60
IN_TITLE, OF_SERVICE, ENOUGH = 3, 2, 3


@dataclass(frozen=True)
class Offers:
    articles: list[Article]
    services: list[Service]

    @property
    def count(self) -> int:
        return len(self.articles) + len(self.services)


def offers_for(user: Person, service: Service, text: str = "") -> Offers:
    """What `user` may read and ask for, the best first; without words the service's own articles.

    At most four queries, whatever is typed.
    """
    linked = list(
        ServiceArticle.objects.filter(service=service).order_by("order", "pk").values_list("article", flat=True)
    )
    wanted = grams(text)[-MOST_GRAMS:]
    readable = Article.objects.visible_to(user).published().order_by()
    if not wanted:
        by_key = readable.in_bulk(linked)
        return Offers([by_key[key] for key in linked if key in by_key][:MOST_ARTICLES], [])
    near = readable.filter(fitting(wanted) | Q(pk__in=linked)).order_by("-changed_at", "pk")[:CANDIDATES]
    return Offers(best_articles(list(near), wanted, linked), best_services(user, service, text, wanted))


def fitting(wanted: list[str]) -> Q:
    """Articles that hold any of the words or pairs, by the gram index."""
    found = Q()
    for word in (gram for gram in wanted if gram.isascii()):
        found |= matches("search_text", word)
    pairs = [gram for gram in wanted if not gram.isascii()]
    if pairs:
        holding = Article.objects.annotate(grams=Grams("search_text")).filter(grams__overlap=pairs).values("pk")
        found |= Q(pk__in=holding)
    return found


def best_articles(rows: list[Article], wanted: list[str], linked: list[int]) -> list[Article]:
    scored = [(score(row, wanted) + OF_SERVICE * (row.pk in linked), row) for row in rows]
    scored = [(points, row) for points, row in scored if points >= ENOUGH]
    return [row for _points, row in sorted(scored, key=lambda each: -each[0])[:MOST_ARTICLES]]


def score(row: Article, wanted: list[str]) -> int:
    """A word in the title counts more than one in the text."""
    title = one_script(" ".join(row.title.values()))
    return sum(IN_TITLE if gram in title else gram in row.search_text for gram in wanted)


def best_services(user: Person, service: Service, text: str, wanted: list[str]) -> list[Service]:
    """Other services whose name stands in the words, or shares two pairs with them."""
    folded, found = one_script(text), []
    for other in Service.objects.visible_to(user).exclude(pk=service.pk).order_by("order", "pk"):
        called = [name for _shown, name in names_of(other).others]
        named = any(len(name) > 1 and name in folded for name in called)
        shared = sum(any(gram in name for name in called) for gram in wanted)
        if named or shared > 1:
            found.append((not named, -shared, other.pk, other))
    return [each[-1] for each in sorted(found)[:MOST_SERVICES]]
