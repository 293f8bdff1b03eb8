"""Invitations for many people."""

import structlog
from celery import shared_task

from apps.core.clock import now
from apps.people.models import Person
from apps.people.services import UnableToInvite, invite

log = structlog.get_logger(__name__)


@shared_task(name="people.invite_many")
def invite_many(person_ids: list[int], actor_id: int) -> None:
    """One mail a person. May run twice: who has an open invitation is left alone."""
    actor, at = Person.objects.get(pk=actor_id), now()
    for person in Person.objects.can_be_invited(at).filter(pk__in=person_ids).order_by("pk"):
        try:
            invite(person=person, actor=actor, at=at)
        except UnableToInvite as error:
            log.info("not_invited", person=person.pk, error=type(error).__name__)
