"""Whom a form may name: active staff, and those whom the asker may see anyway."""

from collections import defaultdict

from django.db.models import Q

from apps.people.enums import Role
from apps.people.managers import PersonQuerySet
from apps.people.models import Person, Post

STAFF_ROLES = tuple(role for role in Role if role != Role.STUDENT)
SHORTEST = 2
SUGGESTIONS = 8


def candidates(asker: Person) -> PersonQuerySet:
    visible = Person.objects.visible_to(asker).values("pk")
    staff = Person.objects.with_role(*STAFF_ROLES).values("pk")
    return Person.objects.active().filter(Q(pk__in=visible) | Q(pk__in=staff))


def suggest(asker: Person, text: str) -> list[Person]:
    """People whose number is `text` or whose name begins with it (from two characters on), with their posts."""
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    fits = Q(number__iexact=text) | Q(name__istartswith=text)
    found = list(candidates(asker).filter(fits).order_by("name", "number")[:SUGGESTIONS])
    posts = defaultdict(list)
    for post in Post.objects.current().filter(person__in=found).select_related("unit").order_by("-is_main", "pk"):
        posts[post.person_id].append(post)
    for person in found:
        person.current_posts = posts[person.pk]
    return found


def find(asker: Person, text: str) -> list[Person]:
    """Whom `text` means: a number, "name number" as suggested, or the beginning of a name. Two rows: not clear who."""
    text = text.strip()
    number = text.split()[-1] if text else ""
    exact = list(candidates(asker).filter(number__iexact=number)[:1])
    if exact:
        return exact
    return list(candidates(asker).filter(name__istartswith=text)[:2]) if len(text) >= SHORTEST else []
