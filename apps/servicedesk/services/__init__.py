"""Everything that can be done with a request; one function a move. Topics are in the modules."""

from apps.servicedesk.certificates import (
    UnableToIssue,
)
from apps.servicedesk.services.approval import (
    ask_approval,
    decide_approval,
    recall_approval,
)
from apps.servicedesk.services.approval_standing import (
    approval_stands,
)
from apps.servicedesk.services.closing import (
    complete,
    refuse,
)
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
    UnableToLapse,
    UnableToMove,
    UnableToPass,
    UnableToRate,
    UnableToRecall,
    UnableToRefuse,
    UnableToReopen,
    UnableToResume,
    UnableToReturn,
    UnableToSetDue,
    UnableToSetPriority,
    UnableToTake,
    UnableToUrge,
    UnableToWait,
    UnableToWithdraw,
    UnableToWrite,
)
from apps.servicedesk.services.filing import (
    correct,
    save_draft,
    start_draft,
    submit,
)
from apps.servicedesk.services.handling import (
    ask_requester,
    assign,
    resume,
    return_for_correction,
    set_due,
    take,
)
from apps.servicedesk.services.messages import (
    post_message,
)
from apps.servicedesk.services.moving import (
    reading_of,
)
from apps.servicedesk.services.office import (
    fill_office_part,
)
from apps.servicedesk.services.papers import (
    UnableToRevoke,
    issue_certificate,
    make_missing_papers,
    make_paper,
    note_reprint,
    reissue_certificate,
    revoke_certificate,
)
from apps.servicedesk.services.requesting import (
    answer,
    may_still_reopen,
    rate,
    reopen,
    urge,
    withdraw,
)
from apps.servicedesk.services.sealing import (
    pass_to_seal,
)
from apps.servicedesk.services.targets import (
    Promised,
    save_targets,
    set_priority,
)
from apps.servicedesk.services.time import (
    spend_time,
)
from apps.servicedesk.services.waiting import (
    wait_for_others,
)

__all__ = [
    "Changed",
    "Promised",
    "UnableToAnswer",
    "UnableToAsk",
    "UnableToAssign",
    "UnableToComplete",
    "UnableToCorrect",
    "UnableToDecide",
    "UnableToFile",
    "UnableToFillIn",
    "UnableToIssue",
    "UnableToLapse",
    "UnableToMove",
    "UnableToPass",
    "UnableToRate",
    "UnableToRecall",
    "UnableToRefuse",
    "UnableToReopen",
    "UnableToResume",
    "UnableToReturn",
    "UnableToRevoke",
    "UnableToSetDue",
    "UnableToSetPriority",
    "UnableToTake",
    "UnableToUrge",
    "UnableToWait",
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
    "note_reprint",
    "pass_to_seal",
    "post_message",
    "rate",
    "reading_of",
    "recall_approval",
    "refuse",
    "reissue_certificate",
    "reopen",
    "resume",
    "return_for_correction",
    "revoke_certificate",
    "save_draft",
    "save_targets",
    "set_due",
    "set_priority",
    "spend_time",
    "start_draft",
    "submit",
    "take",
    "urge",
    "wait_for_others",
    "withdraw",
]
