"""The places in the navigation, and who sees each."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from apps.people.enums import OFFICE_ROLES, Role


@dataclass(frozen=True)
class Place:
    """One entry. `roles` empty means everybody."""

    label: str
    icon: str
    url_name: str
    namespace: str
    roles: tuple[str, ...] = ()


PLACES = (
    Place(_("Mine"), "house", "dashboard:home", "dashboard"),
    Place(_("Service desk"), "clipboard-list", "servicedesk:catalogue", "servicedesk"),
    Place(_("Notices"), "megaphone", "notices:inbox", "notices"),
    Place(_("People"), "users", "people:list", "people", (*OFFICE_ROLES, Role.UNIT_SECRETARY)),
    Place(_("Imports"), "file-up", "imports:list", "imports", (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)),
    Place(_("Mail"), "mail", "delivery:overview", "delivery", (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)),
    Place(_("Forms"), "list-checks", "questionnaires:list", "questionnaires", (Role.ADMINISTRATOR, Role.DIRECTOR)),
    Place(_("Reports"), "chart-column", "reports:summary", "reports", (Role.DIRECTOR, Role.LEADER)),
)


def _address(place: Place) -> str:
    try:
        return reverse(place.url_name)
    except NoReverseMatch:
        return ""


def menu(request: HttpRequest) -> dict[str, object]:
    """Context: `menu_places` as (place, url, is it the current one)."""

    def places() -> list[tuple[Place, str, bool]]:
        if not request.user.is_authenticated:
            return []
        match = request.resolver_match
        here = match.namespace if match else ""
        return [
            (place, url, place.namespace == here)
            for place in PLACES
            if (not place.roles or request.user.has_role(*place.roles)) and (url := _address(place))
        ]

    return {"menu_places": SimpleLazyObject(places)}
