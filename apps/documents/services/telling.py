"""Who hears of what about official documents, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Iterable
from datetime import datetime

from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.documents.models import Document
from apps.documents.texts import texts_of
from apps.people.enums import Role
from apps.people.models import Person


def tell_people(
    people: Iterable[Person | None],
    kind: str,
    *,
    document: Document,
    actor: Person | None,
    at: datetime,
    note: str = "",
    queue: str = Queue.NOTICE,
) -> None:
    """The message `kind` (texts.WORDS) to each of `people` once, the actor left out."""
    wanted = {person.pk: person for person in people if person and person.is_active and person != actor}
    if not wanted:
        return
    texts = texts_of(kind, document, who=actor.name if actor else "", note=note, due=document.due_at)
    for person in wanted.values():
        tell(
            person=person,
            source=f"documents.document:{document.pk}",
            texts=texts,
            queue=queue,
            target_url=document.get_absolute_url(),
            actor=actor,
            at=at,
        )


def directors() -> list[Person]:
    return list(Person.objects.active().with_role(Role.DIRECTOR).order_by("pk"))
