"""Giving a request to its handler by the rule of its service, in the transaction by which the office may start."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Case, IntegerField, Sum, Value, When
from django.utils.translation import gettext, gettext_noop, override

from apps.journal.services import record
from apps.people.enums import HANDLER_ROLES, DeputyScope, Role
from apps.people.models import Deputy, Person, Post
from apps.servicedesk.enums import RUNNING_STATES, AssignmentKind, Priority
from apps.servicedesk.models import AssignmentRule, Request, Turn, UnitHandler

WEIGHT_OF_URGENT = 2
LONG_AGO = datetime.min.replace(tzinfo=UTC)
WHY = {
    "fewest": gettext_noop("has the fewest open requests"),
    "unit": gettext_noop("handles what comes from this unit"),
    "stand_in": gettext_noop("stands in for who is away"),
    "nobody": gettext_noop("nobody of the rule is there"),
}


@dataclass(frozen=True)
class Choice:
    """Who gets it and why (a key of WHY); nobody when everybody of the rule is away or gone."""

    person: Person | None
    why: str
    instead_of: Person | None = None
    load: int | None = None


def assign_by_rule(request: Request, at: datetime) -> Choice | None:
    """Set the handler of a request that waits for nobody's decision any more; the caller saves the row. None: given out
    by hand.

    Loads are counted under a lock on the candidates, so that many who file at once are spread. History says which rule
    gave it, and why.
    """
    rule = AssignmentRule.objects.filter(service=request.service_id).exclude(kind=AssignmentKind.BY_HAND).first()
    if rule is None or request.handler_id:
        return None
    if rule.kind == AssignmentKind.BY_UNIT:
        choice = by_unit(request, at)
    else:
        choice = fewest(pool_of(rule, request), at, besides=request.requester_id)
    request.handler = choice.person
    changes = {
        "rule": rule.kind,
        "why": choice.why,
        "handler": [None, choice.person and choice.person.pk],
        "handler_name": ["", choice.person.name if choice.person else ""],
    }
    if choice.instead_of:
        changes["instead_of"] = choice.instead_of.name
    if choice.load is not None:
        changes["open"] = choice.load
    words = in_words(rule, choice)
    record(actor=None, verb="assigned_by_rule", obj=request, changes=changes, note=words, internal=True, at=at)
    return choice


def in_words(rule: AssignmentRule, choice: Choice) -> str:
    """The rule, whom it chose and why, in the language of the office."""
    with override(settings.LANGUAGE_CODE):
        name = choice.person.name if choice.person else ""
        away = f" ({choice.instead_of.name})" if choice.instead_of else ""
        return " · ".join(
            part for part in (str(rule.get_kind_display()), name, gettext(WHY[choice.why]) + away) if part
        )


def pool_of(rule: AssignmentRule, request: Request) -> list[int]:
    """Keys of those among whom the rule chooses: clerks of the unit, or who knows the service, never who asked (one
    query).
    """
    people = Person.objects.active().exclude(pk=request.requester_id)
    if rule.kind == AssignmentKind.BY_SKILL:
        skilled = rule.service.skills.values("person")
        return list(people.with_role(*HANDLER_ROLES).filter(pk__in=skilled).values_list("pk", flat=True))
    today = Post.objects.current().filter(role=Role.CLERK, unit=request.unit_id)
    return list(people.filter(pk__in=today.values("person")).values_list("pk", flat=True))


def fewest(pool: Collection[int], at: datetime, *, besides: int) -> Choice:
    """Of those who are there the one with the fewest open requests, urgent ones counted twice; of equals who waited
    longest. When all are away, the same among their stand-ins, `besides` (who asked) left out.
    """
    away = stand_ins_of(pool, at)
    there = [pk for pk in pool if pk not in away]
    if there:
        person, load = least_loaded(there, at)
        return Choice(person, "fewest", load=load)
    ready = [pair for pair in away.values() if pair[1].pk != besides and pair[1].has_role(*HANDLER_ROLES)]
    instead = {deputy.pk: principal for principal, deputy in ready}
    if not instead:
        return Choice(None, "nobody")
    person, load = least_loaded(list(instead), at)
    return Choice(person, "stand_in", instead_of=instead[person.pk], load=load)


def stand_ins_of(pool: Collection[int], at: datetime) -> dict[int, tuple[Person, Person]]:
    """Who of the pool is away, with the first active stand-in: {key: (who is away, who stands in)} (one query)."""
    rows = Deputy.objects.in_force(at).covering(DeputyScope.REQUESTS).filter(principal__in=pool, deputy__is_active=True)
    found: dict[int, tuple[Person, Person]] = {}
    for row in rows.select_related("principal", "deputy").order_by("pk"):
        found.setdefault(row.principal_id, (row.principal, row.deputy))
    return found


def least_loaded(pool: Collection[int], at: datetime) -> tuple[Person, int]:
    """The person and the load, under a lock on all turns of the pool until the transaction ends (four queries)."""
    Turn.objects.bulk_create([Turn(person_id=pk) for pk in sorted(pool)], ignore_conflicts=True)
    turns = list(Turn.objects.select_for_update().filter(person__in=pool).order_by("person_id"))
    weight = Case(
        When(priority=Priority.URGENT, then=Value(WEIGHT_OF_URGENT)), default=Value(1), output_field=IntegerField()
    )
    rows = Request.objects.filter(handler__in=pool, state__in=RUNNING_STATES).values("handler")
    loads = dict(rows.annotate(load=Sum(weight)).values_list("handler", "load"))
    turn = min(turns, key=lambda each: (loads.get(each.pk, 0), each.last_at or LONG_AGO, each.pk))
    turn.last_at = at
    turn.save(update_fields=["last_at"])
    return Person.objects.get(pk=turn.pk), loads.get(turn.pk, 0)


def by_unit(request: Request, at: datetime) -> Choice:
    """The handler of the requester's unit or of the nearest one above it; the stand-in of one who is away; nobody the
    own request.
    """
    path = request.requester_unit.path if request.requester_unit else ""
    above = [int(key) for key in path.split("/") if key]
    named = UnitHandler.objects.filter(service=request.service_id, unit__in=above).select_related("person")
    named = named.exclude(person=request.requester_id)
    rows = {row.unit_id: row for row in named}
    row = next((rows[key] for key in reversed(above) if key in rows), None)
    if row is None:
        return Choice(None, "nobody")
    away = stand_ins_of([row.person_id], at).get(row.person_id)
    if away:
        stand_in = away[1]
        fits = stand_in.pk != request.requester_id and stand_in.has_role(*HANDLER_ROLES)
        return Choice(stand_in, "stand_in", row.person) if fits else Choice(None, "nobody")
    is_there = row.person.is_active and row.person.has_role(*HANDLER_ROLES)
    return Choice(row.person, "unit") if is_there else Choice(None, "nobody")
