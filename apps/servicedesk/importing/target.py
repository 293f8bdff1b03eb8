"""Old requests as a Target of imports: the pieces of this package behind the protocol."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.imports.models import Batch, Row
from apps.imports.targets import Problem, Progress
from apps.people.models import Person
from apps.servicedesk.importing.columns import COLUMNS
from apps.servicedesk.importing.plan import check_row, plan_rows
from apps.servicedesk.importing.undo import undo_rows
from apps.servicedesk.importing.write import write_rows


class OldRequests:
    code = "requests"
    label = _("requests of an old system")
    columns = COLUMNS
    shown = ("old_number", "person", "service")
    asks_role = False
    undo_words = _("The requests that came with this file are removed, their numbers become void.")
    words = {
        "needed": _("This is missing."),
        "unknown_state": _("“%(value)s” is no state that is known: open, closed, refused or withdrawn."),
        "no_moment": _("“%(value)s” is no day. Write it like 2025-03-04 or 2025-03-04 10:20."),
        "closed_when": _("What is closed needs the day on which it was closed."),
        "closed_before": _("It was closed before it was filed."),
        "in_future": _("This day is still to come."),
        "same_old_number": _("Line %(line)s has the same old number."),
        "other_request": _("This old number belongs to %(number)s already, which is of another person or service."),
        "no_person": _("Nobody has the number %(value)s. Bring in the roster first."),
        "no_service": _("“%(value)s” is no service: give its code or its name."),
        "no_form": _("The service %(value)s has no published form yet."),
        "no_handler": _("%(value)s does not handle requests; it comes in without a handler."),
    }

    def guess_options(self, titles: list[str]) -> dict[str, object]:
        return {}

    def validate(self, values: dict[str, str]) -> list[Problem]:
        return check_row(values)

    def plan(self, rows: Sequence[Row], *, options: dict[str, object], at: datetime) -> dict[str, object]:
        return plan_rows(rows, at=at)

    def commit(
        self, batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress
    ) -> None:
        write_rows(batch, rows, actor=actor, at=at, progress=progress)

    def undo(
        self, batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress
    ) -> dict[int, str]:
        return undo_rows(batch, rows, actor=actor, at=at, progress=progress)
