"""Who hears of an assignment, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from apps.assignments.hands import Hand
from apps.assignments.models import Assignment, Part
from apps.assignments.texts import texts_of
from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.people.models import Person


def tell_hands(
    hands: Iterable[Hand],
    kind: str,
    *,
    assignment: Assignment,
    part: Part | None = None,
    actor: Person | None,
    behalf: Person | None = None,
    note: str = "",
    at: datetime,
    queue: str = Queue.NOTICE,
    target: models.Model | None = None,
) -> None:
    """The message `kind` (texts.WORDS) to each person once, the actor left out. `target`: what it opens, else the part
    or the assignment.
    """
    people = {hand.person.pk: hand.person for hand in hands if hand.person.is_active and hand.person != actor}
    if not people:
        return
    texts = texts_of(kind, assignment, part=part, actor=actor, behalf=behalf, note=note)
    about = target or part or assignment
    for person in people.values():
        tell(
            person=person,
            source=f"assignments.assignment:{assignment.pk}",
            texts=texts,
            queue=queue,
            target_url=about.get_absolute_url(),
            actor=actor,
            at=at,
        )
