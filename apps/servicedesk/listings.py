"""The lists of the service desk that can be taken out as a spreadsheet."""

from types import SimpleNamespace

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.text import localized
from apps.journal.listings import Listing
from apps.journal.sheets import SheetColumn
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Person
from apps.servicedesk.forms import PaperFilter
from apps.servicedesk.models import Service, TimeSpent
from apps.servicedesk.papers.listing import chosen_papers, with_names
from apps.servicedesk.services.many import MOST

MANAGERS = (Role.DIRECTOR, Role.ADMINISTRATOR)


def is_office(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES)


def is_manager(user: Person) -> bool:
    return user.has_role(*MANAGERS)


def requests(user: Person, query: QueryDict) -> QuerySet:
    """As the list narrows and orders them: its own functions say it, so that list and sheet cannot differ. Ticked rows
    (`pk`) alone where some are ticked.
    """
    from apps.servicedesk.views import listing  # noqa: PLC0415 (the page knows this module)

    asked = SimpleNamespace(user=user, GET=query)
    chip = listing.chip_of(asked)
    order = ("-" if chip.newest_first else "") + chip.by
    if "pk" in query:
        rows, order = listing.all_rows(user).filter(pk__in=keys_in(query)), "pk"
    else:
        rows, _narrowed = listing.chosen(asked, chip, now())
    rows = rows.select_related(*listing.NAMES, "unit", "service__area").annotate(minutes_spent=minutes_spent())
    return rows.order_by(order, "pk")


def keys_in(query: QueryDict) -> list[int]:
    return [int(text) for text in query.getlist("pk") if text.isdecimal() and len(text) < 19][:MOST]


def minutes_spent() -> Subquery:
    """What handlers wrote down for a request; nothing where nobody did."""
    spent = TimeSpent.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return Subquery(spent.annotate(total=Sum("minutes")).values("total"))


def services(user: Person, query: QueryDict) -> QuerySet:
    return Service.objects.select_related("area", "unit", "form").order_by("area__order", "area_id", "order", "pk")


def certificates(user: Person, query: QueryDict) -> QuerySet:
    rows = chosen_papers(user, PaperFilter(query).chosen(), now())
    return with_names(rows).select_related("issued_by", "replaced_by").order_by("-issued_at", "-pk")


LISTINGS = (
    Listing(
        "requests",
        _("requests"),
        (
            SheetColumn(_("number"), lambda row: row.number, code="number"),
            SheetColumn(_("title"), lambda row: row.title, 40, code="title"),
            SheetColumn(_("service"), lambda row: str(row.service), 24, code="service"),
            SheetColumn(_("requester"), lambda row: row.requester.name, code="requester"),
            SheetColumn(_("number of the person"), lambda row: row.requester.number, code="person"),
            SheetColumn(_("unit"), lambda row: str(row.requester_unit or ""), 24, code="unit"),
            SheetColumn(_("handler"), lambda row: row.handler.name if row.handler else "", code="handler"),
            SheetColumn(_("state"), lambda row: row.get_state_display(), code="state"),
            SheetColumn(_("filed"), lambda row: row.submitted_at, code="filed"),
            SheetColumn(_("due"), lambda row: row.due_at, code="due"),
            SheetColumn(_("closed"), lambda row: row.closed_at, code="closed"),
            SheetColumn(_("area"), lambda row: str(row.service.area), 24, code="area", usual=False),
            SheetColumn(_("handled by"), lambda row: str(row.unit), 24, code="handled_by", usual=False),
            SheetColumn(_("priority"), lambda row: row.get_priority_display(), code="priority", usual=False),
            SheetColumn(_("first answer"), lambda row: row.first_response_at, code="first_answer", usual=False),
            SheetColumn(_("last event"), lambda row: row.last_event_at, code="last_event", usual=False),
            SheetColumn(_("working minutes used"), lambda row: row.used_minutes, code="used", usual=False),
            SheetColumn(_("times returned"), lambda row: row.return_count, code="returned", usual=False),
            SheetColumn(_("minutes spent"), lambda row: row.minutes_spent, code="minutes", usual=False),
            SheetColumn(_("rating"), lambda row: row.rating, code="rating", usual=False),
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
            SheetColumn(_("holder"), lambda row: row.person.name),
            SheetColumn(_("number of the person"), lambda row: row.person.number),
            SheetColumn(_("request"), lambda row: row.origin or ""),
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
