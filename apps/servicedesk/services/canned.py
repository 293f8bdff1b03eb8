"""Canned replies: kept, changed, taken out of use, and how often they were used."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import CannedReply, Request

MOST_IN_A_FORM = 10


class UnableToSaveReply(Exception):
    """The name is used, or somebody saved meanwhile."""


def replies_for(request: Request, user: Person) -> QuerySet:
    """What this person may insert into words about this request, the most used first."""
    rows = CannedReply.objects.visible_to(user).filter(is_active=True)
    return rows.filter(Q(service__isnull=True) | Q(service=request.service_id)).order_by("-uses", "name", "pk")


def save_reply(
    *,
    values: Mapping[str, object],
    actor: Person,
    reply: CannedReply | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> CannedReply:
    """Name, body by language, unit and service. Raises UnableToSaveReply."""
    at = at or now()
    try:
        with transaction.atomic():
            row = (
                CannedReply.objects.select_for_update().get(pk=reply.pk)
                if reply
                else CannedReply(owner=actor, version=0)
            )
            if reply and version is not None and version != row.version:
                raise UnableToSaveReply(
                    _("Somebody changed this reply meanwhile. What you typed is still here; save again.")
                )
            before = {name: getattr(row, name) for name in ("name", "body")} if reply else {}
            for name, value in values.items():
                setattr(row, name, value)
            row.version, row.changed_at = row.version + 1, at
            row.save()
            changes = {
                name: [before.get(name), values[name]] for name in ("name", "body") if before.get(name) != values[name]
            }
            record(actor=actor, verb="edited" if reply else "created", obj=row, changes=changes, at=at)
    except IntegrityError as error:
        raise UnableToSaveReply(_("There is a reply of this name already.")) from error
    return row


@transaction.atomic
def retire_reply(*, reply: CannedReply, actor: Person, at: datetime | None = None) -> None:
    """Nobody can insert it any more; its name is free again. The second time changes nothing."""
    changed = CannedReply.objects.filter(pk=reply.pk, is_active=True).update(is_active=False, version=F("version") + 1)
    if changed:
        record(actor=actor, verb="retired", obj=reply, at=at or now())


def count_uses(keys: Iterable[str], user: Person) -> None:
    """The replies that a form was written with were used once more, whatever was changed in the text."""
    known = {int(key) for key in keys if key.isdecimal() and len(key) < 19}
    if known:
        found = CannedReply.objects.visible_to(user).filter(pk__in=sorted(known)[:MOST_IN_A_FORM])
        found.update(uses=F("uses") + 1)
