"""Edit a person; take a person out and back in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.people.history import tell
from apps.people.models import Person
from apps.people.services.sessions import end_sessions


class UnableToEditPerson(Exception):
    """Somebody else saved first, or the person is oneself."""


@transaction.atomic
def edit_person(
    *, person: Person, name: str, name_en: str, version: int, actor: Person, at: datetime | None = None
) -> Person:
    """Correct the name. `version` is what the editor saw. Raises UnableToEditPerson."""
    fresh = Person.objects.select_for_update().get(pk=person.pk)
    if fresh.version != version:
        raise UnableToEditPerson(
            _("Somebody else changed this person meanwhile. Look at the new state and save again.")
        )
    changes = {}
    for key, value in (("name", name), ("name_en", name_en)):
        if getattr(fresh, key) != value:
            changes[key] = [getattr(fresh, key), value]
            setattr(fresh, key, value)
    if changes:
        fresh.version += 1
        fresh.save(update_fields=[*changes, "version"])
        tell(actor=actor, verb="edited", obj=fresh, changes=changes, at=at)
    return fresh


@transaction.atomic
def edit_profile(*, person: Person, language: str, shortcuts: bool, at: datetime | None = None) -> None:
    """One's own settings, and nothing else."""
    changes = {"language": [person.language, language], "shortcuts": [person.shortcuts, shortcuts]}
    changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        Person.objects.filter(pk=person.pk).update(language=language, shortcuts=shortcuts)
        tell(actor=person, verb="edited", obj=person, changes=changes, at=at)


@transaction.atomic
def deactivate(*, person: Person, actor: Person, at: datetime | None = None) -> None:
    """The person cannot sign in any more; sessions end at once, posts stay. Raises UnableToEditPerson."""
    if person.pk == actor.pk:
        raise UnableToEditPerson(_("You cannot deactivate yourself."))
    if Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False, version=person.version + 1):
        ended = end_sessions(person)
        tell(actor=actor, verb="deactivated", obj=person, changes={"sessions": ended}, at=at)


@transaction.atomic
def activate(*, person: Person, actor: Person, at: datetime | None = None) -> None:
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True, version=person.version + 1):
        tell(actor=actor, verb="activated", obj=person, at=at)
