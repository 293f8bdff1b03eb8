"""Searches that found nothing: counted by their words, settled by giving a service another name."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.scripts import one_script
from apps.people.models import Person
from apps.servicedesk.models import MissedSearch, Service
from apps.servicedesk.services.catalogue import fingerprint, save_service

LONGEST, SHORTEST = 40, 2
MOST = 2000  # kept at once: a portal that is filled with noise stops listening
PERSONAL = re.compile(r"@|\d{5,}")  # an address or a number of a person: not kept


class UnableToSettle(Exception):
    """The words cannot be added; the text says why."""


@transaction.atomic
def note_missed(*, words: str, at: datetime | None = None) -> MissedSearch | None:
    """Count words that found no service; None where they are not kept (too short or long, or they may name a person).

    Words that were settled and are missed again come back to the list.
    """
    at, text = at or now(), " ".join(one_script(words).split())
    if not SHORTEST <= len(text) <= LONGEST or PERSONAL.search(text):
        return None
    today = office_time().day(at)
    changed = MissedSearch.objects.filter(words=text).update(count=F("count") + 1, last_on=today, settled_at=None)
    if not changed and MissedSearch.objects.count() >= MOST:
        return None
    values = {"first_on": today, "last_on": today}
    return MissedSearch.objects.get_or_create(words=text, defaults=values)[0]


@transaction.atomic
def settle_missed(
    *, missed: MissedSearch, service: Service | None, actor: Person, at: datetime | None = None
) -> MissedSearch:
    """Give `service` these words as another name, or (None) say that the office does nothing of the kind.

    Raises UnableToSettle when the names of the service have no room left, ServiceChanged.
    """
    row = MissedSearch.objects.select_for_update().get(pk=missed.pk)
    if row.settled_at:
        return row
    if service is not None:
        add_keyword(service, row.words, actor)
    row.settled_at = at or now()
    row.save(update_fields=["settled_at"])
    return row


def add_keyword(service: Service, words: str, actor: Person) -> None:
    keywords = f"{service.keywords} {words}".strip()
    if len(keywords) > Service._meta.get_field("keywords").max_length:
        raise UnableToSettle(_("“%(name)s” has as many other names as there is room for.") % {"name": service})
    save_service(service=service, values={"keywords": keywords}, actor=actor, known=fingerprint(service))
