"""Requests of the owner in several states, with what stands beside them."""

from __future__ import annotations

from apps.approvals.services import ask
from apps.core.clock import now
from apps.core.public_links import hash_token
from apps.journal.services import record
from apps.people.enums import Role
from apps.people.models import Unit
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Promise, RequestState
from apps.servicedesk.models import Consent, EscalationRule, LegalHold, RatingInvitation, Request, Service, StatusLink
from apps.servicedesk.rating_links import rating_token
from tests import factories
from tests.security.world import together
from tests.security.world.base import SECRET, TOKEN, Thing, World, attach
from tests.servicedesk import factories as desk


def filed(world: World) -> Thing:
    """A request with a public message, an internal note, a file of each and an approval asked of the director."""
    row = desk.request(
        number="R2026-90001", requester=world.owner, answers={"purpose": SECRET, "remarks": SECRET, "register": SECRET}
    )
    for internal in (False, True):
        message = desk.message(row, world.owner if not internal else world.sender, SECRET, internal=internal)
        attach(message, world.owner if not internal else world.sender)
    attach(row, world.owner)
    record(actor=world.sender, verb="asked", obj=row, note=SECRET, internal=True)
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row))


def moves(world: World, row: Request) -> dict[str, object]:
    """What makes the form of every move valid, so that only the right decides."""
    words = dict.fromkeys(("note", "body", "reason", "purpose", "remarks", "register", "explanation"), "words")
    return words | {
        "version": row.version,
        "handler": world.sender.pk,
        "unit": elsewhere().pk,
        "fields_to_correct": "purpose",
        "rating": 5,
        "decision": "approved",
        "due_at": "2027-03-01T10:00",
        "party": "words",
        "expected_on": "2027-03-01",
        "priority": 1,
        "word": "on",
        "pk": row.pk,
    }


def elsewhere() -> Unit:
    """Another unit that handles requests."""
    found = Unit.objects.filter(code="elsewhere").first()
    return found or factories.person("別處科員", Role.CLERK, at=factories.unit("別處", code="elsewhere")).main_unit


def decided(world: World) -> Thing:
    row = desk.request(RequestState.IN_APPROVAL, number="R2026-90002", requester=world.owner, handler=world.sender)
    step = ask(subject=row, name={"en": "approval"}, role=Role.DIRECTOR, actor=world.sender, at=now())
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row) | {"step": step.pk, "step_version": step.version})


def timed(world: World) -> Thing:
    """A request of a service for which time is written down."""
    row = desk.request(number="R2026-90009", requester=world.owner, of=desk.service(counts_time=True))
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row) | {"minutes": 5, "word": "words"})


def filed_for(world: World) -> Thing:
    """A clerk filed it for the owner."""
    row = desk.request(number=f"R2026-9001{Consent.objects.count()}", requester=world.owner, filed_by=world.sender)
    Consent.objects.create(request=row, asked_by="phone", noted_by=world.sender)
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row))


def objected(world: World) -> Thing:
    thing = filed_for(world)
    Consent.objects.filter(request=thing.row).update(objected_at=now(), objection=SECRET)
    return thing


def status_link(world: World) -> Thing:
    row = desk.request(RequestState.IN_PROGRESS, number="R2026-90020", requester=world.owner)
    StatusLink.objects.create(request=row, token_hash=hash_token(TOKEN), made_by=world.owner)
    return Thing(row, world.owner, {"pk": row.pk, "token": TOKEN}, {"token": TOKEN})


def rating_link(world: World) -> Thing:
    row = desk.request(RequestState.RESOLVED, number="R2026-90021", requester=world.owner)
    token = rating_token(RatingInvitation.objects.create(request=row))
    return Thing(row, world.owner, {"token": token, "score": 5}, {"rating": 5})


def draft(world: World) -> Thing:
    row = desk.draft(world.owner, answers={"purpose": SECRET})
    return Thing(row, world.owner, {"pk": row.pk})


def related(world: World, request: Thing) -> dict[str, Thing]:
    """What stands beside the request, and what its addresses need."""
    about = request.row
    other = together.other_request(about, SECRET)
    part, link, task = together.participant(about), together.link(about, other), together.task(about, SECRET)
    attach(task, world.sender)
    request.form |= {"other": other.pk, "kind": "follows", "number": "none", "name": "none", "title": "words"}
    request.form |= {"owner": world.sender.number, "service": about.service_id, "answers": "purpose"}
    again, own = together.recurrence(other), together.service_task(about)
    dates = {"frequency": "weekly", "weekday": 1, "starts_on": "2026-11-23", "time": "09:00", "day_off": "next"}
    dates |= {"files_itself": "0"}
    request.form |= dates
    words = {"text": "words", "note": "words", "title": "words", "owner": world.sender.number}
    return {
        "participant": Thing(part, about.requester, {"pk": about.pk, "participant": part.pk}),
        "link": Thing(link, about.requester, {"pk": about.pk, "link": link.pk}),
        "task": Thing(task, about.requester, {"pk": task.pk}, words),
        "recurring request": Thing(again, about.requester, {"pk": again.pk}, dates),
        "task of a service": Thing(own, None, {"code": about.service.code, "pk": own.pk}),
    }


def of_service(world: World, request: Request) -> dict[str, Thing]:
    """An escalation rule of the service, and a hold over the request."""
    rule = EscalationRule.objects.create(
        service=request.service, promise=Promise.COMPLETION, when=EscalationWhen.AT, to=EscalationTo.HANDLER
    )
    hold = LegalHold.objects.create(request=request, reason=SECRET, placed_by=world.sender)
    return {
        "escalation rule": Thing(rule, None, {"code": request.service.code, "pk": rule.pk}),
        "hold": Thing(hold, None, {"pk": hold.pk}),
    }


def service(world: World, row: Service) -> Thing:
    """With one step in its plan; requests that are filed do not have it."""
    desk.step(row, role=Role.DIRECTOR)
    return Thing(row, world.sender, {"code": row.code, "place": 1}, {"print": "another"})
