"""A person decides that a message goes once more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.enums import Channel, DeliveryState
from apps.delivery.models import Delivery
from apps.delivery.services.nudges import nudge
from apps.journal.services import record
from apps.people.models import Person


class UnableToSendAgain(Exception):
    """The message is under way, was handed over, came back, or its message is past its end."""


@transaction.atomic
def send_again(*, delivery_id: int, actor: Person, at: datetime | None = None) -> Delivery:
    """Plan a failed or uncertain message once more; a mail keeps its Message-ID. Raises UnableToSendAgain."""
    at = at or now()
    row = Delivery.objects.select_for_update(of=("self",)).select_related("message").get(pk=delivery_id)
    if not row.may_be_sent_again(at):
        raise UnableToSendAgain(_("This message cannot be sent again: it is under way or was handed over."))
    record(actor=actor, verb="sent_again", obj=row, changes={"state": [row.state, DeliveryState.PLANNED]}, at=at)
    row.state, row.not_before, row.lease_until, row.on_wire_at, row.first_tried_at = (
        DeliveryState.PLANNED,
        at,
        None,
        None,
        None,
    )
    row.save(update_fields=["state", "not_before", "lease_until", "on_wire_at", "first_tried_at"])
    nudge(row.queue, Channel(row.channel))
    return row
