"""Which sign-offs a request needs, and which of them it has. Reads, decides nothing.

A turn of the plan stands when one round approved it on the answers as they are now; a round in which anybody said no
does not count. What does not stand is asked again, with every turn after it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.questionnaires.definitions import read_fields
from apps.servicedesk.catalogue_enums import OfficePart
from apps.servicedesk.models import Request
from apps.servicedesk.plan import PlannedStep, needed_steps, plan_from_json

NO = (StepState.RETURNED, StepState.REFUSED)


@dataclass(frozen=True)
class OfficeMark:
    """An answer of the office's own: since when it is there (None: from the beginning), when it was changed last after
    that (None: never), and whether filling it in for the first time already changes what is decided about.
    """

    given_at: datetime | None
    changed_at: datetime | None
    counts: bool = False

    def voids(self, decided_at: datetime, *, before_office: bool = False) -> bool:
        """Is the answer another now than when that was decided? `before_office`: decided before the office begins,
        when its part cannot be there yet.
        """
        if self.given_at is not None and self.given_at > decided_at:
            return self.counts and not before_office
        return self.changed_at is not None and self.changed_at > decided_at


def marks_of(request: Request) -> list[OfficeMark]:
    return [
        OfficeMark(_moment(each.get("given")), _moment(each.get("changed")), bool(each.get("counts")))
        for each in request.office_marks.values()
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def mark_office(request: Request, before: Mapping[str, object], *, changed: Iterable[str], at: datetime) -> None:
    """Note on the row that these answers of the office were given or changed at `at`; `before`: all answers until then.
    Filled in for the first time is no change, unless the service wants it before anybody is asked. The caller saves.
    """
    first_counts = request.service.office_part == OfficePart.BEFORE_APPROVAL
    for key in changed:
        if key in before or key in request.office_marks:
            request.office_marks[key] = {**request.office_marks.get(key, {}), "changed": at.isoformat()}
        else:
            request.office_marks[key] = {"given": at.isoformat(), "counts": first_counts}


def needed_of(request: Request) -> list[PlannedStep]:
    """The steps of its plan that its answers call for."""
    if not request.plan:
        return []
    answer_set = request.answer_set
    return needed_steps(plan_from_json(request.plan), read_fields(answer_set.form_version), answer_set.answers)


def missing_of(request: Request, steps: Sequence[Step] | None = None) -> list[PlannedStep]:
    """What has to be asked (again) now: the first turn that does not stand, and all after it (two queries at most)."""
    needed = needed_of(request)
    if not needed:
        return []
    steps = list(Step.objects.about(request)) if steps is None else steps
    return still_missing(needed, steps, corrected_at(request), marks_of(request))


def corrected_at(request: Request) -> datetime | None:
    """When the answers were last corrected after they had been handed in."""
    if not request.return_count:
        return None
    return request.returns.aggregate(last=Max("corrected_at"))["last"]


def still_missing(
    needed: Sequence[PlannedStep],
    steps: Iterable[Step],
    since: datetime | None,
    marks: Sequence[OfficeMark] = (),
) -> list[PlannedStep]:
    """Pure part of `missing_of`: `since` is when the requester's answers last changed, `marks` are the office's."""
    rounds: dict[int, list[Step]] = {}
    for step in steps:
        rounds.setdefault(step.round, []).append(step)
    good = [rows for rows in rounds.values() if not any(row.state in NO for row in rows)]
    for order in sorted({step.order for step in needed}):
        turn = [step for step in needed if step.order == order]
        if not any(turn_stands(turn, rows, since, marks) for rows in good):
            return [step for step in needed if step.order >= order]
    return []


def turn_stands(
    turn: Sequence[PlannedStep], rows: Iterable[Step], since: datetime | None, marks: Sequence[OfficeMark] = ()
) -> bool:
    """Did this round approve what the turn needs, after the answers last changed?"""
    given = [row for row in rows if row.order == turn[0].order and row.state == StepState.APPROVED]
    if any(is_outdated(row.decided_at, since, marks, before_office=turn[0].is_at_once) for row in given):
        return False
    approved, wanted = (Counter(mark(each.name) for each in found) for found in (given, turn))
    return bool(approved & wanted) if turn[0].any_of else wanted <= approved


def is_outdated(
    decided_at: datetime, since: datetime | None, marks: Iterable[OfficeMark], *, before_office: bool = False
) -> bool:
    """Are the answers other ones than those that were decided about?"""
    return bool(since and decided_at < since) or any(
        each.voids(decided_at, before_office=before_office) for each in marks
    )


def mark(name: Mapping[str, str]) -> str:
    return json.dumps(dict(name), sort_keys=True)
