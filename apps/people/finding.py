"""Find one person by what somebody typed: the number, or the whole name."""

from collections.abc import Callable
from contextlib import suppress

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.models import Person

MOST_NAMESAKES = 5
BOTH = gettext_lazy("Number and name, like 10203 王小明.")
Finder = Callable[[str], Person]


class UnableToFind(Exception):
    """Nobody, or several; the words say what to type instead."""


def find_person(text: str) -> Person:
    """The active person with this number, else the only one with this name, else of a line with both, as forms write
    it back. For people who may see everybody. Raises UnableToFind.
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
    with suppress(UnableToFind):
        return find_by_both(text)
    raise UnableToFind(_("Nobody has the number or the name “%(text)s”.") % {"text": text})


def finder_of(asker: Person) -> Finder:
    """How `asker` finds a person by one line: the office looks people up, others have to know both."""
    return find_person if asker.is_office else find_by_both


def find_by_both(text: str) -> Person:
    """The active person of a line like “10203 王小明”, in either order. Raises UnableToFind."""
    words = text.replace("，", " ").replace(",", " ").split()
    if len(words) < 2:
        raise UnableToFind(BOTH)
    try:
        return find_known_person(number=words[0], name="".join(words[1:]))
    except UnableToFind:
        return find_known_person(number=words[-1], name="".join(words[:-1]))


def find_known_person(*, number: str, name: str) -> Person:
    """The active person whose number and name both fit, for people who may not look others up: nothing is learned from
    it that was not known before. Raises UnableToFind.
    """
    found = Person.objects.active().filter(number__iexact=number.strip()).first()
    if found is None or "".join(found.name.split()) != "".join(name.split()):
        raise UnableToFind(_("Number and name do not fit together. Ask the person how both are written."))
    return found
