"""Ask for a sign-off, decide it, call it off.

The app above owns the address people post to: it calls `decide` and moves its own thing in the same transaction.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.approvals.enums import DECISIONS, NEEDS_NOTE, StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.journal.services import record, redact
from apps.people.deputies import principals
from apps.people.enums import DeputyScope
from apps.people.models import Person, Unit

OPEN = (StepState.WAITING, StepState.ASKED)


class UnableToAsk(Exception):
    """A sign-off of this thing is asked for already, or nobody was named."""


class UnableToDecide(Exception):
    """The step is decided otherwise or called off, changed meanwhile, or the reason is missing."""


@dataclass(frozen=True)
class Wanted:
    """One sign-off to ask for: of a person, or of whoever holds `role` (in `unit`). The same `order`: at the same time;
    `any_of`: one of that order is enough.
    """

    name: Mapping[str, str]
    role: str = ""
    approver: Person | None = None
    unit_id: int | None = None
    order: int = 1
    any_of: bool = False
    barred: tuple[int, ...] = ()  # keys of people who may not decide this one, beside those barred in the round

    def values(self, barred: Iterable[int]) -> dict[str, object]:
        """The fields of its step. `barred`: in the round."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        return plain | {"barred": sorted({*barred, *self.barred})}


def ask(
    *,
    subject: models.Model,
    name: Mapping[str, str],
    actor: Person,
    role: str = "",
    approver: Person | None = None,
    unit: Unit | None = None,
    due_at: datetime | None = None,
    barred: Collection[Person] = (),
    at: datetime | None = None,
) -> Step:
    """A round with one step, see `ask_in_order`."""
    wanted = Wanted(name, role=role, approver=approver, unit_id=unit.pk if unit else None)
    return ask_in_order(subject=subject, steps=[wanted], due_at=due_at, barred=barred, actor=actor, at=at)[0]


@transaction.atomic
def ask_in_order(
    *,
    subject: models.Model,
    steps: Sequence[Wanted],
    actor: Person,
    due_at: datetime | None = None,
    barred: Collection[Person] = (),
    at: datetime | None = None,
) -> list[Step]:
    """A new round of sign-offs of `subject`: the first order is asked now, the later ones wait for it. Gives all.

    The `barred` may not decide any of them, nor anybody as their deputy. The caller holds the lock on `subject`. Raises
    UnableToAsk when a step of it is open, or nobody is named.
    """
    at = at or now()
    if not steps or any(not step.role and step.approver is None for step in steps):
        raise UnableToAsk(_("Say who is to decide."))
    known = Step.objects.about(subject)
    if known.filter(state__in=OPEN).exists():
        raise UnableToAsk(_("A decision about this is asked for already."))
    last = known.order_by().aggregate(last=Max("round"))["last"] or 0
    ordered, places, made = sorted(steps, key=lambda step: step.order), Counter[int](), []
    for step in ordered:
        places[step.order] += 1
        row = Step(
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            round=last + 1,
            place=places[step.order],
            due_at=due_at,
            created_at=at,
            **step.values(person.pk for person in barred),
        )
        if step.order == ordered[0].order:
            row.state, row.asked_at = StepState.ASKED, at
        row.save()
        made.append(row)
    for row in made:
        if row.state == StepState.ASKED:
            note_asked(row, actor=actor, at=at)
    return made


