"""Decide about a paper, and take it back. Every decision stays with the edition that it was given on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals import services as approvals
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.dispatch import route
from apps.dispatch.enums import EDITABLE, TAKEN_BACK_FROM, VOID_FROM
from apps.dispatch.models import Draft, Sheet, SignPoint
from apps.dispatch.rules import stands_in
from apps.dispatch.services.drafting import behalf_of
from apps.dispatch.services.errors import UnableToDecide, UnableToTakeBack
from apps.dispatch.services.routing import APART, locked_draft
from apps.dispatch.services.sheets import sheet_of_draft, sheet_to_decide
from apps.dispatch.services.telling import keepers, registrars, tell_asked, tell_people
from apps.documents import services as documents
from apps.documents.enums import NumberUse, OpinionKind, State
from apps.documents.models import Document, DocumentNumber, Opinion
from apps.documents.services.locking import lock, move, touch
from apps.people.models import Person
from apps.seals import services as seals


def decide(
    *,
    draft: Draft,
    step_id: int,
    decision: StepState,
    actor: Person,
    words: str = "",
    version: int | None = None,
    no_seal: bool = False,
    at: datetime | None = None,
) -> Opinion | None:
    """Approve, send back or refuse at one point; the opinion is kept with the text and with a picture of its pages.
    `no_seal`: who signs says that the paper needs none. The same decision again changes nothing (gives None).

    A "no" calls the rest of the round off; what was signed stays, and the drafter has the paper again. Raises
    PermissionDenied, UnableToDecide.
    """
    at = at or now()
    point = SignPoint.objects.filter(document=draft.pk, step=step_id).select_related("edition").first()
    if point is None:
        raise UnableToDecide(_("This step is not of this paper."))
    seen = Draft.objects.select_related("document", "signer").get(pk=draft.pk)
    sheet = sheet_to_decide(seen, point.edition, at=at)  # before the lock: drawing takes its time
    return _decide(draft, point, decision, words.strip(), actor, version, no_seal, sheet, at)


@transaction.atomic
def _decide(
    draft: Draft,
    point: SignPoint,
    decision: StepState,
    words: str,
    actor: Person,
    version: int | None,
    no_seal: bool,
    sheet: Sheet,
    at: datetime,
) -> Opinion | None:
    row = lock(draft.document)
    kept = locked_draft(row)
    asked = Step.objects.select_related("decided_by").get(pk=point.pk)
    was_open = asked.state == StepState.ASKED
    if was_open:
        check_same(kept, point, sheet)
    else:
        check_too_late(asked, actor, at)
    try:
        step = approvals.decide(step_id=point.pk, actor=actor, decision=decision, note=words, version=version, at=at)
    except approvals.UnableToDecide as error:
        raise UnableToDecide(str(error)) from error
    if not was_open:
        return None
    check_apart(point, step)
    opinion = documents.give_opinion(
        edition=point.edition,
        kind=OpinionKind(point.kind),
        author=actor,
        words=words,
        decision=step.state,
        on_behalf_of=step.on_behalf_of,
        step=step,
        picture=sheet.picture,
        at=at,
    )
    if step.state == StepState.APPROVED:
        go_on(kept, point, step, actor=actor, no_seal=no_seal, at=at)
    else:
        come_back(kept, point, step, actor=actor, at=at)
    return opinion


def check_too_late(step: Step, actor: Person, at: datetime) -> None:
    """A deputy comes after it was decided by another: that is no lack of a right. Raises UnableToDecide."""
    if actor.pk in (step.decided_by_id, step.on_behalf_of_id) or approvals.asks(step, actor):
        return
    if stands_in(actor, step, at):
        if step.decided_by is None:
            raise UnableToDecide(_("No decision is needed any more."))
        raise UnableToDecide(_("It is decided already, by %(name)s.") % {"name": step.decided_by.name})


def check_apart(point: SignPoint, step: Step) -> None:
    """A deputy may have signed or checked: still another person agrees in the final check. Raises UnableToDecide."""
    if point.kind != OpinionKind.FINAL_CHECK or step.state != StepState.APPROVED:
        return
    if {step.decided_by_id, step.on_behalf_of_id} & route.deciders_of(point.edition, *APART):
        raise UnableToDecide(_("The final check is done by somebody who neither checks nor signs the paper."))


def check_same(draft: Draft, point: SignPoint, sheet: Sheet) -> None:
    """Raises UnableToDecide unless text, signer and foot are still those of the sheet that was drawn."""
    if documents.latest(draft.document).pk != point.edition_id:
        raise UnableToDecide(_("The text is another one by now. It has to be put up again."))
    if sheet_of_draft(draft, point.edition) != sheet:
        raise UnableToDecide(_("Signer or foot of the paper were changed a moment ago. Look at it again."))


def go_on(draft: Draft, point: SignPoint, step: Step, *, actor: Person, no_seal: bool, at: datetime) -> None:
    row = draft.document
    if point.kind == OpinionKind.SIGN:
        draft.no_seal_by = actor if no_seal else None
        draft.save(update_fields=["no_seal_by"])
        behalf, changes = step.on_behalf_of, {"no_seal": no_seal}
        move(row, State.SIGNED, actor=actor, on_behalf_of=behalf, at=at, verb="signed", changes=changes)
        tell_people([row.handler, draft.drafter], "signed", draft=draft, actor=actor, at=at)
    else:
        touch(row, at=at)
    still = route.open_points(row)
    if still:
        fresh = [each.step for each in still if each.step.state == StepState.ASKED and each.step.asked_at == at]
        tell_asked(fresh, "asked", draft=draft, actor=actor, at=at)
    elif row.state == State.SIGNED:
        tell_people(registrars(draft), "to_number", draft=draft, actor=actor, at=at)


def come_back(draft: Draft, point: SignPoint, step: Step, *, actor: Person, at: datetime) -> None:
    """To who has it in hand, with the reason; number and opinions stay."""
    row = draft.document
    move(
        row,
        State.RETURNED,
        actor=actor,
        on_behalf_of=step.on_behalf_of,
        at=at,
        verb="came_back",
        note=step.note,
        changes={"decision": step.state, "point": point.kind},
    )
    tell_people(keepers(draft, at), "back", draft=draft, actor=actor, at=at, point=step.name, note=step.note)


@transaction.atomic
def take_back(*, draft: Draft, reason: str, actor: Person, at: datetime | None = None) -> Draft:
    """Back to the drafter to be changed, from signing, after it, or after numbering; the number stays with the paper.
    Back already: nothing changes. Raises UnableToTakeBack.
    """
    at, reason = at or now(), reason.strip()
    row = lock(draft.document)
    kept = locked_draft(row)
    if row.state == State.RETURNED:
        return kept
    if row.state not in TAKEN_BACK_FROM:
        raise UnableToTakeBack(_("It cannot be taken back any more."))
    if not reason:
        raise UnableToTakeBack(_("Write down why: the others read it."))
    stop_round(kept, reason, actor=actor, at=at)
    seals.call_off(subject=row, actor=actor, reason=reason, at=at)
    return end_with(kept, State.RETURNED, "taken_back", reason, actor=actor, at=at)


@transaction.atomic
def withdraw(*, draft: Draft, reason: str, actor: Person, at: datetime | None = None) -> Draft:
    """The paper is given up (撤回). One that has a number already is void: the director says so (`void`).

    Withdrawn already: nothing changes. Raises UnableToTakeBack.
    """
    at, reason = at or now(), reason.strip()
    row = lock(draft.document)
    kept = locked_draft(row)
    if row.state == State.WITHDRAWN:
        return kept
    if row.number:
        raise UnableToTakeBack(_("It has its number already. The director takes the number out of use, with a reason."))
    if row.state not in (*EDITABLE, State.SIGNING, State.SIGNED):
        raise UnableToTakeBack(_("It cannot be withdrawn any more."))
    if not reason:
        raise UnableToTakeBack(_("Write down why: the others read it."))
    stop_round(kept, reason, actor=actor, at=at)
    return end_with(kept, State.WITHDRAWN, "gave_up", reason, actor=actor, at=at)


@transaction.atomic
def void(*, draft: Draft, reason: str, actor: Person, at: datetime | None = None) -> Draft:
    """The director ends a numbered paper that was not sent: its number stays in the ledger as void, with the reason.

    Void already: nothing changes. Raises UnableToTakeBack.
    """
    at, reason = at or now(), reason.strip()
    row = lock(draft.document)
    kept = locked_draft(row)
    line = DocumentNumber.objects.filter(document=row).first()
    if line and line.use == NumberUse.VOID:
        return kept
    if line is None or row.state not in VOID_FROM:
        raise UnableToTakeBack(_("Only a paper that has a number and was not sent is void."))
    if not reason:
        raise UnableToTakeBack(_("Write down why the number is not used: the ledger keeps it."))
    stop_round(kept, reason, actor=actor, at=at)
    seals.call_off(subject=row, actor=actor, reason=reason, at=at)
    documents.take_out_of_use(line=line, reason=reason, actor=actor, at=at)
    end = State.VOID if row.state == State.NUMBERED else State.WITHDRAWN
    return end_with(kept, end, "made_void", reason, actor=actor, at=at)


def stop_round(draft: Draft, reason: str, *, actor: Person, at: datetime) -> None:
    """Nobody is asked any more; who was is told."""
    row: Document = draft.document
    asked = [point.step for point in route.open_points(row) if point.step.state == StepState.ASKED]
    approvals.call_off(subject=row, actor=actor, note=reason, at=at)
    tell_asked(asked, "taken_back", draft=draft, actor=actor, at=at, note=reason)


def end_with(draft: Draft, state: State, verb: str, reason: str, *, actor: Person, at: datetime) -> Draft:
    row = draft.document
    move(row, state, actor=actor, on_behalf_of=behalf_of(actor, row, at), at=at, verb=verb, note=reason)
    tell_people(keepers(draft, at), "taken_back", draft=draft, actor=actor, at=at, note=reason)
    return draft
