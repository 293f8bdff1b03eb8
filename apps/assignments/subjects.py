"""What the app above says of the things that assignments are about.

It takes part by `register(Model, …)` in its AppConfig.ready; of a kind that nobody registered nothing stands in the
way.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from apps.assignments.models import Assignment
from apps.people.models import Person


@dataclass(frozen=True)
class Kind:
    """`why_over`: why nothing may be asked of units about this thing any more, in words; "" while it may. `hearers`:
    who instructed, and hears what came of it; all of them may read the thing.
    """

    why_over: Callable[[models.Model], str]
    hearers: Callable[[models.Model], list[Person]]


KINDS: dict[type[models.Model], Kind] = {}


def register(
    kind: type[models.Model],
    *,
    why_over: Callable[[models.Model], str],
    hearers: Callable[[models.Model], list[Person]],
) -> None:
    KINDS[kind] = Kind(why_over, hearers)


def hearers_of(assignment: Assignment) -> list[Person]:
    kind, thing = _kind(assignment), assignment.subject
    return kind.hearers(thing) if kind and thing else []


def why_over(assignment: Assignment) -> str:
    """As it stands now; for pages."""
    kind, thing = _kind(assignment), assignment.subject
    return kind.why_over(thing) if kind and thing else ""


def why_over_locked(assignment: Assignment) -> str:
    """With the thing locked until the transaction ends, so that it does not end meanwhile. Whoever needs both locks
    takes this one first, as the app above does.
    """
    kind = _kind(assignment)
    if kind is None:
        return ""
    rows = assignment.subject_type.model_class()._base_manager.select_for_update(no_key=True)
    thing = rows.filter(pk=assignment.subject_id).first()
    return kind.why_over(thing) if thing else ""


def _kind(assignment: Assignment) -> Kind | None:
    return KINDS.get(assignment.subject_type.model_class())
