"""Who hears of what about seals, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Iterable
from datetime import datetime

from apps.delivery.services import tell
from apps.people.enums import Role
from apps.people.models import Person
from apps.seals.models import Keeping, Seal, SealUse
from apps.seals.texts import texts_of


def tell_people(
    people: Iterable[Person | None],
    kind: str,
    *,
    seal: Seal,
    source: str,
    url: str,
    actor: Person | None,
    at: datetime,
    **values: object,
) -> None:
    """The message `kind` (texts.WORDS) to each of `people` once, the actor left out."""
    wanted = {person.pk: person for person in people if person and person.is_active and person != actor}
    if not wanted:
        return
    texts = texts_of(kind, seal, **values)
    for person in wanted.values():
        tell(person=person, source=source, texts=texts, target_url=url, actor=actor, at=at)


def tell_about_use(
    people: Iterable[Person | None], kind: str, *, use: SealUse, actor: Person, at: datetime, note: str = ""
) -> None:
    tell_people(
        people,
        kind,
        seal=use.seal,
        source=f"seals.use:{use.pk}",
        url=use.get_absolute_url(),
        actor=actor,
        at=at,
        title=use.title,
        reference=use.reference,
        who=actor.name,
        note=note,
    )


def keepers(seal: Seal, at: datetime) -> list[Person]:
    """The keeper and the stand-in of the day."""
    rows = Keeping.objects.in_force(at).filter(seal=seal).select_related("person")
    return [row.person for row in rows.order_by("role", "pk")]


def directors() -> list[Person]:
    return list(Person.objects.active().with_role(Role.DIRECTOR).order_by("pk"))
