"""A reserved number whose paper went out without the portal: a short entry, so that it does not end as void."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.documents.enums import NumberUse
from apps.documents.models import DocumentNumber
from apps.documents.services.errors import UnableToNumber
from apps.journal.services import record
from apps.people.models import Person


@transaction.atomic
def note_used_on_paper(
    *, line: DocumentNumber, title: str, receiver: str, on: date, actor: Person, at: datetime | None = None
) -> DocumentNumber:
    """The number stands on a paper: which, to whom it went, and when. Said already: nothing changes.

    Raises UnableToNumber.
    """
    at, title, receiver = at or now(), title.strip(), receiver.strip()
    row = DocumentNumber.objects.select_for_update(of=("self",)).select_related("issued").get(pk=line.pk)
    if row.use == NumberUse.USED:
        return row
    if row.use != NumberUse.RESERVED:
        raise UnableToNumber(_("This number is no longer reserved."))
    if not title or not receiver:
        raise UnableToNumber(_("Say which paper bears the number, and to whom it went."))
    office = office_time()
    if not office.day(row.issued_at) <= on <= office.day(at):
        raise UnableToNumber(_("It went out between the day on which the number was reserved and today."))
    row.use, row.used_title, row.used_to, row.used_on = NumberUse.USED, title[:200], receiver[:200], on
    row.save(update_fields=["use", "used_title", "used_to", "used_on"])
    changes = {"use": [NumberUse.RESERVED, NumberUse.USED], "receiver": row.used_to, "sent_on": on.isoformat()}
    record(actor=actor, verb="number_used", obj=row, changes=changes, note=row.used_title, at=at)
    return row
