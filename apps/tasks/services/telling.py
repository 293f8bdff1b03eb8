"""Who hears of a task, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Iterable
from datetime import datetime

from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.people.deputies import deputies_of
from apps.people.enums import DeputyScope, Role
from apps.people.models import Person
from apps.tasks.models import Task
from apps.tasks.texts import texts_of


def tell_people(
    people: Iterable[Person | None],
    kind: str,
    *,
    task: Task,
    actor: Person | None,
    at: datetime,
    note: str = "",
    queue: str = Queue.NOTICE,
) -> None:
    """The message `kind` (texts.WORDS) to each of `people` once, the actor left out."""
    wanted = {person.pk: person for person in people if person and person.is_active and person != actor}
    if not wanted:
        return
    texts = texts_of(kind, task, who=actor.name if actor else "", note=note)
    for person in wanted.values():
        tell(
            person=person,
            source=f"tasks.task:{task.pk}",
            texts=texts,
            queue=queue,
            target_url=task.get_absolute_url(),
            actor=actor,
            at=at,
        )


def owner_side(task: Task, at: datetime) -> list[Person]:
    """The owner and who stands in for the owner."""
    return [task.owner, *deputies_of(task.owner, scope=DeputyScope.TASKS, at=at)]


def giver_side(task: Task) -> list[Person]:
    """Who gave it; a rule's task, or of somebody who has left: who has the thing that it is about, if anybody."""
    people = (task.given_by, getattr(task.subject, "handler", None))
    return [person for person in people if person and person.is_active][:1]


def answerable(task: Task) -> list[Person]:
    """The giver's side; where nobody is there, the directors: somebody has to do something about it."""
    return giver_side(task) or list(Person.objects.active().with_role(Role.DIRECTOR).order_by("pk"))