@transaction.atomic
def add_step(
    *, subject: models.Model, wanted: Wanted, actor: Person, note: str = "", at: datetime | None = None
) -> Step:
    """One more sign-off in the round of `subject` that runs (加簽). With the order of steps that are asked now it is
    asked at once, with a later one it waits; who is barred in the round is barred here. The caller holds the lock on
    `subject`. Raises UnableToAsk: no round runs, the order is over, another of it is enough, or it is asked already.
    """
    at = at or now()
    check_named(wanted)
    known = Step.objects.about(subject)
    rest = list(known.filter(state__in=OPEN).select_for_update())
    if not rest:
        raise UnableToAsk(_("No decision about this is asked for."))
    asked_now = min(step.order for step in rest)
    same = [step for step in rest if step.order == wanted.order]
    if wanted.order < asked_now or wanted.any_of or any(step.any_of for step in same):
        raise UnableToAsk(_("Nobody can be added at this point any more."))
    if any(is_of(step, wanted) for step in rest if step.order == wanted.order):
        raise UnableToAsk(_("They are asked already."))
    places = known.filter(round=rest[0].round, order=wanted.order).order_by()
    row = Step(
        subject_type=rest[0].subject_type,
        subject_id=subject.pk,
        round=rest[0].round,
        place=(places.aggregate(last=Max("place"))["last"] or 0) + 1,
        due_at=rest[0].due_at,
        created_at=at,
        **wanted.values(rest[0].barred),
    )
    if wanted.order == asked_now:
        row.state, row.asked_at = StepState.ASKED, at
    row.save()
    record(actor=actor, verb="step_added", obj=row, changes={"state": [None, row.state]}, note=note, at=at)
    return row


@transaction.atomic
def change_step(*, step_id: int, wanted: Wanted, actor: Person, note: str, at: datetime | None = None) -> Step:
    """Somebody else in place of who is not asked yet, or has left (改分), with the reason. The caller holds
    the lock on the subject. Raises UnableToAsk.
    """
    at, note = at or now(), note.strip()
    check_named(wanted)
    step = Step.objects.select_for_update().get(pk=step_id)
    if step.state != StepState.WAITING and not Step.objects.asked_of_nobody().filter(pk=step.pk).exists():
        raise UnableToAsk(_("Only who is not asked yet, or has left, can be replaced."))
    if not note:
        raise UnableToAsk(_("Write down why somebody else is asked."))
    before = {"approver": step.approver_id, "role": step.role, "unit": step.unit_id}
    step.approver, step.role, step.unit_id = wanted.approver, wanted.role, wanted.unit_id
    step.version += 1
    step.save(update_fields=["approver", "role", "unit", "version"])
    after = {"approver": step.approver_id, "role": step.role, "unit": step.unit_id}
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    record(actor=actor, verb="step_changed", obj=step, changes=changes, note=note, at=at)
    return step


def check_named(wanted: Wanted) -> None:
    if not wanted.role and wanted.approver is None:
        raise UnableToAsk(_("Say who is to decide."))


def is_of(step: Step, wanted: Wanted) -> bool:
    """Is the step asked of the same person or post?"""
    person = wanted.approver.pk if wanted.approver else None
    return (step.approver_id, step.role, step.unit_id) == (person, wanted.role, wanted.unit_id)


def note_asked(step: Step, *, actor: Person, at: datetime) -> None:
    record(actor=actor, verb="ask", obj=step, changes={"state": [StepState.WAITING, StepState.ASKED]}, at=at)


