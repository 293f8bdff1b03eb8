"""Who looks after a unit, who steps in, and at which numbers they are called."""

from collections.abc import Iterable
from datetime import datetime

from apps.notices.models import Obligation
from apps.people.enums import ContactKind, DeputyScope, Role
from apps.people.models import ContactPoint, Deputy, Person, Post
from apps.relays.models import RelayLine


def secretaries_of(units: Iterable[int]) -> dict[int, list[Person]]:
    """The unit secretaries of today by unit, those in their main post first (one query)."""
    posts = Post.objects.current().filter(unit__in=list(units), role=Role.UNIT_SECRETARY, person__is_active=True)
    found: dict[int, list[Person]] = {}
    for post in posts.select_related("person").order_by("-is_main", "pk"):
        people = found.setdefault(post.unit_id, [])
        if post.person not in people:
            people.append(post.person)
    return found


def stand_in_for(line: RelayLine, at: datetime) -> Person | None:
    """Who is asked when the secretary does not sign: a deputy of today, else a secretary of the unit whom the notice
    did not reach (who came later), else the secretary of the nearest unit above. None: nobody.
    """
    chain = [int(key) for key in line.unit.path.strip("/").split("/")][::-1]
    found = secretaries_of(chain)
    own = found.get(line.unit_id, [])
    deputies = [deputy for people in deputies_by_principal(own, at).values() for deputy in people if deputy not in own]
    if deputies:
        return deputies[0]
    told = set(Obligation.objects.filter(notice=line.notice_id, person__in=own).values_list("person_id", flat=True))
    others = [person for person in own if person.pk not in told]
    others += [person for key in chain[1:] for person in found.get(key, ()) if person not in own]
    return next(iter(others), None)


def to_call(lines: Iterable[RelayLine], at: datetime) -> dict[int, list[tuple[Person, list[str]]]]:
    """By line: the secretaries of the unit, their deputies and who stands in, each with the numbers that work."""
    lines = list(lines)
    by_unit = secretaries_of(line.unit_id for line in lines)
    deputies = deputies_by_principal((person for people in by_unit.values() for person in people), at)
    found: dict[int, list[Person]] = {}
    for line in lines:
        own = by_unit.get(line.unit_id, [])
        everybody = [*own, *(deputy for person in own for deputy in deputies.get(person.pk, ())), line.stand_in]
        found[line.pk] = list(dict.fromkeys(person for person in everybody if person))
    phones = _phones({person.pk for people in found.values() for person in people})
    return {key: [(person, phones.get(person.pk, [])) for person in people] for key, people in found.items()}


def deputies_by_principal(people: Iterable[Person], at: datetime) -> dict[int, list[Person]]:
    """By the one stood in for (one query)."""
    rows = Deputy.objects.in_force(at).covering(DeputyScope.NOTICES).filter(principal__in=[each.pk for each in people])
    found: dict[int, list[Person]] = {}
    for row in rows.filter(deputy__is_active=True).select_related("deputy").order_by("deputy_id"):
        found.setdefault(row.principal_id, []).append(row.deputy)
    return found


def _phones(people: set[int]) -> dict[int, list[str]]:
    points = ContactPoint.objects.filter(person__in=people, kind=ContactKind.PHONE, dead_at__isnull=True)
    found: dict[int, list[str]] = {}
    for person, value in points.order_by("-is_primary", "pk").values_list("person_id", "value"):
        found.setdefault(person, []).append(value)
    return found
