"""The catalogue as people see it: tiles by area, found by what they call a thing."""

from dataclasses import dataclass

from django.db.models import Case, Value, When

from apps.core.search import fold
from apps.people.enums import HANDLER_ROLES, Role
from apps.people.models import Person
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
    """Areas with the services `user` may see and that `text` finds, in their order (one query); each service says by
    `can_ask` whether this person may begin a request (handlers do for others).

    Every word of `text` must stand in the name, the description (any language) or among the keywords. A catalogue has
    dozens of services, so it is searched in memory.
    """
    words = fold(text).split()
    asks = Value(True) if user.has_role(*HANDLER_ROLES) else Case(When(may_ask(user), then=True), default=False)
    services = Service.objects.visible_to(user).annotate(can_ask=asks).select_related("area")
    services = services.order_by("area__order", "area_id", "order", "pk")
    found: dict[int, Shelf] = {}
    for service in services:
        if fits(service, words):
            found.setdefault(service.area_id, Shelf(service.area, [])).services.append(service)
    return list(found.values())


def fits(service: Service, words: list[str]) -> bool:
    parts = [service.code, service.keywords, *service.name.values(), *service.description.values()]
    text = fold(" ".join(parts))
    return all(word in text for word in words)
