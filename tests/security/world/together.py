"""People and requests in relation: a participant, a link, a task, a recurring request, a service's own task."""

from datetime import date, time

from apps.core.clock import now
from apps.servicedesk import services
from apps.servicedesk.models import Link, Participant, Recurrence, Request, TaskTemplate
from apps.tasks import services as tasks
from apps.tasks.models import Task
from tests import factories
from tests.servicedesk import factories as desk


def other_request(about: Request, secret: str) -> Request:
    """Another one of the same requester that nobody has, for linking and merging."""
    return desk.request(number="R2026-90044", requester=about.requester, of=about.service, answers={"purpose": secret})


def participant(about: Request) -> Participant:
    person = factories.student("同伴")
    return Participant.objects.create(request=about, person=person, added_by=about.requester)


def link(about: Request, other: Request) -> Link:
    return Link.objects.create(source=about, target=other, kind="relates", made_by=factories.clerk("聯結人"))


def task(about: Request, secret: str) -> Task:
    """The requester's own task about the own request, given by a clerk who plays no other part."""
    giver = factories.clerk("派工人")
    return tasks.give(subject=about, title=secret, words=secret, owner=about.requester, actor=giver, at=now())


def recurrence(about: Request) -> Recurrence:
    values = {
        "frequency": "weekly",
        "weekday": 1,
        "starts_on": date(2026, 11, 23),
        "ends_on": None,
        "time": time(9),
        "day_off": "next",
        "files_itself": False,
    }
    return services.repeat(request=about, actor=about.requester, values=values, at=now())


def service_task(about: Request) -> TaskTemplate:
    return TaskTemplate.objects.create(service=about.service, title="核對", moment="taken")
