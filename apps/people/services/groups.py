"""Groups and task teams."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.people.history import tell
from apps.people.models import Group, Membership, Person

SEPARATORS = re.compile(r"[\s,;，；、]+")
MOST_AT_ONCE = 5000


class UnableToSaveGroup(Exception):
    """The code is used, or a task team has no end."""


@dataclass(frozen=True)
class AddResult:
    """What became of one pasted number: "added", "there", "unknown" or "inactive"."""

    number: str
    outcome: str
    person: Person | None = None


def create_group(
    *,
    code: str,
    name: dict[str, str],
    kind: str,
    ends_on: date | None,
    owner: Person,
    actor: Person,
    at: datetime | None = None,
) -> Group:
    """Raises UnableToSaveGroup."""
    try:
        with transaction.atomic():
            group = Group.objects.create(code=code, name=name, kind=kind, ends_on=ends_on, owner=owner)
            tell(actor=actor, verb="created", obj=group, at=at)
            return group
    except IntegrityError as error:
        raise UnableToSaveGroup(_("Another group has this code, or the task team has no last day.")) from error


def edit_group(
    *, group: Group, name: dict[str, str], ends_on: date | None, actor: Person, at: datetime | None = None
) -> Group:
    """Raises UnableToSaveGroup."""
    try:
        with transaction.atomic():
            changes = {"name": [group.name, name], "ends_on": [str(group.ends_on or ""), str(ends_on or "")]}
            group.name, group.ends_on = name, ends_on
            group.save(update_fields=["name", "ends_on"])
            tell(actor=actor, verb="edited", obj=group, changes=changes, at=at)
            return group
    except IntegrityError as error:
        raise UnableToSaveGroup(_("A task team needs a last day.")) from error


def split_numbers(text: str) -> list[str]:
    """The numbers in a pasted text, each once, in order."""
    return list(dict.fromkeys(number for number in SEPARATORS.split(text.strip()) if number))[:MOST_AT_ONCE]


@transaction.atomic
def add_members(*, group: Group, numbers: Iterable[str], actor: Person, at: datetime | None = None) -> list[AddResult]:
    """Add people by number and tell what became of each. Adding twice changes nothing."""
    at = at or now()
    wanted = list(numbers)
    found = Person.objects.annotate(capitals=Upper("number")).filter(capitals__in=[number.upper() for number in wanted])
    people = {person.capitals: person for person in found}
    there = set(Membership.objects.filter(group=group).values_list("person_id", flat=True))
    results = [_judge(number, people.get(number.upper()), there) for number in wanted]
    new = [result.person for result in results if result.outcome == "added"]
    rows = [Membership(group=group, person=person, added_at=at) for person in new]
    Membership.objects.bulk_create(rows, ignore_conflicts=True)
    if new:
        tell(actor=actor, verb="members_added", obj=group, changes={"numbers": [row.number for row in new]}, at=at)
    return results


def _judge(number: str, person: Person | None, there: set[int]) -> AddResult:
    if person is None:
        return AddResult(number, "unknown")
    if person.pk in there:
        return AddResult(number, "there", person)
    if not person.is_active:
        return AddResult(number, "inactive", person)
    there.add(person.pk)
    return AddResult(number, "added", person)


@transaction.atomic
def remove_member(*, group: Group, person: Person, actor: Person, at: datetime | None = None) -> None:
    removed, _models = Membership.objects.filter(group=group, person=person).delete()
    if removed:
        tell(actor=actor, verb="member_removed", obj=group, changes={"number": person.number}, at=at)
