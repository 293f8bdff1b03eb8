"""The catalogue as people see it: tiles by area, found by what they call a thing."""

from dataclasses import dataclass

from django.db.models import Case, Value, When

from apps.people.enums import HANDLER_ROLES, Role
from apps.people.models import Person
from apps.servicedesk.finding import Found, find
from apps.servicedesk.managers import may_ask
from apps.servicedesk.models import Area, Service


@dataclass(frozen=True)
class Shelf:
    """An area and those of its services that fit."""

    area: Area
    services: list[Service]


def may_manage(user: Person) -> bool:
    """Who changes the catalogue."""
    return user.has_role(Role.ADMINISTRATOR, Role.DIRECTOR)


def shelves(user: Person, text: str = "") -> list[Shelf]:
    """Areas with the services `user` may see and that `text` finds (one query); what fits best first.

    Each service says by `can_ask` whether this person may begin a request (handlers do for others), and by `why`, in
    words, why it was found.
    """
    asks = Value(True) if user.has_role(*HANDLER_ROLES) else Case(When(may_ask(user), then=True), default=False)
    services = Service.objects.visible_to(user).annotate(can_ask=asks).select_related("area")
    services = services.order_by("area__order", "area_id", "order", "pk")
    fitting = [(found, service) for service in services if (found := find(service, text))]
    shelved: dict[int, Shelf] = {}
    for found, service in sorted(fitting, key=rank_of):
        service.why = found.why
        shelved.setdefault(service.area_id, Shelf(service.area, [])).services.append(service)
    return list(shelved.values())


def rank_of(fitting: tuple[Found, Service]) -> int:
    return fitting[0].rank
