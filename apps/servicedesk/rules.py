"""Who may do what with a request.

Each predicate takes the person, the request and the moment, costs at most the query for deputies, and is not meant for
lists. A person acts in the own name where that is enough, else for whom the person stands in (scope "requests").
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, DeputyScope, Role
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.seals.enums import UseState
from apps.seals.models import SealUse
from apps.servicedesk.enums import (
    CLOSED_STATES,
    MOVES,
    NEVER_REOPENED,
    NOT_REPEATED,
    OPEN_STATES,
    PASSED_ON_FROM,
    Product,
    RequestState,
    Who,
)
from apps.servicedesk.models import Certificate, Consent, Participant, Recurrence, Request
from apps.servicedesk.reopening import may_still_reopen

RATED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Capacity:
    """In whose name somebody acts: the own one, or that of `on_behalf_of`."""

    on_behalf_of: Person | None = None


def is_requester(person: Person, request: Request) -> bool:
    """The person it is for, or who filed it at the counter for somebody, while of the office. A draft is for who writes
    it alone.
    """
    if request.state == RequestState.DRAFT and person.pk != request.filed_by_id:
        return False
    return person.pk == request.requester_id or (person.pk == request.filed_by_id and person.is_office)


def is_handler(person: Person, request: Request) -> bool:
    """Who has it; the director always; while nobody has it, any clerk. Nobody their own request."""
    if person.pk == request.requester_id:
        return False
    if person.pk == request.handler_id or person.has_role(Role.DIRECTOR):
        return person.has_role(*HANDLER_ROLES)
    return request.handler_id is None and person.has_role(*HANDLER_ROLES)


def is_director(person: Person, request: Request) -> bool:
    return person.has_role(Role.DIRECTOR)


def is_approver(person: Person, request: Request, at: datetime) -> bool:
    return Step.objects.waiting_for(person, at).about(request).exists()


TESTS = {Who.REQUESTER: is_requester, Who.HANDLER: is_handler, Who.DIRECTOR: is_director}


def capacity(user: Person, request: Request, who: Who, at: datetime | None = None) -> Capacity | None:
    """In which capacity `user` is `who` for the request; None if in none."""
    if not user.is_active or who == Who.PORTAL:
        return None
    if who == Who.HANDLER and user.pk == request.requester_id:  # as nobody's deputy either
        return None
    if who == Who.APPROVER:  # the step itself knows for whom a deputy decides
        return Capacity() if is_approver(user, request, at or now()) else None
    if TESTS[who](user, request):
        return Capacity()
    for principal in principals(user, scope=DeputyScope.REQUESTS, at=at or now()):
        if TESTS[who](principal, request):
            return Capacity(principal)
    return None


def refusal(user: Person, request: Request, who: Who) -> str:
    """Why `user` is not `who` for the request, kindly."""
    if who == Who.HANDLER and user.pk == request.requester_id and user.has_role(*HANDLER_ROLES):
        return _("This is your own request: a colleague has to handle it.")
    return _("This is not yours to do.")


PARTICIPANTS_MAY = frozenset({"correct", "answer"})


def participation(user: Person, request: Request) -> Participant | None:
    """The row by which `user` takes part beside the requester; kept with this `request` (one query)."""
    if is_requester(user, request):
        return None
    kept = request.__dict__.setdefault("_participations", {})
    if user.pk not in kept:
        rows = Participant.objects.filter(request=request, person=user, ended_at__isnull=True)
        kept[user.pk] = rows.first()
    return kept[user.pk]


def as_participant(user: Person, request: Request) -> Capacity | None:
    """Somebody whom the requester lets act: both names are kept."""
    row = participation(user, request) if user.is_active else None
    return Capacity(request.requester) if row and row.may_act else None


def capacity_for(user: Person, verb: str, request: Request, at: datetime | None = None) -> Capacity | None:
    """In which capacity `user` may make this move; None if in none."""
    found = capacity(user, request, MOVES[verb].who, at)
    if found is None and verb in PARTICIPANTS_MAY:
        return as_participant(user, request)
    return found


def can_move(user: Person, verb: str, request: Request, at: datetime | None = None) -> bool:
    """May `user` make this move (enums.MOVES) now?"""
    if request.state not in MOVES[verb].sources or (verb == "take" and is_taken(request)):
        return False
    return capacity_for(user, verb, request, at) is not None


def is_taken(request: Request) -> bool:
    """Somebody works on it: there is nothing to take on. What nobody has may be taken in the midst of the work too."""
    return request.handler_id is not None and request.state == RequestState.IN_PROGRESS


def can_assign(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The director gives it to anybody, the handler hands it on."""
    return request.state in OPEN_STATES and capacity(user, request, Who.HANDLER, at) is not None


