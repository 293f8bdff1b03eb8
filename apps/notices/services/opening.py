"""Open a round of sending: its message, its row, and word to a worker."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from apps.delivery.enums import Channel, Queue
from apps.delivery.services import Text, create_message
from apps.journal.services import record
from apps.notices import ladder
from apps.notices.enums import RoundKind
from apps.notices.models import Notice, Round
from apps.notices.services.nudges import nudge
from apps.people.models import Person

OF_THE_OFFICE = (RoundKind.FIRST, RoundKind.CHANGE, RoundKind.RECALL)  # sent by a person's act, at once


def open_round(
    *,
    notice: Notice,
    kind: RoundKind,
    texts: Mapping[str, Text],
    at: datetime,
    channel: Channel | None = None,
    actor: Person | None = None,
    **fields: object,
) -> Round:
    """A message with these words and its round, the next of the notice; whom it goes to a worker finds when it plans it
    (services.rounds.complete_round). `fields`: others of Round. In the caller's transaction, which holds the notice.

    What an urgent notice says leaves at any hour, except reminders, and the history says so. Word of taking back has no
    end.
    """
    is_urgent = notice.is_urgent and kind != RoundKind.REMINDER
    usual = Queue.NOTICE if kind in OF_THE_OFFICE else Queue.REMINDER
    message = create_message(
        source=f"notices.notice:{notice.pk}",
        texts=texts,
        message_class=notice.notice_class,
        queue=Queue.URGENT if is_urgent else usual,
        target_url=reverse("notices:read", args=[notice.pk]),
        expires_at=notice.expires_at if kind != RoundKind.RECALL else None,
        actor=actor,
        overrides_quiet_hours=is_urgent,
        at=at,
    )
    values = {
        "number": (notice.rounds.aggregate(last=Max("number"))["last"] or 0) + 1,
        "edition": notice.edition,
        "channel": channel or ladder.rungs(notice)[0][0],
        "planned_for": at,
        **fields,
    }
    row = Round.objects.create(notice=notice, kind=kind, message=message, started_by=actor, created_at=at, **values)
    if is_urgent:
        changes = {"channel": str(row.channel)}
        note = notice.urgent_reason
        record(actor=None, verb="overrode_quiet_hours", obj=notice, changes=changes, note=note, at=at)
    if not row.is_complete:
        nudge("notices.complete_round", row.pk, queue=message.queue)
    return row
