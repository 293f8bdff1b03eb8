"""The roster as a Target: the pieces of this package behind the protocol."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.imports.models import Batch, Row
from apps.imports.roster.checks import check_row
from apps.imports.roster.columns import COLUMNS, guess_role
from apps.imports.roster.plan import Plan, plan_rows
from apps.imports.roster.undo import undo_rows
from apps.imports.roster.write import write_rows
from apps.imports.targets import Problem, Progress
from apps.people.models import Person


class Roster:
    code = "roster"
    label = _("people of the college")
    columns = COLUMNS
    shown = ("number", "name", "unit")
    asks_role = True
    undo_words = _(
        "%(created)s people who came with this file are deactivated, %(updated)s get back what they had before."
    )
    words: dict[str, str] = {}

    def guess_options(self, titles: list[str]) -> dict[str, object]:
        """What the folded headings say about the file: are these students or staff?"""
        return {"role": guess_role(titles)}

    def validate(self, values: dict[str, str]) -> list[Problem]:
        return check_row(values)

    def plan(self, rows: Sequence[Row], *, options: dict[str, object], at: datetime) -> dict[str, object]:
        plan = Plan(str(options["role"]), set(options.get("renames", [])), bool(options.get("may_reactivate")))
        return plan_rows(rows, plan, at=at)

    def commit(
        self, batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress
    ) -> None:
        write_rows(batch, rows, role=batch.options["role"], actor=actor, at=at, progress=progress)

    def undo(
        self, batch: Batch, rows: Sequence[Row], *, actor: Person | None, at: datetime, progress: Progress
    ) -> dict[int, str]:
        return undo_rows(batch, rows, actor=actor, at=at, progress=progress)
