"""What the tests of people and requests in relation share."""

from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk.models import Request


def told(person: Person) -> list[str]:
    """The beginnings of the subjects of what somebody was told, in the order of telling."""
    rows = Delivery.objects.filter(person=person, channel="portal", message__texts__language="en")
    return [subject.split(":")[0] for subject in rows.order_by("pk").values_list("message__texts__subject", flat=True)]


def history(request: Request, *, public: bool = False) -> list[str]:
    rows = Entry.objects.about(request)
    return [entry.verb for entry in (rows.public() if public else rows)]


def sees(person: Person, request: Request) -> bool:
    fresh = Person.objects.get(pk=person.pk)
    return Request.objects.visible_to(fresh).filter(pk=request.pk).exists()
