"""What the frame shows on every page: the places one may go, what waits in the inbox, the look."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.pages import capped_count
from apps.core.views import theme_of
from apps.delivery.models import Delivery
from apps.notices.models import Obligation
from apps.people.enums import OFFICE_ROLES, Role
from apps.reports.rules import SUMMARY_ROLES

INBOX_CAP = 99


@dataclass(frozen=True)
class Place:
    """One entry. `roles` empty means everybody; `unless` are roles that have another entry for the same."""

    label: str
    icon: str
    url_name: str
    namespace: str
    roles: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @property
    def go(self) -> str:
        """The letter that leads there after g."""
        return GO.get(self.namespace, "")


DOCUMENT_ROLES = (*OFFICE_ROLES, Role.STAFF, Role.UNIT_SECRETARY, Role.UNIT_HEAD)
GO = {"dashboard": "h", "servicedesk": "s", "notices": "n", "people": "p", "documents": "d", "reports": "r"}
PLACES = (
    Place(_("Mine"), "house", "dashboard:home", "dashboard"),
    Place(_("Service desk"), "clipboard-list", "servicedesk:catalogue", "servicedesk"),
    Place(_("Notices"), "megaphone", "notices:inbox", "notices"),
    Place(_("Official documents"), "file-text", "documents:list", "documents", DOCUMENT_ROLES),
    Place(_("People"), "users", "people:list", "people", (*OFFICE_ROLES, Role.UNIT_SECRETARY)),
    Place(_("Imports"), "file-up", "imports:list", "imports", (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)),
    Place(_("Mail"), "mail", "delivery:overview", "delivery", (Role.CLERK, Role.DIRECTOR, Role.ADMINISTRATOR)),
    Place(_("Forms"), "list-checks", "questionnaires:list", "questionnaires", (Role.ADMINISTRATOR, Role.DIRECTOR)),
    Place(_("Audit"), "history", "journal:audit", "journal", (Role.ADMINISTRATOR,)),
    Place(_("Programs"), "plug", "interfaces:integrations", "interfaces", (Role.ADMINISTRATOR,)),
    Place(_("Reports"), "chart-column", "reports:summary", "reports", SUMMARY_ROLES),
    # Who gives the summary to others by mail without reading it.
    Place(_("Reports"), "chart-column", "reports:subscriptions", "reports", (Role.ADMINISTRATOR,), SUMMARY_ROLES),
)
# On top of the lists of official documents.
PAPER_PLACES = (
    Place(pgettext_lazy("official documents", "Incoming"), "inbox", "documents:list", "documents"),
    Place(
        pgettext_lazy("official documents", "Outgoing"),
        "send",
        "dispatch:list",
        "dispatch",
        (*OFFICE_ROLES, Role.UNIT_SECRETARY, Role.UNIT_HEAD),
    ),
    Place(pgettext_lazy("official documents", "Find"), "search", "documents:search", "documents"),
    Place(
        pgettext_lazy("official documents", "Supervision"),
        "list-checks",
        "assignments:supervision",
        "assignments",
        OFFICE_ROLES,
    ),
)
# Apps whose pages are reached from another's.
UNDER = {
    "relays": "notices",
    "replies": "notices",
    "seals": "servicedesk",
    "knowledge": "servicedesk",
    "dispatch": "documents",
    "tasks": "dashboard",
    "assignments": "dashboard",
}
# Pages that carry the tabs of official documents, whatever app they are of; only the office gets there.
PAPER_TABS = {place.url_name: "documents" for place in PAPER_PLACES}


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def menu(request: HttpRequest) -> dict[str, object]:
    """Context of every page. What costs a query is asked for only by a page that shows it.

    `menu_places` and `paper_places` as (place, url, is it the current one); `inbox_count` as people read it, "" for
    none, "99+" for many: notices that are owed and messages that were not opened (two queries); `inbox_url` leads to
    the messages if one is;
    `csp_nonce` for scripts; `theme` is light, dark or auto.
    """

    def places() -> list[tuple[Place, str, bool]]:
        if not request.user.is_authenticated:
            return []
        match = request.resolver_match
        here = match.namespace if match else ""
        here = PAPER_TABS.get(match.view_name if match else "", UNDER.get(here, here))
        return [
            (place, url, place.namespace == here)
            for place in PLACES
            if (not place.roles or request.user.has_role(*place.roles))
            and not request.user.has_role(*place.unless)
            and (url := _address(place.url_name))
        ]

    def paper_places() -> list[tuple[Place, str, bool]]:
        name = request.resolver_match.view_name if request.resolver_match else ""
        places = [place for place in PAPER_PLACES if not place.roles or request.user.has_role(*place.roles)]
        return [(place, reverse(place.url_name), place.url_name == name) for place in places]

    @cache
    def unopened() -> int:
        """Messages of the person, at most one more than is shown."""
        if not request.user.is_authenticated:
            return 0
        count, more = capped_count(Delivery.objects.in_portal_of(request.user).unread(), INBOX_CAP)
        return count + more

    def inbox_count() -> str:
        if not request.user.is_authenticated:
            return ""
        owed, more = capped_count(Obligation.objects.owed().filter(person=request.user), INBOX_CAP)
        count = owed + more + unopened()
        return f"{INBOX_CAP}+" if count > INBOX_CAP else str(count or "")

    def inbox_url() -> str:
        return _address("delivery:mine" if unopened() else "notices:inbox")

    return {
        "menu_places": SimpleLazyObject(places),
        "paper_places": SimpleLazyObject(paper_places),
        "inbox_count": SimpleLazyObject(inbox_count),
        "inbox_url": SimpleLazyObject(inbox_url),
        "messages_url": _address("delivery:mine"),
        "search_url": _address("dashboard:search"),
        "theme": theme_of(request),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
