"""Which sign-offs a request needs, and which of them it has. Reads, decides nothing.

A turn of the plan stands when one round approved it on the answers as they are now; a round in which anybody said no
does not count. What does not stand is asked again, with every turn after it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.questionnaires.definitions import read_fields
from apps.servicedesk.models import Request
from apps.servicedesk.plan import PlannedStep, needed_steps, plan_from_json

NO = (StepState.RETURNED, StepState.REFUSED)


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
    return still_missing(needed, steps, corrected_at(request))


def corrected_at(request: Request) -> datetime | None:
    """When the answers were last corrected after they had been handed in."""
    if not request.return_count:
        return None
    return request.returns.aggregate(last=Max("corrected_at"))["last"]


def still_missing(needed: Sequence[PlannedStep], steps: Iterable[Step], since: datetime | None) -> list[PlannedStep]:
    """Pure part of `missing_of`: `since` is when the answers last changed."""
    rounds: dict[int, list[Step]] = {}
    for step in steps:
        rounds.setdefault(step.round, []).append(step)
    good = [rows for rows in rounds.values() if not any(row.state in NO for row in rows)]
    for order in sorted({step.order for step in needed}):
        turn = [step for step in needed if step.order == order]
        if not any(turn_stands(turn, rows, since) for rows in good):
            return [step for step in needed if step.order >= order]
    return []


def turn_stands(turn: Sequence[PlannedStep], rows: Iterable[Step], since: datetime | None) -> bool:
    """Did this round approve what the turn needs, after the answers last changed?"""
    given = [row for row in rows if row.order == turn[0].order and row.state == StepState.APPROVED]
    if since and any(row.decided_at < since for row in given):
        return False
    approved, wanted = (Counter(mark(each.name) for each in found) for found in (given, turn))
    return bool(approved & wanted) if turn[0].any_of else wanted <= approved


def mark(name: Mapping[str, str]) -> str:
    return json.dumps(dict(name), sort_keys=True)
