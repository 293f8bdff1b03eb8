"""How far a paper is: the points of its rounds, who has it now, and whether its text is the signed one."""

from collections.abc import Sequence
from datetime import datetime

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import OPEN
from apps.dispatch.models import Draft, SignPoint
from apps.documents.deadlines import due_for
from apps.documents.enums import OpinionKind
from apps.documents.models import Document, Edition, Opinion
from apps.journal.models import Entry
from apps.people.models import Person

BESIDE = ("step__approver", "step__unit", "step__decided_by", "step__on_behalf_of", "edition")


def points_of(document: Document) -> list[SignPoint]:
    """All rounds, oldest first (one query)."""
    rows = SignPoint.objects.filter(document=document).select_related(*BESIDE)
    return list(rows.order_by("step__round", "step__order", "step__place"))


def last_round(document: Document) -> list[SignPoint]:
    points = points_of(document)
    return [point for point in points if point.step.round == points[-1].step.round] if points else []


def open_points(document: Document) -> list[SignPoint]:
    return [point for point in last_round(document) if point.step.state in OPEN]


def signature_of(edition: Edition) -> Opinion | None:
    """The signature on this very edition (one query)."""
    rows = Opinion.objects.filter(edition=edition, kind=OpinionKind.SIGN, decision=StepState.APPROVED)
    return rows.select_related("author", "on_behalf_of", "step").order_by("-at", "-pk").first()


def deciders_of(edition: Edition, *kinds: str) -> set[int]:
    """Keys of those who agreed to this edition at these points, and of those for whom they did (one query)."""
    rows = Opinion.objects.filter(edition=edition, kind__in=kinds, decision=StepState.APPROVED)
    return {key for pair in rows.values_list("author", "on_behalf_of") for key in pair if key is not None}


def signer_of(draft: Draft, signature: Opinion | None) -> Person:
    """Whose name the paper bears: who signed it, or whoever a deputy signed for; before that who is to sign."""
    return (signature.on_behalf_of or signature.author) if signature else draft.signer


def is_final_checked(edition: Edition) -> bool:
    rows = Opinion.objects.filter(edition=edition, kind=OpinionKind.FINAL_CHECK, decision=StepState.APPROVED)
    return rows.exists()


def of_nobody(document: Document) -> set[int]:
    """Keys of its steps that are asked of nobody who is there (one query)."""
    return set(Step.objects.about(document).asked_of_nobody().values_list("pk", flat=True))


def who_has(drafts: Sequence[Draft]) -> list[list[str]]:
    """For each paper the names of those who are asked now (one query)."""
    rows = SignPoint.objects.filter(document__in=[draft.pk for draft in drafts], step__state=StepState.ASKED)
    found: dict[int, list[str]] = {}
    for point in rows.select_related("step__approver", "step__unit").order_by("step__place"):
        found.setdefault(point.document_id, []).append(name_of(point.step))
    return [found.get(draft.pk, []) for draft in drafts]


def name_of(step: Step) -> str:
    """Whom a step is asked of: a person, or a post (in a unit)."""
    if step.approver:
        return step.approver.name
    role = str(step.get_role_display())
    return f"{step.unit} {role}" if step.unit else role


def counted_from(row: Document) -> datetime | None:
    """When it was put up so that its urgency gave the date that stands; None where there is no such (one query)."""
    if row.due_at is None or row.urgency is None:
        return None
    moments = Entry.objects.about(row).filter(verb="put_up").order_by("-at").values_list("at", flat=True)
    return next((at for at in moments if due_for(row, at) == row.due_at), None)
