"""Real rows for tests of tasks: about a request, at fixed moments of one ordinary week."""

from datetime import date, datetime

from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.tasks import services
from apps.tasks.models import Task
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE

TITLE = "核對學籍"


def task(owner: Person, giver: Person | None = None, *, at: datetime = MONDAY_NINE, **fields: object) -> Task:
    """Given to `owner` on Monday at nine, due on Wednesday 25 November 2026."""
    giver = giver or factories.clerk()
    subject = fields.pop("subject", None) or desk.request(
        RequestState.IN_PROGRESS, handler=giver, submitted_at=MONDAY_NINE
    )
    values = {"title": TITLE, "words": "查入學年份", "due_on": date(2026, 11, 25)}
    return services.give(subject=subject, owner=owner, actor=giver, at=at, **values | fields)


def reported(owner: Person, giver: Person | None = None, **fields: object) -> Task:
    """With a report that waits to be accepted."""
    made = task(owner, giver, wants_acceptance=True, **fields)
    return services.report(task=made, actor=owner, text="已核對", at=MONDAY_NINE)


def reported_by_rule(owner: Person, handler: Person | None) -> Task:
    """Given by no person, about a request that `handler` has, and reported."""
    subject = desk.request(RequestState.IN_PROGRESS, handler=handler, submitted_at=MONDAY_NINE)
    values = {"title": TITLE, "wants_acceptance": True, "made_from": "template:1"}
    made = services.give(subject=subject, owner=owner, actor=None, at=MONDAY_NINE, **values)
    return services.report(task=made, actor=owner, text="已核對", at=MONDAY_NINE)
