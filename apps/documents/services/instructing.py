"""The instruction (批示): each answer is an opinion frozen with the edition that stood before who gave it.

Silence never decides: nothing here looks at a clock.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import OPEN, UnableToDecide, decide
from apps.core.clock import now
from apps.documents.enums import OpinionKind, State
from apps.documents.models import Document, Opinion
from apps.documents.services.editions import give_opinion, latest
from apps.documents.services.errors import Changed, UnableToMove
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.proposing import asked_now
from apps.documents.services.telling import tell_people
from apps.people.deputies import principals
from apps.people.enums import DeputyScope
from apps.people.models import Person

ANSWERS = (StepState.APPROVED, StepState.RETURNED)


@transaction.atomic
def instruct(
    *,
    step: Step,
    decision: StepState,
    words: str = "",
    edition: int | None = None,
    actor: Person,
    at: datetime | None = None,
) -> Document:
    """What `actor` says to step `step`. `edition`: the number of the one that stood on the page.

    When all have agreed the document is handled; a return calls the rest off and gives it back to the handler, with
    all that was said. The same answer again changes nothing. Raises UnableToMove, Changed; PermissionDenied.
    """
    at = at or now()
    row = lock(step.subject)
    if decision not in ANSWERS:
        raise UnableToMove(_("Give an instruction, or return it."))
    known = Opinion.objects.filter(step=step).select_related("author").first()
    text = latest(row)
    if known and known.author != actor and stands_in(actor, step, at):
        raise UnableToMove(_("%(name)s has decided already.") % {"name": known.author.name})
    if known is None and edition is not None and edition != text.number:
        raise Changed(_("The document changed while you had it open. Look again, then decide."))
    if known is None and actor.pk == row.handler_id:
        raise UnableToMove(_("It is in your own hands: somebody else gives the instruction."))
    waiting = {person.pk for person in asked_now(row)}
    try:
        done = decide(step_id=step.pk, actor=actor, decision=decision, note=words, at=at)
    except UnableToDecide as error:
        raise UnableToMove(str(error)) from error
    if known:
        return row
    give_opinion(
        edition=text,
        kind=OpinionKind.INSTRUCTION,
        author=actor,
        on_behalf_of=done.on_behalf_of,
        words=words,
        decision=decision,
        step=done,
        at=at,
    )
    return go_on(row, done, waiting, at)


def stands_in(actor: Person, step: Step, at: datetime) -> bool:
    """Could `actor` have decided for whom the step is asked of?"""
    people = principals(actor, scope=DeputyScope.APPROVALS, at=at)
    return any(person.pk == step.approver_id for person in people)


def go_on(row: Document, done: Step, waiting: set[int], at: datetime) -> Document:
    """Back to the handler, on to the next who is asked, or done."""
    names = {"actor": done.decided_by, "on_behalf_of": done.on_behalf_of}
    if done.state == StepState.RETURNED:
        move(row, State.REGISTERED, **names, at=at, verb="doc_returned", note=done.note)
        tell_people([row.handler], "returned", document=row, actor=done.decided_by, at=at, note=done.note)
    elif Step.objects.about(row).filter(state__in=OPEN).exists():
        touch(row, at=at)
        fresh = [person for person in asked_now(row) if person.pk not in waiting]
        tell_people(fresh, "to_instruct", document=row, actor=done.decided_by, at=at, note=done.note)
    else:
        move(row, State.HANDLING, **names, at=at, verb="doc_instructed", note=done.note)
        tell_people([row.handler], "instructed", document=row, actor=done.decided_by, at=at, note=done.note)
    return row
