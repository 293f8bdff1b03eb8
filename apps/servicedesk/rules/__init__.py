"""Who may do what with a request.

Each predicate takes the person, the request and the moment, costs at most the query for deputies, and is not meant for
lists. A person acts in the own name where that is enough, else for whom the person stands in (scope "requests").
"""

from datetime import datetime

from apps.core.clock import now
from apps.people.models import Person
from apps.servicedesk.enums import MOVES, Who
from apps.servicedesk.models import Request
from apps.servicedesk.reopening import may_still_reopen
from apps.servicedesk.rules.acting import (
    RATED_WITHIN,
    can_assign,
    can_fill_office,
    can_object,
    can_pass_on,
    can_rate,
    can_set_due,
    can_set_priority,
    can_settle_objection,
    can_share,
    can_spend_time,
    can_urge,
    can_void_addresses,
    can_write,
    can_write_internal,
    consent_of,
    takes_words,
    writes_as_participant,
)
from apps.servicedesk.rules.capacity import (
    PARTICIPANTS_MAY,
    TESTS,
    Capacity,
    as_participant,
    can_move,
    capacity,
    capacity_for,
    is_approver,
    is_director,
    is_handler,
    is_requester,
    is_taken,
    participation,
    refusal,
)
from apps.servicedesk.rules.papers import (
    can_issue_batches,
    can_manage_certificate,
    can_manage_issued,
    can_manage_paper,
    can_pass_to_seal,
    can_revoke_certificate,
    can_revoke_paper,
)
from apps.servicedesk.rules.relations import (
    can_add_people,
    can_follow_up,
    can_give_task,
    can_keep,
    can_leave,
    can_link,
    can_repeat,
    can_split,
    can_watch,
    still_keeps,
)

__all__ = [
    "OTHER_VERBS",
    "PARTICIPANTS_MAY",
    "RATED_WITHIN",
    "TESTS",
    "Capacity",
    "allowed_verbs",
    "as_participant",
    "can_add_people",
    "can_assign",
    "can_fill_office",
    "can_follow_up",
    "can_give_task",
    "can_issue_batches",
    "can_keep",
    "can_leave",
    "can_link",
    "can_manage_certificate",
    "can_manage_issued",
    "can_manage_paper",
    "can_move",
    "can_object",
    "can_pass_on",
    "can_pass_to_seal",
    "can_rate",
    "can_repeat",
    "can_revoke_certificate",
    "can_revoke_paper",
    "can_set_due",
    "can_set_priority",
    "can_settle_objection",
    "can_share",
    "can_spend_time",
    "can_split",
    "can_urge",
    "can_void_addresses",
    "can_watch",
    "can_write",
    "can_write_internal",
    "capacity",
    "capacity_for",
    "consent_of",
    "is_approver",
    "is_director",
    "is_handler",
    "is_requester",
    "is_taken",
    "participation",
    "refusal",
    "still_keeps",
    "takes_words",
    "writes_as_participant",
]


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
