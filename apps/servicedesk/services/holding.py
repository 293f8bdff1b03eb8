"""How long requests of a service name their people, and legal holds over that."""

from datetime import date, datetime

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import LegalHold, Request, Retention, Service
from apps.servicedesk.services.catalogue import ServiceChanged

HOLDS = 20261126  # advisory lock between placing a hold and removing people


class UnableToHold(Exception):
    """A hold cannot be placed or lifted as asked; the text says why."""


def retention_of(service: Service) -> Retention:
    """What is set for a service; unsaved and without days when nothing is (one query)."""
    return Retention.objects.filter(service=service).first() or Retention(service=service)


@transaction.atomic
def save_retention(*, service: Service, days: int | None, actor: Person, known: int) -> Retention:
    """How many days after closing people are removed; None: never. It counts for all that is closed, from the next run
    on. `known`: the version that the form showed, 0 for none. Raises ServiceChanged.
    """
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    row = retention_of(service)
    if (row.version if row.pk else 0) != known:
        raise ServiceChanged(
            _("Somebody changed this service meanwhile. Your text is still here; check it and save again.")
        )
    before = row.days
    if row.pk and before == days:
        return row
    row.days, row.version = days, known + 1
    row.save()
    record(actor=actor, verb="retention", obj=service, changes={"days": [before, days]})
    return row


@transaction.atomic
def place_hold(
    *,
    actor: Person,
    reason: str,
    request: Request | None = None,
    person: Person | None = None,
    service: Service | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> LegalHold:
    """Nothing is removed from the request, of the person or of the service while this stands. Raises UnableToHold."""
    at, reason = at or now(), reason.strip()
    named = [each for each in (request, person, service) if each is not None]
    if len(named) != 1 or not reason:
        raise UnableToHold(_("Name one request, one person or one service, and say why."))
    if until and until < at.date():
        raise UnableToHold(_("Choose a day that is not over."))
    lock_holds()
    if request is not None and Request.objects.filter(pk=request.pk, removed_at__isnull=False).exists():
        raise UnableToHold(_("This request names nobody any more."))
    hold = LegalHold.objects.create(
        request=request, person=person, service=service, reason=reason, until=until, placed_by=actor, placed_at=at
    )
    tell_history(hold, "hold", actor=actor, at=at)
    return hold


@transaction.atomic
def lift_hold(*, hold: LegalHold, actor: Person, at: datetime | None = None) -> LegalHold:
    """The hold counts no more; lifting twice changes nothing."""
    at = at or now()
    row = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if row.lifted_at is None:
        row.lifted_by, row.lifted_at = actor, at
        row.save(update_fields=["lifted_by", "lifted_at"])
        tell_history(row, "hold_lifted", actor=actor, at=at)
    return row


def lock_holds(*, shared: bool = False) -> None:
    """Until the transaction ends: a hold waits for removals that have begun, and later ones see it."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [HOLDS])


def tell_history(hold: LegalHold, verb: str, *, actor: Person, at: datetime) -> None:
    """On what is held, and on the hold itself for who looks through all of them."""
    for thing in (held_thing(hold), hold):
        record(actor=actor, verb=verb, obj=thing, note=hold.reason, internal=True, at=at)


def held_thing(hold: LegalHold) -> models.Model:
    return hold.request or hold.person or hold.service
