"""Find one person by what somebody typed: the number, or the whole name."""

from django.utils.translation import gettext as _

from apps.people.models import Person

MOST_NAMESAKES = 5


class UnableToFind(Exception):
    """Nobody, or several; the words say what to type instead."""


def find_person(text: str) -> Person:
    """The active person with this number, else the only one with this name. For people who may see everybody.

    Raises UnableToFind.
    """
    text = " ".join(text.split())
    people = Person.objects.active()
    found = people.filter(number__iexact=text).first() if text else None
    if found:
        return found
    namesakes = list(people.filter(name=text).order_by("number")[: MOST_NAMESAKES + 1]) if text else []
    if len(namesakes) == 1:
        return namesakes[0]
    if namesakes:
        numbers = "、".join(person.number for person in namesakes[:MOST_NAMESAKES])
        raise UnableToFind(_("Several people have this name (%(numbers)s). Type the number.") % {"numbers": numbers})
    raise UnableToFind(_("Nobody has the number or the name “%(text)s”.") % {"text": text})


def find_known_person(*, number: str, name: str) -> Person:
    """The active person whose number and name both fit, for people who may not look others up: nothing is learned from
    it that was not known before. Raises UnableToFind.
    """
    found = Person.objects.active().filter(number__iexact=number.strip()).first()
    if found is None or "".join(found.name.split()) != "".join(name.split()):
        raise UnableToFind(_("Number and name do not fit together. Ask the person how both are written."))
    return found
