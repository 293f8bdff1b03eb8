"""Is this not the same? Requests that a draft may repeat: the person's own, and what others filed about one thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from apps.core.scripts import one_script
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.enums import FieldKind
from apps.servicedesk.enums import OPEN_STATES, RequestState
from apps.servicedesk.finding import grams
from apps.servicedesk.models import DuplicateRule, Request, Service

ALIKE = 0.6
LOOKED_AT = 200
SHOWN = 5
USUAL_THINGS = ("place",)  # as the form of a repair asks it; a service may name others, or none
NOT_COMPARED = (FieldKind.FILE,)


@dataclass(frozen=True)
class Duplicates:
    """`own`: requests of the same person; `others`: filed by others about the same thing. Of these only number and day
    are told, unless the key is among `seen`: those that the asker may see anyway.
    """

    own: list[Request]
    others: list[Request]
    seen: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.own or self.others)

    @property
    def numbers(self) -> list[str]:
        return [row.number for row in (*self.own, *self.others)]


def rule_of(service: Service) -> DuplicateRule:
    """What the service says, or the usual rule (one query)."""
    usual = DuplicateRule(service=service, thing_keys=list(USUAL_THINGS))
    return DuplicateRule.objects.filter(service=service).first() or usual


def duplicates_of(draft: Request, user: Person, *, at: datetime) -> Duplicates:
    """What `draft` may repeat, as `user` may be told (a fixed number of queries)."""
    rule = rule_of(draft.service)
    if not rule.days:
        return Duplicates([], [])
    answers, since = draft.answer_set.answers, at - timedelta(days=rule.days)
    filed = Request.objects.filter(service=draft.service_id, submitted_at__isnull=False).exclude(pk=draft.pk)
    filed = filed.exclude(state=RequestState.WITHDRAWN).select_related("answer_set").order_by("-submitted_at", "-pk")
    near = filed.filter(Q(state__in=OPEN_STATES) | Q(submitted_at__gte=since))
    compared = [each.key for each in read_fields(draft.answer_set.form_version) if each.kind not in NOT_COMPARED]
    own = [
        row
        for row in near.filter(requester=draft.requester_id)[:LOOKED_AT]
        if likeness(answers, row.answer_set.answers, compared) >= ALIKE
    ]
    others = about_same_thing(filed, draft, rule)
    keys = [row.pk for row in (*own, *others)]
    seen = Request.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True) if keys else ()
    return Duplicates(own[:SHOWN], others, frozenset(seen))


def about_same_thing(filed: QuerySet, draft: Request, rule: DuplicateRule) -> list[Request]:
    """Open requests of others whose answers name the same thing."""
    thing = named_thing(draft.answer_set.answers, rule)
    if not thing:
        return []
    rows = filed.filter(state__in=OPEN_STATES).exclude(requester=draft.requester_id)[:LOOKED_AT]
    return [row for row in rows if named_thing(row.answer_set.answers, rule) == thing][:SHOWN]


def named_thing(answers: Mapping[str, object], rule: DuplicateRule) -> tuple[str, ...]:
    """The answers that name the thing, as they are compared: script, case and spaces make no difference."""
    said = [one_script(str(answers.get(key) or "")) for key in rule.thing_keys]
    return tuple("".join(text.split()) for text in said) if any(said) else ()


def likeness(one: Mapping[str, object], other: Mapping[str, object], keys: list[str]) -> float:
    """From 0 to 1: how alike two sets of answers are, question by question."""
    asked = [key for key in keys if one.get(key) or other.get(key)]
    if not asked:
        return 1.0
    return sum(alike(one.get(key), other.get(key)) for key in asked) / len(asked)


def alike(one: object, other: object) -> float:
    if one == other:
        return 1.0
    if not (isinstance(one, str) and isinstance(other, str)):
        return 0.0
    left, right = set(grams(one)), set(grams(other))
    return len(left & right) / len(left | right) if left | right else 0.0