@transaction.atomic
def decide(
    *,
    step_id: int,
    actor: Person,
    decision: StepState,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Step:
    """Write a decision (approved, returned, refused) with its name, or both names when a deputy decides, and go on:
    the next order is asked when this one is done; a "no" calls the rest of the round off.

    Of two who decide at once the first wins. The same decision again changes nothing; another one raises
    UnableToDecide, as do a called-off step, an old `version` and a "no" without reason. Raises PermissionDenied for who
    is not asked.
    """
    at, note = at or now(), note.strip()
    if decision not in DECISIONS:
        raise UnableToDecide(_("Choose approve, send back or refuse."))
    step = Step.objects.select_for_update().get(pk=step_id)
    if step.state != StepState.ASKED:
        return settled(step, decision=decision, actor=actor)
    principal = capacity(step, actor, at)
    if version is not None and version != step.version:
        raise UnableToDecide(_("This changed while you had it open. Look again, then decide."))
    if decision in NEEDS_NOTE and not note:
        raise UnableToDecide(_("Write down why: the other side reads it."))
    step.state, step.note = decision, note
    step.decided_by, step.on_behalf_of, step.decided_at = actor, principal, at
    step.version += 1
    step.save()
    record(
        actor=actor,
        on_behalf_of=principal,
        verb=str(decision),
        obj=step,
        changes={"state": [StepState.ASKED, decision]},
        note=note,
        at=at,
    )
    go_on(step, actor=actor, at=at)
    return step


def go_on(step: Step, *, actor: Person, at: datetime) -> None:
    """What the decision of `step` means for the rest of its round (locked in the order of their keys)."""
    same_round = Step.objects.filter(
        subject_type=step.subject_type_id, subject_id=step.subject_id, round=step.round, state__in=OPEN
    )
    rest = list(same_round.select_for_update().order_by("pk"))
    here = [each for each in rest if each.order == step.order]
    if step.state != StepState.APPROVED:
        cancel(rest, actor=actor, note=step.note, at=at)
        return
    if step.any_of:
        cancel(here, actor=actor, note="", at=at)
    elif here:
        return
    later = [each for each in rest if each.order > step.order]
    for each in later:
        if each.order == min(row.order for row in later):
            each.state, each.asked_at = StepState.ASKED, at
            each.version += 1
            each.save(update_fields=["state", "asked_at", "version"])
            note_asked(each, actor=actor, at=at)


def settled(step: Step, *, decision: StepState, actor: Person) -> Step:
    """What a second decision meets: the same one is harmless for who may know of it, another is refused."""
    if not asks(step, actor) and actor not in (step.decided_by, step.on_behalf_of):
        raise PermissionDenied(_("This is not yours to decide."))
    if step.state == decision:
        return step
    if step.state not in DECISIONS:
        raise UnableToDecide(_("No decision is needed any more."))
    raise UnableToDecide(
        _("%(name)s has decided already: %(decision)s.")
        % {"name": step.decided_by.name, "decision": step.get_state_display()}
    )


def capacity(step: Step, actor: Person, at: datetime) -> Person | None:
    """None when `actor` decides in the own name, else for whom. Raises PermissionDenied, also when the matter is the
    own one of `actor` or of everybody `actor` stands in for.
    """
    if actor.pk in step.barred:
        raise PermissionDenied(_("Nobody decides about their own request. Somebody else has to."))
    if asks(step, actor):
        return None
    asked = [person for person in principals(actor, scope=DeputyScope.APPROVALS, at=at) if asks(step, person)]
    for principal in asked:
        if principal.pk not in step.barred:
            return principal
    if asked:
        raise PermissionDenied(_("A deputy does not decide about the request of the person stood in for."))
    raise PermissionDenied(_("This is not yours to decide."))


def asks(step: Step, person: Person) -> bool:
    """Is the step asked of this person, by name or by post?"""
    if step.approver_id:
        return step.approver_id == person.pk
    return person.is_active and any(
        post.role == step.role and step.unit_id in (None, post.unit_id) for post in person.current_posts
    )


@transaction.atomic
def call_off(*, subject: models.Model, actor: Person, note: str = "", at: datetime | None = None) -> int:
    """Cancel the open steps of `subject`, because it ended another way; gives their number. None open is no error."""
    at = at or now()
    steps = Step.objects.select_for_update().about(subject).filter(state__in=OPEN)
    return cancel(steps, actor=actor, note=note, at=at)


def cancel(steps: Iterable[Step], *, actor: Person, note: str, at: datetime) -> int:
    """Each of these open steps is called off; gives their number. The caller has locked them."""
    count = 0
    for step in steps:
        before, step.state = step.state, StepState.CANCELLED
        step.version += 1
        step.save(update_fields=["state", "version"])
        record(actor=actor, verb="cancel", obj=step, changes={"state": [before, StepState.CANCELLED]}, note=note, at=at)
        count += 1
    return count


@transaction.atomic
def redact_steps(
    *, subject: models.Model, reason: str, instead: Mapping[int, int] | None = None, at: datetime | None = None
) -> int:
    """Take the words out of the sign-offs of a thing whose people are removed; who decided what and when stays."""
    steps = list(Step.objects.about(subject))
    for step in steps:
        step.note, step.barred = step.note and "—", []
        step.save(update_fields=["note", "barred"])
        redact(obj=step, reason=reason, kept=("state",), instead=instead, at=at)
    return len(steps)
