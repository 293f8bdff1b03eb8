"""Put a paper up for signing: check (核稿), co-signers (會簽), signature (簽發), final check (複核).

Silence is no consent: nothing here, and no job, decides by the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.approvals import services as approvals
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import OPEN, Wanted
from apps.core.calendar import CalendarYearMissing
from apps.core.clock import now
from apps.dispatch import route
from apps.dispatch.enums import EDITABLE, POINT_NAMES, POINTS
from apps.dispatch.models import Draft, SignPoint
from apps.dispatch.paper import unprintable_in
from apps.dispatch.rules import can_register, can_sign
from apps.dispatch.services.drafting import behalf_of, who_signs
from apps.dispatch.services.errors import UnableToRoute
from apps.dispatch.services.sheets import ask_for_draft_sheet, draft_data
from apps.dispatch.services.telling import tell_asked
from apps.dispatch.words import read_words
from apps.documents import services as documents
from apps.documents.deadlines import due_for
from apps.documents.enums import OpinionKind, State, Why
from apps.documents.managers import LIMITED
from apps.documents.models import Document, Edition
from apps.documents.services.locking import lock, move, touch
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Person, Unit

URGE_AGAIN = timedelta(hours=20)
APART = (OpinionKind.CHECK, OpinionKind.SIGN)  # who decided there does not do the final check
Signer = Person | Unit  # of a unit its head is asked


@dataclass(frozen=True)
class Plan:
    """Who is asked, beside the signer who stands in the draft. No `final_checker`: any clerk of the office."""

    checker: Person
    co_signers: Sequence[Signer] = ()
    in_turn: bool = False
    final_checker: Person | None = None


@dataclass
class Asked:
    """One point to ask for."""

    kind: str
    wanted: Wanted
    who: Signer | None = field(default=None)


@transaction.atomic
def send_round(
    *, draft: Draft, plan: Plan, actor: Person, version: int | None = None, at: datetime | None = None
) -> Draft:
    """A new round about the newest edition. Where that very edition is signed already (it came back for its foot, or
    for nothing), only the final check is asked again. Sent twice, the second changes nothing.

    Raises UnableToRoute, documents.Changed.
    """
    at = at or now()
    row = lock(draft.document)
    kept = locked_draft(row)
    if row.state == State.SIGNING:
        return kept
    if version is not None and version != row.version:
        raise documents.Changed(_("This changed while you had it open. Look again, then decide."))
    if row.state not in EDITABLE:
        raise UnableToRoute(_("Only a draft is put up for signing."))
    edition = documents.latest(row)
    check_text(edition, kept)
    signed = route.signature_of(edition)
    if signed is None:
        points = planned(kept, plan)
    else:
        points = [final_check(plan, route.deciders_of(edition, *APART))]
    check_people(points, kept)
    row.due_at = row.due_at or due(row, at)
    move(row, State.SIGNING, actor=actor, on_behalf_of=behalf_of(actor, row, at), at=at, verb="put_up")
    steps = ask(kept, edition, points, actor=actor, at=at)
    if signed is not None:
        move(row, State.SIGNED, actor=actor, at=at, verb="signed_before")
    tell_asked([step for step in steps if step.state == StepState.ASKED], "asked", draft=kept, actor=actor, at=at)
    return kept


def due(row: Document, at: datetime) -> datetime | None:
    """Until when it is to be out, by its urgency from the day on which it is put up first."""
    try:
        return due_for(row, at)
    except CalendarYearMissing:
        return None


def locked_draft(row: Document) -> Draft:
    """Its draft, with the locked row in it."""
    kept = Draft.objects.select_related("drafter", "signer", "series__numbers", "series__unit").get(pk=row.pk)
    kept.document = row
    return kept


def check_text(edition: Edition, draft: Draft) -> None:
    """Raises UnableToRoute."""
    words = read_words(edition)
    if not words.body or not words.title:
        raise UnableToRoute(_("A paper without title or text is not put up for signing."))
    if not words.main:
        raise UnableToRoute(_("Say to whom the paper goes."))
    if missing := unprintable_in(draft_data(draft, edition)):
        raise UnableToRoute(_("The typeface has no such characters: %(characters)s") % {"characters": missing})
    lead, owner = Unit.objects.get(pk=words.issuers[0].unit), draft.series.unit
    if words.is_joint and not (lead.path.startswith(owner.path) or owner.path.startswith(lead.path)):
        raise UnableToRoute(_("A joint paper takes the number of its lead unit. Choose a series of that unit."))


def planned(draft: Draft, plan: Plan) -> list[Asked]:
    """The points in their order. Those who co-sign one after the other have places of their own."""
    found = [of(OpinionKind.CHECK, plan.checker, POINTS[OpinionKind.CHECK])]
    for place, who in enumerate(plan.co_signers):
        found.append(of(OpinionKind.CO_SIGN, who, POINTS[OpinionKind.CO_SIGN] + (place if plan.in_turn else 0)))
    found.append(of(OpinionKind.SIGN, draft.signer, POINTS[OpinionKind.SIGN]))
    return [*found, final_check(plan, {plan.checker.pk, draft.signer_id})]


def final_check(plan: Plan, others: Iterable[int]) -> Asked:
    """`others`: keys of those who check and sign; they do not do it, nor anybody in their place."""
    return of(OpinionKind.FINAL_CHECK, plan.final_checker, POINTS[OpinionKind.FINAL_CHECK], barred=others)


def of(kind: str, who: Signer | None, order: int, *, barred: Iterable[int] = ()) -> Asked:
    name, barred = POINT_NAMES[kind], tuple(barred)
    if isinstance(who, Person):
        return Asked(kind, Wanted(name, approver=who, order=order, barred=barred), who)
    if isinstance(who, Unit):
        return Asked(kind, Wanted(name, role=Role.UNIT_HEAD, unit_id=who.pk, order=order, barred=barred), who)
    return Asked(kind, Wanted(name, role=Role.CLERK, order=order, barred=barred))


def check_people(points: Iterable[Asked], draft: Draft) -> None:
    """Raises UnableToRoute for the drafter, for who has left, and for who is asked twice at one point."""
    seen: set[tuple[str, str]] = set()
    for point in points:
        if point.who in writers(draft):
            raise UnableToRoute(_("Nobody decides about the own draft. Choose somebody else."))
        if isinstance(point.who, Person) and not point.who.is_active:
            raise UnableToRoute(_("%(name)s is not here any more.") % {"name": point.who.name})
        check_right(point, draft)
        if not isinstance(point.who, Person):
            check_post(point.wanted, draft)
        mark = (point.kind, repr(point.who))
        if point.who is not None and mark in seen:
            raise UnableToRoute(_("Somebody is named twice."))
        seen.add(mark)


def check_right(point: Asked, draft: Draft) -> None:
    """Signature and final check are not anybody's. Raises UnableToRoute."""
    who, series = point.who, draft.series
    signs = can_sign(who, series) if isinstance(who, Person) else who == series.unit
    if point.kind == OpinionKind.SIGN and not signs:
        raise UnableToRoute(who_signs(series))
    if point.kind != OpinionKind.FINAL_CHECK:
        return
    if who is None and draft.document.access in LIMITED:
        raise UnableToRoute(_("Name who does the final check: not every clerk may read this paper."))
    if who is None:
        return
    if not isinstance(who, Person) or not can_register(who):
        raise UnableToRoute(_("The final check is done by a clerk or the director."))
    if who.pk in point.wanted.barred:
        raise UnableToRoute(_("The final check is done by somebody who neither checks nor signs the paper."))


