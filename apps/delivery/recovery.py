"""What a sender that died left behind on this machine: its answers are written down, what it never began waits again.

Only the mail that was under way is uncertain. Of a sender on another machine, or before a restart of the kernel, the
lease ends (`sweeps.end_leases`) and all that may have left is uncertain.
"""

from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.delivery.claims import held_rows, undo_tries
from apps.delivery.models import Delivery
from apps.delivery.outcomes import Told, settle_all
from apps.delivery.parking import become_uncertain
from apps.delivery.smtp import Fate
from apps.delivery.wire_log import Left, Window, of_the_dead

UNSETTLED = 2  # the last windows of a log: earlier ones were committed before the last was marked
log = structlog.get_logger(__name__)


def take_up(at: datetime) -> int:
    """Settle what dead senders of this machine left; gives the number of their mails. Safe to run twice, and beside
    living senders. A log that cannot be used is put away: its mails end with their lease.
    """
    with of_the_dead() as found:
        mails = sum(settle_log(left, at) for left in found)
    if found:
        log.warning("dead_senders_taken_up", senders=len(found), mails=mails)
    return mails


def settle_log(left: Left, at: datetime) -> int:
    try:
        with transaction.atomic():
            return sum(settle_window(left, window, at) for window in left.windows[-UNSETTLED:])
    except (OperationalError, InterfaceError):  # the database is away: the log is kept for the next time
        raise
    except Exception:
        log.exception("wire_log_unusable")
        return 0


def settle_window(left: Left, window: Window, at: datetime) -> int:
    """What is known of each mail; rows that somebody else holds by now only get the facts."""
    held = list(Delivery.objects.filter(held_rows(window.ids, window.lease)).select_for_update().order_by("pk"))
    keys = {row.pk for row in held}
    settle_all(answers_in(window, keys), lease=window.lease, at=at)
    silent = [row for row in held if row.pk not in window.told]
    if left.is_whole:
        for row in silent:
            if row.pk in window.begun:
                become_uncertain(row, at)
        never_begun = [row for row in silent if row.pk not in window.begun]
        forget_try(never_begun, window.lease, at)
    return len(held)


def answers_in(window: Window, held: set[int]) -> list[Told]:
    """The answers about rows of this claim, and that a mail was taken whoever has its row now: a fact is a fact."""
    lines = {pk: line for pk, line in window.told.items() if pk in held or line.answer.fate == Fate.TAKEN}
    same_try = Delivery.objects.filter(pk__in=lines, on_wire_at=window.at)  # also says that it is the same database
    rows = same_try.select_related("message", "person")
    told = []
    for row in rows.order_by("pk"):
        row.attempts = lines[row.pk].attempts
        told.append(Told(row, lines[row.pk].answer, lines[row.pk].at))
    return told


def forget_try(rows: list[Delivery], lease: datetime, at: datetime) -> None:
    """They were marked, and the sender died before their turn: that was no try."""
    for row in rows:
        row.first_tried_at = None if row.attempts == 1 else row.first_tried_at
    if rows:
        undo_tries(rows, lease, not_before=at, answer="")