def can_pass_on(user: Person, request: Request, at: datetime | None = None) -> bool:
    """To another unit: whoever handles it. What waits for a decision is taken back from there first."""
    return request.state in PASSED_ON_FROM and capacity(user, request, Who.HANDLER, at) is not None


def can_set_due(user: Person, request: Request, at: datetime | None = None) -> bool:
    return request.is_running and capacity(user, request, Who.DIRECTOR, at) is not None


def can_set_priority(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Who handles it says how pressing it is, also while it rests."""
    return request.is_open and capacity(user, request, Who.HANDLER, at) is not None


def can_urge(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The requester urges the office, the director urges the handler; only while the office owes something."""
    if not request.is_running:
        return False
    return any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.DIRECTOR))


def can_fill_office(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The office's own part of the form, where it has one: whoever handles the request, until it is closed, and not
    while somebody decides about it.
    """
    asked = any(each.office_only for each in read_fields(request.answer_set.form_version))
    may_change = request.is_open and request.state != RequestState.IN_APPROVAL
    return asked and may_change and capacity(user, request, Who.HANDLER, at) is not None


def can_rate(user: Person, request: Request, at: datetime | None = None) -> bool:
    """The person it was for, not the clerk who filed it, within some days; within them it can be changed."""
    if request.state != RequestState.RESOLVED or not user.is_active or user.pk != request.requester_id:
        return False
    return request.closed_at is None or (at or now()) < request.closed_at + RATED_WITHIN


def consent_of(request: Request) -> Consent | None:
    """What was noted when somebody filed it for another (one query; none for what people file themselves)."""
    if request.filed_by_id == request.requester_id:
        return None
    return Consent.objects.filter(request=request).select_related("noted_by", "settled_by").first()


def can_object(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Whom it was filed for, once: "I did not ask for this"."""
    if request.state == RequestState.DRAFT or not user.is_active or user.pk != request.requester_id:
        return False
    consent = consent_of(request)
    return consent is not None and consent.objected_at is None


def can_settle_objection(user: Person, request: Request, at: datetime | None = None) -> bool:
    consent = consent_of(request)
    return bool(consent and consent.is_disputed and capacity(user, request, Who.DIRECTOR, at))


def can_share(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Make a link that shows where it stands: the requester's side; the handler on the requester's word."""
    if request.state == RequestState.DRAFT:
        return False
    return any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))


def takes_words(request: Request) -> bool:
    """Where people were removed nothing new is written: no later run would take it out."""
    return request.state not in (RequestState.DRAFT, RequestState.MERGED) and request.removed_at is None


def can_write(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Public messages: both sides, as long as it is no draft, not merged into another, and names its people."""
    if not takes_words(request):
        return False
    sides = any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))
    return sides or user.is_office or writes_as_participant(user, request)


def writes_as_participant(user: Person, request: Request) -> bool:
    """Somebody who may act, or whose own request was merged into this one."""
    row = participation(user, request) if user.is_active else None
    return row is not None and (row.may_act or row.merge_id is not None)


def can_write_internal(user: Person, request: Request, at: datetime | None = None) -> bool:
    return takes_words(request) and user.is_office