def writers(draft: Draft) -> list[Person]:
    """Who drafted it, and in whose hands it is now: neither decides about it."""
    handler = draft.document.handler
    return [draft.drafter] if handler in (None, draft.drafter) else [draft.drafter, handler]


def check_post(wanted: Wanted, draft: Draft) -> None:
    """Somebody has to hold it who may decide. Raises UnableToRoute."""
    barred = {*wanted.barred, *(person.pk for person in writers(draft))}
    people = Person.objects.active().exclude(pk__in=barred)
    if wanted.unit_id is None:
        if not people.with_role(wanted.role).exists():
            raise UnableToRoute(_("No other clerk is there for the final check. Name somebody."))
    elif not people.with_post(wanted.role, [wanted.unit_id]).exists():
        unit = Unit.objects.get(pk=wanted.unit_id)
        raise UnableToRoute(_("%(unit)s has no head who could be asked. Name a person.") % {"unit": unit})


def ask(draft: Draft, edition: Edition, points: Sequence[Asked], *, actor: Person, at: datetime) -> list[Step]:
    row = draft.document
    try:
        steps = approvals.ask_in_order(
            subject=row,
            steps=[point.wanted for point in points],
            barred=writers(draft),
            due_at=row.due_at,
            actor=actor,
            at=at,
        )
    except approvals.UnableToAsk as error:
        raise UnableToRoute(str(error)) from error
    for step, point in zip(steps, points, strict=True):
        SignPoint.objects.create(step=step, document=row, edition=edition, kind=point.kind)
        involve(row, point.who, actor=actor, at=at)
    return steps


def involve(row: Document, who: Signer | None, *, actor: Person, at: datetime) -> None:
    """Who is asked by name, or as the head of a unit, may read it. "Any clerk" is asked only about what all clerks read
    anyway: it opens nothing.
    """
    documents.involve(row, who, why=Why.DECIDES, actor=actor, at=at)


