"""Proposed handling (擬辦), and who is asked for an instruction (批示)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import UnableToAsk, Wanted, add_step, ask_in_order, call_off
from apps.core.clock import now
from apps.documents.enums import OpinionKind, Purpose, State, Why
from apps.documents.models import Document, Opinion, Proposal
from apps.documents.services.concerned import involve
from apps.documents.services.editions import give_opinion, write_edition
from apps.documents.services.errors import UnableToMove
from apps.documents.services.locking import lock, move, touch
from apps.documents.services.registering import words_of
from apps.documents.services.telling import tell_people
from apps.people.models import Person, Unit

INSTRUCTION = {"zh-hant": "批示", "zh-hans": "批示", "en": "instruction"}
MAY_PROPOSE = (State.REGISTERED, State.HANDLING)


@dataclass(frozen=True)
class Plan:
    """What the handler proposes: for reading with readers, or for action with one lead unit and its helpers."""

    words: str
    purpose: str = Purpose.ACTION
    lead: Unit | None = None
    helpers: Sequence[Unit] = field(default_factory=tuple)
    readers: Sequence[Person] = field(default_factory=tuple)
    asks: str = ""
    due_on: date | None = None


@transaction.atomic
def propose(
    *,
    document: Document,
    plan: Plan,
    deciders: Sequence[Person] = (),
    in_turn: bool = True,
    version: int | None = None,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Opinion:
    """Write the proposal down, frozen with the edition it is about, and ask the `deciders`, one after the other or all
    at once. Without any it is only kept. Raises UnableToMove, Changed.
    """
    at = at or now()
    row = lock(document, version=version)
    check_plan(row, plan)
    row.purpose = plan.purpose
    edition = write_edition(document=row, words=words_of(row), actor=actor, on_behalf_of=on_behalf_of, at=at)
    said = give_opinion(
        edition=edition,
        kind=OpinionKind.PROPOSAL,
        author=actor,
        on_behalf_of=on_behalf_of,
        words=plan.words,
        at=at,
    )
    made = Proposal.objects.create(
        opinion=said, purpose=plan.purpose, lead=plan.lead, asks=plan.asks.strip(), due_on=plan.due_on
    )
    made.helpers.set(plan.helpers)
    made.readers.set(plan.readers)
    if deciders:
        ask(row, said, deciders, in_turn, actor, on_behalf_of, at)
    else:
        touch(row, at=at)
    return said


def check_plan(row: Document, plan: Plan) -> None:
    if row.state not in MAY_PROPOSE:
        raise UnableToMove(
            _("“%(title)s” is %(state)s; this cannot be done now.")
            % {"title": row.title, "state": row.get_state_display()}
        )
    if not plan.words.strip():
        raise UnableToMove(_("Write down how you propose to handle it."))
    if plan.helpers and plan.lead is None:
        raise UnableToMove(_("Helpers answer to a lead unit: name one."))
    if plan.lead and plan.lead in plan.helpers:
        raise UnableToMove(_("The lead unit is not its own helper."))


def ask(
    row: Document,
    said: Opinion,
    deciders: Sequence[Person],
    in_turn: bool,
    actor: Person,
    on_behalf_of: Person | None,
    at: datetime,
) -> None:
    own = whose_own(row, actor, on_behalf_of)
    if own.intersection(deciders):
        raise UnableToMove(_("Nobody asks themselves for an instruction."))
    wanted = [
        Wanted(INSTRUCTION, approver=person, order=place if in_turn else 1)
        for place, person in enumerate(deciders, start=1)
    ]
    try:
        ask_in_order(subject=row, steps=wanted, due_at=row.due_at, barred=own, actor=actor, at=at)
    except UnableToAsk as error:
        raise UnableToMove(str(error)) from error
    involve(row, *deciders, why=Why.DECIDES, actor=actor, at=at)
    move(row, State.PROPOSED, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_asked", note=said.words)
    tell_people(asked_now(row), "to_instruct", document=row, actor=actor, at=at, note=said.words)


def whose_own(row: Document, actor: Person, on_behalf_of: Person | None) -> set[Person]:
    """Whose proposal it is: none of them decides about it, nor in somebody's place."""
    return {person for person in (row.handler, actor, on_behalf_of) if person}


def asked_now(row: Document) -> list[Person]:
    steps = Step.objects.about(row).filter(state="asked", approver__isnull=False).select_related("approver")
    return [step.approver for step in steps]


@transaction.atomic
def ask_one_more(
    *, document: Document, person: Person, actor: Person, on_behalf_of: Person | None = None, at: datetime | None = None
) -> Step:
    """One more decider beside those who are asked now. Raises UnableToMove."""
    at = at or now()
    row = lock(document)
    if row.state != State.PROPOSED:
        raise UnableToMove(_("No instruction is asked for now."))
    steps = Step.objects.about(row)
    if person in whose_own(row, actor, on_behalf_of) or person.pk in steps.last().barred:
        raise UnableToMove(_("Nobody asks themselves for an instruction."))
    if steps.filter(round=steps.last().round, approver=person).exists():
        raise UnableToMove(_("This person is asked already."))
    order = steps.filter(state=StepState.ASKED).last().order
    try:
        step = add_step(subject=row, wanted=Wanted(INSTRUCTION, approver=person, order=order), actor=actor, at=at)
    except UnableToAsk as error:
        raise UnableToMove(str(error)) from error
    involve(row, person, why=Why.DECIDES, actor=actor, at=at)
    touch(row, at=at)
    last = Opinion.objects.filter(document=row, kind=OpinionKind.PROPOSAL).order_by("-at", "-pk").first()
    tell_people([person], "to_instruct", document=row, actor=actor, at=at, note=last.words if last else "")
    return step


@transaction.atomic
def withdraw_question(
    *,
    document: Document,
    reason: str,
    actor: Person,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Document:
    """Nobody is asked any more; what was said stays. Raises UnableToMove."""
    at, reason = at or now(), reason.strip()
    row = lock(document)
    if row.state != State.PROPOSED:
        raise UnableToMove(_("No instruction is asked for now."))
    if not reason:
        raise UnableToMove(_("Write down why."))
    told = asked_now(row)
    call_off(subject=row, actor=actor, note=reason, at=at)
    move(row, State.REGISTERED, actor=actor, on_behalf_of=on_behalf_of, at=at, verb="doc_withdrawn", note=reason)
    tell_people(told, "withdrawn", document=row, actor=actor, at=at, note=reason)
    return row
