"""What a part may wait for: kinds of papers that people can name by their number when they stop its clock.

An app above takes part by `register(Model, outgoing)` in its AppConfig.ready: `outgoing(user)` gives those that went
out and that this person may see, with a column `number`. What came in is no reason to wait: it is to be answered.
"""

from collections.abc import Callable, Iterable

from django.db import models
from django.utils.translation import gettext as _

from apps.assignments.models import DueEntry
from apps.people.models import Person

Outgoing = Callable[[Person], models.QuerySet]
KINDS: dict[type[models.Model], Outgoing] = {}


class UnableToFindCause(Exception):
    """No paper with this number that the person may see, or several."""


def register(kind: type[models.Model], outgoing: Outgoing) -> None:
    KINDS[kind] = outgoing


def show_causes(steps: Iterable[DueEntry], user: Person) -> None:
    """Gives each step `seen_cause`, its paper where this person may see it (one query for each kind of paper)."""
    steps = list(steps)
    asked: dict[type[models.Model], set[int]] = {}
    for step in steps:
        if step.cause is not None:
            asked.setdefault(type(step.cause), set()).add(step.cause_id)
    seen = {
        kind: set(kind._default_manager.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
        for kind, keys in asked.items()
    }
    for step in steps:
        step.seen_cause = step.cause if step.cause_id in seen.get(type(step.cause), ()) else None


def find_cause(number: str, user: Person, *, subject: models.Model | None = None) -> models.Model:
    """The paper with this number that went out, if this person may see it; never `subject`, what the part is about.

    Raises UnableToFindCause.
    """
    number = number.strip()
    found = [row for outgoing in KINDS.values() if number for row in outgoing(user).filter(number=number)[:2]]
    found = [row for row in found if row != subject]
    if len(found) > 1:
        raise UnableToFindCause(_("Several papers have the number %(number)s.") % {"number": number})
    if not found:
        raise UnableToFindCause(
            _("There is no paper with the number %(number)s that went out and that you may see.") % {"number": number}
        )
    return found[0]
