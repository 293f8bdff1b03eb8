"""The lists of the service desk that can be taken out as a spreadsheet."""

from types import SimpleNamespace

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.text import localized
from apps.journal.listings import Listing
from apps.journal.sheets import SheetColumn
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Person
from apps.servicedesk.models import Certificate, Service

MANAGERS = (Role.DIRECTOR, Role.ADMINISTRATOR)


def is_office(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES)


def is_manager(user: Person) -> bool:
    return user.has_role(*MANAGERS)


def requests(user: Person, query: QueryDict) -> QuerySet:
    """As the list narrows and orders them: its own functions say it, so that list and sheet cannot differ."""
    from apps.servicedesk.views import listing  # noqa: PLC0415 (the page knows this module)

    asked = SimpleNamespace(user=user, GET=query)
    chip = listing.chip_of(asked)
    rows, _narrowed = listing.chosen(asked, chip, now())
    order = ("-" if chip.newest_first else "") + chip.by
    return rows.select_related(*listing.NAMES, "unit").order_by(order, "pk")


def services(user: Person, query: QueryDict) -> QuerySet:
    return Service.objects.select_related("area", "unit", "form").order_by("area__order", "area_id", "order", "pk")


def certificates(user: Person, query: QueryDict) -> QuerySet:
    rows = Certificate.objects.visible_to(user).select_related("request__requester", "issued_by", "replaced_by")
    return rows.order_by("-issued_at", "-pk")


LISTINGS = (
    Listing(
        "requests",
        _("requests"),
        (
            SheetColumn(_("number"), lambda row: row.number),
            SheetColumn(_("title"), lambda row: row.title, 40),
            SheetColumn(_("service"), lambda row: str(row.service), 24),
            SheetColumn(_("requester"), lambda row: row.requester.name),
            SheetColumn(_("number of the person"), lambda row: row.requester.number),
            SheetColumn(_("unit"), lambda row: str(row.requester_unit or ""), 24),
            SheetColumn(_("handler"), lambda row: row.handler.name if row.handler else ""),
            SheetColumn(_("state"), lambda row: row.get_state_display()),
            SheetColumn(_("filed"), lambda row: row.submitted_at),
            SheetColumn(_("due"), lambda row: row.due_at),
            SheetColumn(_("closed"), lambda row: row.closed_at),
        ),
        requests,
        is_office,
    ),
    Listing(
        "services",
        _("services"),
        (
            SheetColumn(_("code"), lambda row: row.code),
            SheetColumn(_("name"), lambda row: str(row), 30),
            SheetColumn(_("area"), lambda row: str(row.area), 24),
            SheetColumn(_("description"), lambda row: localized(row.description), 50),
            SheetColumn(_("what people call it"), lambda row: row.keywords, 40),
            SheetColumn(_("handled by"), lambda row: str(row.unit), 24),
            SheetColumn(_("target in working minutes"), lambda row: row.target_minutes),
            SheetColumn(_("first answer in working minutes"), lambda row: row.first_response_minutes),
            SheetColumn(_("what the requester gets"), lambda row: row.get_product_display(), 24),
            SheetColumn(_("offered"), lambda row: _("Yes") if row.is_active else _("No")),
        ),
        services,
        is_manager,
    ),
    Listing(
        "certificates",
        _("certificates"),
        (
            SheetColumn(_("number"), lambda row: row.number),
            SheetColumn(_("requester"), lambda row: row.request.requester.name),
            SheetColumn(_("number of the person"), lambda row: row.request.requester.number),
            SheetColumn(_("request"), lambda row: row.request.number),
            SheetColumn(_("state"), lambda row: row.state_at(now()).label),
            SheetColumn(_("issued"), lambda row: row.issued_at),
            SheetColumn(_("issued by"), lambda row: row.issued_by.name),
            SheetColumn(_("valid until"), lambda row: row.expires_at),
            SheetColumn(_("revoked"), lambda row: row.revoked_at),
            SheetColumn(_("reason"), lambda row: row.revoke_reason, 40),
            SheetColumn(_("replaced by"), lambda row: row.replaced_by.number if row.replaced_by else ""),
        ),
        certificates,
        is_office,
    ),
)
