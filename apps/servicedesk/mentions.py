"""People named in a note or a message: chosen from a list, or written as "@name"."""

import re
from collections.abc import Collection

from django.utils.translation import gettext as _

from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person
from apps.servicedesk.models import Request
from apps.servicedesk.services.errors import UnableToWrite

WRITTEN = re.compile(r"@([^\s@,，。;；:：、!！?？()（）]{2,40})")
MOST = 10


def office_people() -> list[Person]:
    """Who can be mentioned: everybody of the office, by name (one query)."""
    return list(Person.objects.active().with_role(*OFFICE_ROLES).order_by("name", "pk"))


def mentioned_in(body: str, chosen: Collection[Person], request: Request, author: Person) -> list[Person]:
    """The people of the office who are named, each once; the author never.

    "@name" counts when somebody is called exactly so, or the words begin with the name (Chinese puts no space after
    it). Raises UnableToWrite when somebody is named who may not see the request, or two people share the name.
    """
    written = WRITTEN.findall(body)
    if not written and not chosen:
        return []
    office = office_people()
    found = {person.pk: person for person in chosen}
    for words in written:
        person = one_of(words, office)
        if person is None:
            refuse_outsider(words, request)
        else:
            found[person.pk] = person
    found.pop(author.pk, None)
    allowed = {person.pk for person in office}
    for person in found.values():
        if person.pk not in allowed:
            raise UnableToWrite(not_seen(person.name))
    if len(found) > MOST:
        raise UnableToWrite(_("Mention at most %(count)d people.") % {"count": MOST})
    return list(found.values())


def one_of(words: str, office: list[Person]) -> Person | None:
    """The person of the office with this name, or the longest name that the words begin with. Raises UnableToWrite."""
    fitting = [person for person in office if words.startswith("".join(person.name.split()))]
    if not fitting:
        return None
    longest = max(len(person.name) for person in fitting)
    best = [person for person in fitting if len(person.name) == longest]
    if len(best) > 1:
        names = "、".join(f"{person.name}（{person.number}）" for person in best)
        raise UnableToWrite(_("Several people are called so: %(names)s. Choose from the list.") % {"names": names})
    return best[0]


def refuse_outsider(words: str, request: Request) -> None:
    """Words after an @ may be anything; the whole name of somebody outside the office is taken for a mention."""
    named = Person.objects.active().filter(name=words).first()
    if named is not None:
        raise UnableToWrite(not_seen(named.name))


def not_seen(name: str) -> str:
    return _("%(name)s does not belong to the office and cannot be mentioned. Write to the person, or give a task.") % {
        "name": name
    }
