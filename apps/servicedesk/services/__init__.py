"""Everything that can be done with a request; one function a move. Topics are in the modules."""

from apps.servicedesk.certificates import UnableToIssue
from apps.servicedesk.services.approval import approval_stands, ask_approval, decide_approval
from apps.servicedesk.services.closing import complete, refuse
from apps.servicedesk.services.errors import (
    Changed,
    UnableToAnswer,
    UnableToAsk,
    UnableToAssign,
    UnableToComplete,
    UnableToCorrect,
    UnableToDecide,
    UnableToFile,
    UnableToFillIn,
    UnableToMove,
    UnableToPass,
    UnableToRate,
    UnableToRefuse,
    UnableToReopen,
    UnableToResume,
    UnableToReturn,
    UnableToSetDue,
    UnableToTake,
    UnableToUrge,
    UnableToWithdraw,
    UnableToWrite,
)
from apps.servicedesk.services.filing import correct, save_draft, start_draft, submit
from apps.servicedesk.services.handling import ask_requester, assign, resume, return_for_correction, set_due, take
from apps.servicedesk.services.messages import post_message
from apps.servicedesk.services.moving import reading_of
from apps.servicedesk.services.office import fill_office_part
from apps.servicedesk.services.papers import (
    UnableToRevoke,
    issue_certificate,
    make_missing_papers,
    make_paper,
    reissue_certificate,
    revoke_certificate,
)
from apps.servicedesk.services.requesting import answer, may_still_reopen, rate, reopen, urge, withdraw
from apps.servicedesk.services.sealing import pass_to_seal

__all__ = [
    "Changed",
    "UnableToAnswer",
    "UnableToAsk",
    "UnableToAssign",
    "UnableToComplete",
    "UnableToCorrect",
    "UnableToDecide",
    "UnableToFile",
    "UnableToFillIn",
    "UnableToIssue",
    "UnableToMove",
    "UnableToPass",
    "UnableToRate",
    "UnableToRefuse",
    "UnableToReopen",
    "UnableToResume",
    "UnableToReturn",
    "UnableToRevoke",
    "UnableToSetDue",
    "UnableToTake",
    "UnableToUrge",
    "UnableToWithdraw",
    "UnableToWrite",
    "answer",
    "approval_stands",
    "ask_approval",
    "ask_requester",
    "assign",
    "complete",
    "correct",
    "decide_approval",
    "fill_office_part",
    "issue_certificate",
    "make_missing_papers",
    "make_paper",
    "may_still_reopen",
    "pass_to_seal",
    "post_message",
    "rate",
    "reading_of",
    "refuse",
    "reissue_certificate",
    "reopen",
    "resume",
    "return_for_correction",
    "revoke_certificate",
    "save_draft",
    "set_due",
    "start_draft",
    "submit",
    "take",
    "urge",
    "withdraw",
]
