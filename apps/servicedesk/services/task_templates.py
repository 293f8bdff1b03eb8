"""Tasks that a service gives by itself, and their end when the request ends another way than done."""

from datetime import datetime

from apps.people.models import Person
from apps.servicedesk.enums import TaskMoment
from apps.servicedesk.models import Request, TaskTemplate
from apps.tasks import services as tasks
from apps.tasks.models import Task


def give_tasks(request: Request, moment: TaskMoment, at: datetime) -> list[Task]:
    """Give what the service's templates say for this moment, each once in the request's life.

    When it is taken on, also what could not be given at filing, because its owner had left. A template counts for
    requests that were filed after it was made.
    """
    rows = TaskTemplate.objects.filter(
        service=request.service_id, retired_at__isnull=True, created_at__lte=request.submitted_at
    )
    rows = rows if moment == TaskMoment.TAKEN else rows.filter(moment=moment)
    templates = list(rows.select_related("owner").order_by("pk"))
    known = set(Task.objects.about(request).values_list("made_from", flat=True)) if templates else set()
    made = [(row, owner_of(row, request)) for row in templates if row.mark not in known]
    return [give(row, owner, request, at) for row, owner in made if owner]


def owner_of(template: TaskTemplate, request: Request) -> Person | None:
    """Whom the template names; who has the request when it names nobody, or somebody who left."""
    if template.owner and template.owner.is_active:
        return template.owner
    return request.handler


def give(template: TaskTemplate, owner: Person, request: Request, at: datetime) -> Task:
    return tasks.give(
        subject=request,
        title=template.title,
        words=template.words,
        owner=owner,
        actor=None,
        due_on=tasks.due_after(template.due_days, at) if template.due_days else None,
        wants_acceptance=template.wants_acceptance,
        shows_subject=template.shows_subject,
        made_from=template.mark,
        at=at,
    )
