"""Who hears of a certificate: its holder, by portal and mail."""

from datetime import datetime

from apps.delivery.services import tell
from apps.people.models import Person
from apps.servicedesk.models import Certificate
from apps.servicedesk.papers.texts import texts_of_paper


def tell_holder(certificate: Certificate, kind: str, *, actor: Person | None, at: datetime, note: str = "") -> None:
    """The message `kind` (papers.texts.WORDS), unless the holder did it."""
    person = certificate.person
    if not person.is_active or person == actor:
        return
    tell(
        person=person,
        source=f"servicedesk.certificate:{certificate.pk}",
        texts=texts_of_paper(kind, certificate, who=actor.name if actor else "", note=note),
        target_url=certificate.get_absolute_url(),
        actor=actor,
        at=at,
    )
