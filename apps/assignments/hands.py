"""In whose hands a part is now, by its state, for whole lists at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.assignments.enums import CLERK_ROLES, HEAD_ROLES, PartRole
from apps.assignments.models import Assignment, Part
from apps.people.enums import DeputyScope
from apps.people.models import Person
from apps.people.unit_people import deputies_by_principal, holders_of


@dataclass(frozen=True)
class Hand:
    """A person who is to do the next thing; `behalf`: for whom, as a deputy."""

    person: Person
    behalf: Person | None = None


class Hands:
    """Built once for a list of parts (five queries); `of(part)` says who has it."""

    def __init__(self, parts: Sequence[Part], at: datetime) -> None:
        leads = Part.objects.filter(role=PartRole.LEAD, assignment__in={part.assignment_id for part in parts})
        self._leads = {part.assignment_id: part for part in leads.select_related("unit", "person", "stand_in")}
        parents = [part.parent for part in parts if part.parent]
        units = {part.unit_id for part in (*parts, *parents, *self._leads.values())}
        self._clerks, self._heads = holders_of(units, *CLERK_ROLES), holders_of(units, *HEAD_ROLES)
        self._parts = list(parts)
        people = [*self._everybody(), *(person for row in self._heads.values() for person in row)]
        self._deputies = deputies_by_principal(people, scope=DeputyScope.TASKS, at=at)
        heads = [person for row in self._heads.values() for person in row]
        self._head_deputies = deputies_by_principal(heads, scope=DeputyScope.APPROVALS, at=at)

    def _everybody(self) -> Iterable[Person]:
        yield from (person for row in self._clerks.values() for person in row)
        for part in (*self._parts, *self._leads.values()):
            if part.person:
                yield part.person
            if part.parent_id and part.parent.person:
                yield part.parent.person
        for part in self._parts:
            yield from (each for each in (part.assignment.given_by, part.assignment.given_for) if each)

    def clerks(self, part: Part) -> list[Hand]:
        """Of the unit, with their deputies; a unit without a clerk has whoever was asked to stand in."""
        found = self._with_deputies(self._clerks.get(part.unit_id, []))
        if part.stand_in_id and part.stand_in.is_active:
            found.append(Hand(part.stand_in))
        return _once(found)

    def heads(self, part: Part) -> list[Hand]:
        """Of the unit; of one without a head its clerks."""
        heads = self._heads.get(part.unit_id, [])
        if not heads:
            return self.clerks(part)
        found = self._with_deputies(heads)
        for head in heads:
            found += [Hand(deputy, head) for deputy in self._head_deputies.get(head.pk, ())]
        return _once(found)

    def is_headless(self, part: Part) -> bool:
        return not self._heads.get(part.unit_id)

    def doers(self, part: Part) -> list[Hand]:
        """The person who is named; nobody, or one who has left: the clerks."""
        if part.person_id and part.person.is_active:
            return self._with_deputies([part.person])
        return self.clerks(part)

    def givers(self, assignment: Assignment) -> list[Hand]:
        """Who follows it up: who gave it, and whose instruction it is."""
        people = (assignment.given_by, assignment.given_for)
        return self._with_deputies([person for person in people if person and person.is_active])

    def above(self, part: Part) -> list[Hand]:
        """To whom the part answers."""
        if part.parent_id:
            return self.doers(part.parent)
        return self.givers(part.assignment) if part.is_lead else self.doers(self._leads[part.assignment_id])

    def of(self, part: Part) -> list[Hand]:
        if part.is_waiting or part.is_nameless:
            return self.clerks(part)
        if part.is_reportable:
            return self.doers(part)
        if part.is_reported:
            return self.heads(part)
        return self.above(part) if part.is_confirmed else []

    def unit_side(self, part: Part) -> list[Hand]:
        """Who in the unit hears of everything: its clerks, and the person who is named."""
        return _once([*self.doers(part), *self.clerks(part)])

    def _with_deputies(self, people: Iterable[Person]) -> list[Hand]:
        found = []
        for person in people:
            found.append(Hand(person))
            found += [Hand(deputy, person) for deputy in self._deputies.get(person.pk, ())]
        return _once(found)


def _once(hands: Iterable[Hand]) -> list[Hand]:
    """Each person once, in the own name rather than in another's."""
    found: dict[int, Hand] = {}
    for hand in hands:
        known = found.get(hand.person.pk)
        if known is None or (known.behalf and not hand.behalf):
            found[hand.person.pk] = hand
    return list(found.values())
