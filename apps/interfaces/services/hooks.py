"""Addresses that are told: made, changed, tried, given a new secret, switched off; calls sent again."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.sealing import seal
from apps.interfaces.enums import FOLLOWED, CallState, EventKind
from apps.interfaces.hooks.addresses import UnableToReach, read_url
from apps.interfaces.hooks.signing import OLD_LASTS, new_secret
from apps.interfaces.models import Call, Integration, Subscription
from apps.journal.models import Entry
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import RequestMessage

MOST_AGAIN = 1_000


class UnableToSubscribe(Exception):
    """The address may not be called, nothing is chosen, or somebody else saved meanwhile."""


@dataclass(frozen=True)
class SubscriptionData:
    url: str
    events: list[str]
    services: list[str]
    with_names: bool = False
    a_minute: int = 60


@transaction.atomic
def subscribe(
    *, integration: Integration, data: SubscriptionData, actor: Person, at: datetime | None = None
) -> tuple[Subscription, str]:
    """An address that is told of what happens from now on, and its secret, which is given this once.

    Raises UnableToSubscribe.
    """
    at, secret = at or now(), new_secret()
    row = Subscription(
        integration=integration,
        sealed_secret=seal(secret),
        created_at=at,
        next_at=at,
        **from_here(),
    )
    _save(row, data)
    record(actor=actor, verb="subscribed", obj=integration, changes=told(row), at=at)
    return row, secret


def from_here() -> dict[str, int]:
    """The last facts there are: only later ones are told."""
    models = {"after_entry": Entry, "after_message": RequestMessage}
    return {name: model.objects.aggregate(last=Max("pk"))["last"] or 0 for name, model in models.items()}


@transaction.atomic
def edit_subscription(
    *, subscription: Subscription, data: SubscriptionData, version: int, actor: Person, at: datetime | None = None
) -> Subscription:
    """Raises UnableToSubscribe."""
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if row.version != version:
        raise UnableToSubscribe(_("Somebody else changed this meanwhile. Look at it again."))
    row.version += 1
    _save(row, data)
    record(actor=actor, verb="subscription_edited", obj=row.integration, changes=told(row), at=at)
    return row


def told(row: Subscription) -> dict[str, object]:
    return {"address": row.url, "events": row.events, "services": row.services, "names": row.with_names}


def _save(row: Subscription, data: SubscriptionData) -> None:
    try:
        read_url(data.url)
    except UnableToReach as error:
        raise UnableToSubscribe(str(error)) from error
    events = [kind for kind in FOLLOWED if kind in data.events]
    if not events:
        raise UnableToSubscribe(_("Choose what it is told of."))
    row.url, row.events, row.services = data.url, events, data.services
    row.with_names, row.a_minute = data.with_names, data.a_minute
    row.save()


@transaction.atomic
def change_secret(*, subscription: Subscription, actor: Person, at: datetime | None = None) -> str:
    """A new secret, given this once. Calls are signed by both until the old one ends after a day."""
    at, secret = at or now(), new_secret()
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    row.sealed_old, row.old_until, row.sealed_secret = row.sealed_secret, at + OLD_LASTS, seal(secret)
    row.version += 1
    row.save(update_fields=["sealed_old", "old_until", "sealed_secret", "version"])
    record(actor=actor, verb="secret_changed", obj=row.integration, changes={"address": row.url}, at=at)
    return secret


@transaction.atomic
def stop_telling(*, subscription: Subscription, actor: Person, at: datetime | None = None) -> None:
    """Nothing is sent from now on; what waits stays."""
    if Subscription.objects.filter(pk=subscription.pk, is_active=True).update(
        is_active=False, version=F("version") + 1
    ):
        record(
            actor=actor, verb="telling_off", obj=subscription.integration, changes={"address": subscription.url}, at=at
        )


@transaction.atomic
def tell_on(*, subscription: Subscription, actor: Person, at: datetime | None = None) -> None:
    """What waits is sent at once; what happened while it was off is not told."""
    at, rows = at or now(), Subscription.objects.filter(pk=subscription.pk, is_active=False)
    fresh = {"next_at": at, "failing_since": None} | from_here()
    if rows.update(is_active=True, version=F("version") + 1, **fresh):
        record(
            actor=actor, verb="telling_on", obj=subscription.integration, changes={"address": subscription.url}, at=at
        )


@transaction.atomic
def try_address(*, subscription: Subscription, actor: Person, at: datetime | None = None) -> Call:
    """A call that says nothing, to see whether it is taken."""
    at = at or now()
    row = Call.objects.create(
        subscription=subscription,
        kind=EventKind.TRIAL,
        source=f"trial:{uuid.uuid4().hex[:20]}",
        body={"type": str(EventKind.TRIAL), "timestamp": at.isoformat(), "data": {}},
        not_before=at,
        created_at=at,
        give_up_at=at + timedelta(hours=1),
    )
    Subscription.objects.filter(pk=subscription.pk).update(next_at=at)
    record(
        actor=actor, verb="address_tried", obj=subscription.integration, changes={"address": subscription.url}, at=at
    )
    return row


@transaction.atomic
def send_again(*, subscription: Subscription, calls: QuerySet, actor: Person, at: datetime | None = None) -> int:
    """Calls that were given up (or taken, one by one) wait again under the same id; gives how many."""
    at = at or now()
    keys = list(calls.filter(subscription=subscription).order_by("pk").values_list("pk", flat=True)[:MOST_AGAIN])
    rows = Call.objects.filter(pk__in=keys, state__in=[CallState.DEAD, CallState.DONE])
    count = rows.update(
        state=CallState.WAITING,
        attempts=0,
        not_before=at,
        done_at=None,
        give_up_at=at + timedelta(days=settings.WEBHOOK_DAYS),
    )
    if count:
        Subscription.objects.filter(pk=subscription.pk).update(next_at=at)
        changes = {"address": subscription.url, "calls": count}
        record(actor=actor, verb="sent_again", obj=subscription.integration, changes=changes, at=at)
    return count
