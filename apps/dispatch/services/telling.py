"""Who hears of what about outgoing papers, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from apps.approvals.models import Step
from apps.delivery.services import tell
from apps.dispatch.models import Draft
from apps.dispatch.texts import texts_of
from apps.documents.managers import LIMITED
from apps.documents.models import Document
from apps.documents.rules import REGISTRARS
from apps.documents.services.telling import directors
from apps.people.deputies import deputies_of
from apps.people.enums import DeputyScope
from apps.people.models import Person

TO_DECIDE = ("asked", "urged")  # who hears this is led to the decision


def tell_people(
    people: Iterable[Person | None],
    kind: str,
    *,
    draft: Draft,
    about: Document | None = None,
    actor: Person | None,
    at: datetime,
    **values: object,
) -> None:
    """The message `kind` (texts.WORDS) to each once, the actor left out. `about`: another document that it names and
    leads to.
    """
    wanted = {person.pk: person for person in people if person and person.is_active and person != actor}
    if not wanted:
        return
    texts = texts_of(kind, about or draft.document, **{"who": actor.name if actor else ""} | values)
    page = reverse("dispatch:sign", args=[draft.pk]) if kind in TO_DECIDE else (about or draft).get_absolute_url()
    for person in wanted.values():
        tell(
            person=person,
            source=f"dispatch.draft:{draft.pk}",
            texts=texts,
            target_url=page,
            actor=actor,
            at=at,
        )


def tell_asked(
    steps: Iterable[Step], kind: str, *, draft: Draft, actor: Person, at: datetime, **values: object
) -> None:
    """Those of whom each step is asked, and who stands in for them; "any clerk" needs no deputies."""
    for step in steps:
        people = [person for person in asked_people(step) if person.pk not in step.barred]
        if step.approver_id or step.unit_id:
            people += [each for person in people for each in deputies_of(person, scope=DeputyScope.APPROVALS, at=at)]
        people = [person for person in people if person.pk not in step.barred]
        tell_people(people, kind, draft=draft, actor=actor, at=at, point=step.name, **values)


def asked_people(step: Step) -> list[Person]:
    """The named person, or whoever holds the role (in the unit)."""
    if step.approver_id:
        return [step.approver]
    if step.unit_id:
        return list(Person.objects.active().with_post(step.role, [step.unit_id]).order_by("pk"))
    return list(Person.objects.active().with_role(step.role).order_by("pk"))


def keepers(draft: Draft, at: datetime) -> list[Person]:
    """Who hears of a paper that is back: who has it in hand and who drafted it, who stands in for the first, and where
    that one has left the directors.
    """
    handler = draft.document.handler
    if handler is None or not handler.is_active:
        return [draft.drafter, *directors()]
    return [handler, draft.drafter, *deputies_of(handler, scope=DeputyScope.DOCUMENTS, at=at)]


def registrars(draft: Draft) -> list[Person]:
    """Who may number it, of a paper with limited access those who may read it."""
    people = list(Person.objects.active().with_role(*REGISTRARS).order_by("pk"))
    if draft.document.access not in LIMITED:
        return people
    return [each for each in people if Document.objects.visible_to(each).filter(pk=draft.pk).exists()]
