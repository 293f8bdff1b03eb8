"""What the administrator keeps of a service beside its form: its own tasks, and for how long requests open again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.models import Service, TaskTemplate


@transaction.atomic
def add_template(
    *, service: Service, values: Mapping[str, object], actor: Person, at: datetime | None = None
) -> TaskTemplate:
    """One more task that the service gives to requests filed from now on."""
    at = at or now()
    made = TaskTemplate.objects.create(service=service, created_at=at, **values)
    record(actor=actor, verb="edited", obj=service, changes={"task_added": [None, made.title]}, at=at)
    return made


@transaction.atomic
def retire_template(*, template: TaskTemplate, actor: Person, at: datetime | None = None) -> TaskTemplate:
    """The service gives it no more; tasks that were given stay. Twice is harmless."""
    at, row = at or now(), TaskTemplate.objects.select_for_update().get(pk=template.pk)
    if row.retired_at is None:
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        record(actor=actor, verb="edited", obj=row.service, changes={"task_retired": [row.title, None]}, at=at)
    return row


@transaction.atomic
def set_reopen_days(*, service: Service, days: int, actor: Person, at: datetime | None = None) -> Service:
    """For how many working days a finished request of this service can be opened again; counts at once for all."""
    row = Service.objects.select_for_update().get(pk=service.pk)
    if row.reopen_days != days:
        changes = {"reopen_days": [row.reopen_days, days]}
        row.reopen_days = days
        row.save(update_fields=["reopen_days"])
        record(actor=actor, verb="edited", obj=row, changes=changes, at=at or now())
    return row
