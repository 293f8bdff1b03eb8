"""A person turns notifications on and off in a browser. While one is on, the person has a contact point for it, and
messages are planned by that as for any other channel.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.channels import web_push
from apps.delivery.enums import SubscriptionEnd
from apps.delivery.models import BrowserSubscription
from apps.delivery.models.browsers import digest_of
from apps.delivery.sealing import seal
from apps.journal.services import record
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person

MOST_BROWSERS = 10
AGENT_LENGTH = 300


class UnableToSubscribe(Exception):
    """The text says why."""


@dataclass(frozen=True)
class BrowserData:
    """What a browser gives when a person turns notifications on; checked by BrowserForm."""

    endpoint: str
    p256dh: str
    auth: str
    user_agent: str = ""


@transaction.atomic
def subscribe(*, person: Person, data: BrowserData, actor: Person, at: datetime | None = None) -> BrowserSubscription:
    """From now on this browser shows what is told to `person`, and to nobody who used it before. Turning it on twice
    changes nothing but the keys. Raises UnableToSubscribe.
    """
    at = at or now()
    host = web_push.host_of(data.endpoint)
    if not (web_push.public_key() and host and web_push.are_keys(data.p256dh, data.auth)):
        raise UnableToSubscribe(_("This browser's service is not one that the portal pushes to."))
    Person.objects.select_for_update().get(pk=person.pk)
    mine = BrowserSubscription.objects.active().filter(person=person)
    same = BrowserSubscription.objects.active().filter(endpoint_digest=digest_of(data.endpoint)).first()
    if same and same.person_id != person.pk:
        end_browser(browser=same, cause=SubscriptionEnd.TAKEN_OVER, actor=actor, at=at)
        same = None
    if same is None and mine.count() >= MOST_BROWSERS:
        raise UnableToSubscribe(_("Remove a browser first; ten are the most."))
    row = same or BrowserSubscription(person=person, endpoint_digest=digest_of(data.endpoint), created_at=at)
    row.host, row.server_key, row.user_agent = host, web_push.public_key(), data.user_agent[:AGENT_LENGTH]
    row.sealed_endpoint, row.sealed_keys = seal(data.endpoint), seal(f"{data.p256dh} {data.auth}")
    _save(row)
    _keep_contact(person.pk)
    if same is None:
        record(actor=actor, verb="browser_added", obj=row, changes={"host": host}, at=at)
    return row


def _save(row: BrowserSubscription) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise UnableToSubscribe(_("Somebody turned it on in this browser at the same moment. Try again.")) from error


@transaction.atomic
def end_browser(
    *,
    browser: BrowserSubscription,
    actor: Person,
    cause: SubscriptionEnd = SubscriptionEnd.REMOVED,
    at: datetime | None = None,
) -> None:
    """Nothing is pushed to it any more. Ending it twice changes nothing."""
    at = at or now()
    if not BrowserSubscription.objects.active().select_for_update().filter(pk=browser.pk).exists():
        return
    browser.end(cause, at)
    _keep_contact(browser.person_id)
    record(actor=actor, verb="browser_ended", obj=browser, changes={"cause": cause.value}, at=at)


def _keep_contact(person_id: int) -> None:
    """A person with a browser has one contact point for all of them; without one, none."""
    own = ContactPoint.objects.filter(person=person_id, kind=ContactKind.PUSH)
    if not BrowserSubscription.objects.active().filter(person=person_id).exists():
        own.delete()
        return
    values = {"is_primary": True, "dead_at": None, "dead_cause": ""}
    ContactPoint.objects.update_or_create(
        person_id=person_id, kind=ContactKind.PUSH, value=f"browsers:{person_id}", defaults=values
    )
