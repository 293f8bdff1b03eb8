"""The catalogue as people see it: tiles by area, found by what they call a thing."""

from dataclasses import dataclass

from apps.core.search import fold
from apps.people.enums import Role
from apps.people.models import Person
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
    """Areas with the services `user` may ask for and that `text` finds, in their order (one query).

    Every word of `text` must stand in the name, the description (any language) or among the keywords. A catalogue has
    dozens of services, so it is searched in memory.
    """
    words = fold(text).split()
    services = Service.objects.visible_to(user).select_related("area").order_by("area__order", "area_id", "order", "pk")
    found: dict[int, Shelf] = {}
    for service in services:
        if fits(service, words):
            found.setdefault(service.area_id, Shelf(service.area, [])).services.append(service)
    return list(found.values())


def fits(service: Service, words: list[str]) -> bool:
    parts = [service.code, service.keywords, *service.name.values(), *service.description.values()]
    text = fold(" ".join(parts))
    return all(word in text for word in words)
