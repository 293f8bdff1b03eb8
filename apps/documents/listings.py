"""The register as a spreadsheet."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.clock import now
from apps.core.text import localized
from apps.documents.chips import chip_of, chosen
from apps.documents.models import Document
from apps.journal.listings import Listing
from apps.journal.sheets import SheetColumn
from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person


def is_office(user: Person) -> bool:
    return user.has_role(*OFFICE_ROLES)


def register(user: Person, query: QueryDict) -> QuerySet:
    """As the list narrows and orders them; of what the person may not read not even a line."""
    chip = chip_of(query)
    rows, _form = chosen(user, query, now())
    readable = Document.objects.visible_to(user).values("pk")
    order = ("-" if chip.newest_first else "") + chip.by
    return rows.filter(pk__in=readable).select_related("incoming", "handler", "urgency").order_by(order, "pk")


LISTINGS = (
    Listing(
        "documents",
        _("register of incoming documents"),
        (
            SheetColumn(_("number"), lambda row: row.number, 20),
            SheetColumn(_("registered"), lambda row: row.registered_at),
            SheetColumn(_("sender"), lambda row: row.incoming.sender, 24),
            SheetColumn(_("sender's number"), lambda row: row.incoming.sender_number, 24),
            SheetColumn(_("date of the document"), lambda row: row.incoming.sender_date),
            SheetColumn(_("title"), lambda row: row.title, 50),
            SheetColumn(pgettext_lazy("document", "kind"), lambda row: row.get_kind_display()),
            SheetColumn(_("urgency"), lambda row: localized(row.urgency.name) if row.urgency else ""),
            SheetColumn(_("state"), lambda row: row.get_state_display()),
            SheetColumn(pgettext_lazy("document", "handler"), lambda row: row.handler.name if row.handler else ""),
            SheetColumn(_("due"), lambda row: row.due_at),
            SheetColumn(pgettext_lazy("document", "closed"), lambda row: row.closed_at),
            SheetColumn(_("what came of it"), lambda row: row.closing_words, 40),
            SheetColumn(_("copies"), lambda row: row.incoming.copies),
            SheetColumn(_("where the paper lies"), lambda row: row.incoming.place, 24),
        ),
        register,
        is_office,
    ),
)
