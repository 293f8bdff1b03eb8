"""Name a deputy for a time and a scope; take it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.people.history import tell
from apps.people.models import Deputy, Person

LONGEST = timedelta(days=366)


class UnableToSetDeputy(Exception):
    """The two are one, the person is not active, or the times are not right."""


@transaction.atomic
def set_deputy(
    *,
    principal: Person,
    deputy: Person,
    scope: str,
    starts_at: datetime,
    ends_at: datetime,
    actor: Person,
    reason: str = "",
    at: datetime | None = None,
) -> Deputy:
    """Let `deputy` act for `principal` in `scope` from `starts_at` until before `ends_at`. Raises UnableToSetDeputy.

    The same again gives the deputy that is there.
    """
    at = at or now()
    if principal.pk == deputy.pk:
        raise UnableToSetDeputy(_("Nobody stands in for oneself."))
    if not deputy.is_active or not principal.is_active:
        raise UnableToSetDeputy(_("This person is not active."))
    if ends_at <= max(starts_at, at):
        raise UnableToSetDeputy(_("The end must lie ahead, and after the beginning."))
    if ends_at - starts_at > LONGEST:
        raise UnableToSetDeputy(_("At most a year; name the deputy again then."))
    Person.objects.select_for_update().get(pk=principal.pk)
    same = Deputy.objects.filter(
        principal=principal, deputy=deputy, scope=scope, starts_at=starts_at, ends_at=ends_at, revoked_at__isnull=True
    ).first()
    if same:
        return same
    row = Deputy.objects.create(
        principal=principal,
        deputy=deputy,
        scope=scope,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        created_by=actor,
    )
    changes = {"deputy": str(deputy), "scope": scope, "from": starts_at.isoformat(), "until": ends_at.isoformat()}
    tell(actor=actor, verb="deputy_set", obj=principal, changes=changes, note=reason, at=at)
    return row


@transaction.atomic
def revoke_deputy(*, row: Deputy, actor: Person, at: datetime | None = None) -> None:
    """Ends at once. Taking back twice changes nothing."""
    at = at or now()
    if Deputy.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=at):
        changes = {"deputy": str(row.deputy), "scope": row.scope}
        tell(actor=actor, verb="deputy_revoked", obj=row.principal, changes=changes, at=at)