@transaction.atomic
def add_signer(
    *, draft: Draft, who: Signer, at_once: bool, reason: str, actor: Person, at: datetime | None = None
) -> Step:
    """Another co-signer in a round that runs (加簽): beside those who co-sign now or next, or after the last of them.

    Not once the signer has it. Raises UnableToRoute.
    """
    at, reason = at or now(), reason.strip()
    row = lock(draft.document)
    kept = locked_draft(row)
    points = route.last_round(row)
    sign = next((point for point in points if point.kind == OpinionKind.SIGN), None)
    if row.state != State.SIGNING or sign is None or sign.step.state != StepState.WAITING:
        raise UnableToRoute(_("The signer has it already, or no round is running. Take it back to add somebody."))
    if not reason:
        raise UnableToRoute(_("Write down why somebody is added."))
    point = of(OpinionKind.CO_SIGN, who, order_of_added(points, at_once=at_once))
    check_people([point], kept)
    try:
        step = approvals.add_step(subject=row, wanted=point.wanted, note=reason, actor=actor, at=at)
    except approvals.UnableToAsk as error:
        raise UnableToRoute(str(error)) from error
    SignPoint.objects.create(step=step, document=row, edition=sign.edition, kind=point.kind)
    involve(row, who, actor=actor, at=at)
    touch(row, at=at)
    behalf, changes = behalf_of(actor, row, at), {"who": str(who)}
    record(actor=actor, on_behalf_of=behalf, verb="signer_added", obj=row, changes=changes, note=reason, at=at)
    if step.state == StepState.ASKED:
        tell_asked([step], "asked", draft=kept, actor=actor, at=at)
    return step


def order_of_added(points: Iterable[SignPoint], *, at_once: bool) -> int:
    """Beside the first of those who have not all decided, or one place after the last."""
    co_sign = [point.step for point in points if point.kind == OpinionKind.CO_SIGN]
    still = [step.order for step in co_sign if step.state in OPEN]
    if at_once and still:
        return min(still)
    return max((step.order for step in co_sign), default=POINTS[OpinionKind.CO_SIGN] - 1) + 1


@transaction.atomic
def change_signer(
    *, draft: Draft, step_id: int, who: Signer, reason: str, actor: Person, at: datetime | None = None
) -> Step:
    """Another person in place of one who is not asked yet, or has left (改分), with the reason.

    Raises UnableToRoute."""
    at, reason = at or now(), reason.strip()
    row = lock(draft.document)
    kept = locked_draft(row)
    point = SignPoint.objects.select_related("step", "edition").filter(document=row, step=step_id).first()
    if point is None:
        raise UnableToRoute(_("This step is not of this paper."))
    if point.kind == OpinionKind.SIGN and not isinstance(who, Person):
        raise UnableToRoute(_("The signer is one person: the paper names who signs it."))
    asked = of(point.kind, who, point.step.order, barred=apart_from(point, route.last_round(row)))
    check_people([asked], kept)
    try:
        step = approvals.change_step(step_id=step_id, wanted=asked.wanted, note=reason, actor=actor, at=at)
    except approvals.UnableToAsk as error:
        raise UnableToRoute(str(error)) from error
    if point.kind == OpinionKind.SIGN:
        kept.signer = who
        kept.save(update_fields=["signer"])
        ask_for_draft_sheet(kept, point.edition, at=at)
    involve(row, who, actor=actor, at=at)
    touch(row, at=at)
    behalf, changes = behalf_of(actor, row, at), {"who": str(who)}
    record(actor=actor, on_behalf_of=behalf, verb="signer_changed", obj=row, changes=changes, note=reason, at=at)
    if step.state == StepState.ASKED:
        tell_asked([step], "asked", draft=kept, actor=actor, at=at)
    return step


def apart_from(point: SignPoint, points: Iterable[SignPoint]) -> set[int]:
    """Keys of those who may not be put in the place of `point`: who checks or signs does not do the final check."""
    if point.kind != OpinionKind.FINAL_CHECK:
        return set()
    named = {each.step.approver_id for each in points if each.kind in APART}
    return (named | route.deciders_of(point.edition, *APART)) - {None}


@transaction.atomic
def urge(*, draft: Draft, actor: Person, at: datetime | None = None) -> int:
    """Remind those who are asked now (催辦); at most once a day each. Gives how many. Raises UnableToRoute."""
    at = at or now()
    row = lock(draft.document)
    kept = locked_draft(row)
    asked = [point for point in route.open_points(row) if point.step.state == StepState.ASKED]
    if not asked:
        raise UnableToRoute(_("Nobody is asked at the moment."))
    nobody = route.of_nobody(row)
    asked = [point for point in asked if point.pk not in nobody]
    if not asked:
        raise UnableToRoute(_("Who is asked is not there any more. Ask somebody else in the place."))
    due = [point for point in asked if point.urged_at is None or point.urged_at + URGE_AGAIN <= at]
    if not due:
        raise UnableToRoute(_("They were reminded within a day."))
    SignPoint.objects.filter(pk__in=[point.pk for point in due]).update(urged_at=at)
    tell_asked([point.step for point in due], "urged", draft=kept, actor=actor, at=at)
    behalf, changes = behalf_of(actor, row, at), {"steps": [point.pk for point in due]}
    record(actor=actor, on_behalf_of=behalf, verb="reminded", obj=row, changes=changes, at=at)
    return len(due)
