"""Who looks after a unit, who steps in, and at which numbers they are called."""

from collections.abc import Iterable
from datetime import datetime

from apps.notices.models import Obligation
from apps.people.enums import DeputyScope, Role
from apps.people.models import Person
from apps.people.unit_people import deputies_by_principal, holders_of, phones_of
from apps.relays.models import RelayLine


def secretaries_of(units: Iterable[int]) -> dict[int, list[Person]]:
    """The unit secretaries of today by unit."""
    return holders_of(units, Role.UNIT_SECRETARY)


def stand_in_for(line: RelayLine, at: datetime) -> Person | None:
    """Who is asked when the secretary does not sign: a deputy of today, else a secretary of the unit whom the notice
    did not reach (who came later), else the secretary of the nearest unit above. None: nobody.
    """
    chain = [int(key) for key in line.unit.path.strip("/").split("/")][::-1]
    found = secretaries_of(chain)
    own = found.get(line.unit_id, [])
    by_principal = deputies_by_principal(own, scope=DeputyScope.NOTICES, at=at)
    deputies = [deputy for people in by_principal.values() for deputy in people if deputy not in own]
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
    everyone = [person for people in by_unit.values() for person in people]
    deputies = deputies_by_principal(everyone, scope=DeputyScope.NOTICES, at=at)
    found: dict[int, list[Person]] = {}
    for line in lines:
        own = by_unit.get(line.unit_id, [])
        everybody = [*own, *(deputy for person in own for deputy in deputies.get(person.pk, ())), line.stand_in]
        found[line.pk] = list(dict.fromkeys(person for person in everybody if person))
    phones = phones_of({person.pk for people in found.values() for person in people})
    return {key: [(person, phones.get(person.pk, [])) for person in people] for key, people in found.items()}