def can_manage_certificate(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Reissue or print once more: the director, or the clerk who handled the request, when it is done."""
    return request.state == RequestState.RESOLVED and capacity(user, request, Who.HANDLER, at) is not None


def can_revoke_certificate(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Whatever became of the request since: a wrong paper must not stay valid until it is done again."""
    return request.state != RequestState.DRAFT and capacity(user, request, Who.HANDLER, at) is not None


def can_void_addresses(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Reply addresses that got into wrong hands: the handler, where mails carry any."""
    return settings.MAIL_REPLIES and capacity(user, request, Who.HANDLER, at) is not None


def can_spend_time(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Write down minutes, where the service asks for it; also when it is done."""
    filed = request.state != RequestState.DRAFT and request.service.counts_time
    return filed and capacity(user, request, Who.HANDLER, at) is not None


def can_pass_to_seal(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Whoever handles a request for a seal, while it is in progress and what was approved has no line in the ledger."""
    if request.gives != Product.SEAL_USE or request.state != RequestState.IN_PROGRESS:
        return False
    approved = Step.objects.about(request).filter(state=StepState.APPROVED).order_by("-round", "-order").first()
    sealed = Q(state=UseState.OPEN) | Q(state=UseState.CLOSED, step=approved)
    if SealUse.objects.about(request).filter(sealed).exists():
        return False
    return capacity(user, request, Who.HANDLER, at) is not None


def can_manage_paper(user: Person, paper: Certificate, at: datetime | None = None) -> bool:
    """Reissue, print once more: as its request; of a batch who issued it, and the director, never the own."""
    return can_manage_certificate(user, paper.request, at) if paper.request_id else can_manage_issued(user, paper)


def can_revoke_paper(user: Person, paper: Certificate, at: datetime | None = None) -> bool:
    return can_revoke_certificate(user, paper.request, at) if paper.request_id else can_manage_issued(user, paper)


def can_manage_issued(user: Person, paper: Certificate) -> bool:
    """A paper of a batch."""
    issued = user.pk == paper.issued_by_id and user.has_role(*HANDLER_ROLES)
    return user.is_active and user.pk != paper.person_id and (issued or user.has_role(Role.DIRECTOR))


def can_issue_batches(user: Person) -> bool:
    return user.is_active and user.has_role(*HANDLER_ROLES)


def can_give_task(user: Person, request: Request, at: datetime | None = None) -> bool:
    return request.is_open and capacity(user, request, Who.HANDLER, at) is not None


def can_add_people(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Who takes part is up to the requester (or who filed it), and to whoever handles it."""
    if not takes_words(request):
        return False
    return any(capacity(user, request, who, at) for who in (Who.REQUESTER, Who.HANDLER))


def can_leave(user: Person, request: Request, at: datetime | None = None) -> bool:
    return user.is_active and participation(user, request) is not None


def can_link(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Clerks and the director; the other request is asked for its own right."""
    return user.is_active and request.state != RequestState.DRAFT and user.has_role(*HANDLER_ROLES)


def can_split(user: Person, request: Request, at: datetime | None = None) -> bool:
    return (
        takes_words(request) and user.has_role(*HANDLER_ROLES) and capacity(user, request, Who.HANDLER, at) is not None
    )


def can_follow_up(user: Person, request: Request, at: datetime | None = None) -> bool:
    """When it is closed and cannot be opened again: who asked, or filed it, asks anew from the old answers."""
    if request.state not in CLOSED_STATES or request.removed_at or not user.is_active:
        return False
    final = request.state in NEVER_REOPENED or not may_still_reopen(request, at or now())
    return final and is_requester(user, request)


def can_watch(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Everybody of the office; who is told anyway gets nothing twice."""
    return user.is_active and user.is_office and request.state != RequestState.DRAFT


def can_repeat(user: Person, request: Request, at: datetime | None = None) -> bool:
    """Who asked, who filed it, and whoever handles it may keep it on dates, unless it was refused or taken back."""
    if request.state in NOT_REPEATED or request.removed_at or not user.is_active:
        return False
    return is_requester(user, request) or capacity(user, request, Who.HANDLER, at) is not None


def still_keeps(person: Person, row: Recurrence, at: datetime | None = None) -> bool:
    """Who keeps it counts while on the side from which it was begun (`managers.kept` says it of many rows)."""
    if person.pk != row.kept_by_id or not person.is_active:
        return False
    if person.pk == row.origin.requester_id or person.is_office:
        return True
    return capacity(person, row.origin, Who.HANDLER, at) is not None


def can_keep(user: Person, row: Recurrence) -> bool:
    """Change, pause or end it: who keeps it, in whose name it is, the director."""
    mine = user.pk == row.origin.requester_id or still_keeps(user, row)
    return user.is_active and (mine or user.has_role(Role.DIRECTOR))


OTHER_VERBS = {
    "void_addresses": can_void_addresses,
    "time": can_spend_time,
    "assign": can_assign,
    "pass_on": can_pass_on,
    "set_due": can_set_due,
    "set_priority": can_set_priority,
    "urge": can_urge,
    "rate": can_rate,
    "object": can_object,
    "settle_objection": can_settle_objection,
    "write": can_write,
    "write_internal": can_write_internal,
    "office": can_fill_office,
    "manage_certificate": can_manage_certificate,
    "pass_to_seal": can_pass_to_seal,
    "give_task": can_give_task,
    "add_people": can_add_people,
    "leave": can_leave,
    "link": can_link,
    "split": can_split,
    "follow_up": can_follow_up,
    "watch": can_watch,
    "repeat": can_repeat,
}


def allowed_verbs(user: Person, request: Request, at: datetime | None = None) -> frozenset[str]:
    """Everything `user` may do with the request now, for one request's page (deputies are asked for once a kind of
    role).
    """
    at = at or now()
    held = {who: capacity(user, request, who, at) is not None for who in Who}
    open_moves = [move for move in MOVES.values() if request.state in move.sources and not move.follows]
    moves = {move.verb for move in open_moves if held[move.who]}
    if as_participant(user, request):
        moves |= {move.verb for move in open_moves if move.verb in PARTICIPANTS_MAY}
    if is_taken(request):
        moves.discard("take")
    if "reopen" in moves and not may_still_reopen(request, at):
        moves.discard("reopen")
    return frozenset(moves | {verb for verb, test in OTHER_VERBS.items() if test(user, request, at)})
