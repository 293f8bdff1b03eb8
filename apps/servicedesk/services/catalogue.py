"""Changing the catalogue."""

import hashlib
import json
from collections.abc import Mapping

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import Service

COLUMNS = (
    "code",
    "name",
    "description",
    "keywords",
    "icon",
    "area_id",
    "unit_id",
    "form_id",
    "roles",
    "target_minutes",
    "first_response_minutes",
    "product",
    "approval_role",
    "is_active",
)


class ServiceChanged(Exception):
    """Somebody else saved the service meanwhile, or took its code."""


def fingerprint(service: Service) -> str:
    """A short mark of everything the form edits: it differs when anybody changed anything."""
    text = json.dumps([getattr(service, column) for column in COLUMNS], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def save_service(*, service: Service | None, values: Mapping[str, object], actor: Person, known: str = "") -> Service:
    """Write the columns in `values`; `known` is the fingerprint the form was made for.

    Requests filed before keep their form version and target. Raises ServiceChanged.
    """
    row = Service.objects.select_for_update().get(pk=service.pk) if service else Service()
    if service and known != fingerprint(row):
        raise ServiceChanged(
            _("Somebody changed this service meanwhile. Your text is still here; check it and save again.")
        )
    before = {column: getattr(row, column, None) for column in COLUMNS} if service else {}
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ServiceChanged(_("Another service has this code.")) from error
    changes = {column: [before.get(column), plain(getattr(row, column))] for column in COLUMNS}
    changes = {column: pair for column, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        record(actor=actor, verb="edited" if service else "created", obj=row, changes=changes)
    return row


def plain(value: object) -> object:
    return value.pk if isinstance(value, models.Model) else value
