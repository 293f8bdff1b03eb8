"""Everything that can be done with a request; one function a move. Topics are in the modules."""

from apps.servicedesk.papers.certificates import (
    UnableToIssue,
)
from apps.servicedesk.reopening import (
    may_still_reopen,
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
    UnableToAdd,
    UnableToAnswer,
    UnableToAsk,
    UnableToAssign,
    UnableToComplete,
    UnableToCorrect,
    UnableToDecide,
    UnableToFile,
    UnableToFillIn,
    UnableToFollowUp,
    UnableToGiveTask,
    UnableToLapse,
    UnableToLink,
    UnableToMerge,
    UnableToMove,
    UnableToPass,
    UnableToPassOn,
    UnableToRate,
    UnableToRecall,
    UnableToRefuse,
    UnableToReopen,
    UnableToRepeat,
    UnableToResume,
    UnableToReturn,
    UnableToSetDue,
    UnableToSetPriority,
    UnableToSplit,
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
from apps.servicedesk.services.following import (
    follow_up,
)
from apps.servicedesk.services.handling import (
    ask_requester,
    assign,
    resume,
    return_for_correction,
    set_due,
    take,
)
from apps.servicedesk.services.linking import (
    link,
    unlink,
)
from apps.servicedesk.services.merging import (
    merge,
    unmerge,
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
from apps.servicedesk.services.participants import (
    add_participant,
    change_participant,
    leave,
    participants_of,
    remove_participant,
)
from apps.servicedesk.services.passing import (
    pass_on,
)
from apps.servicedesk.services.recurring import (
    change_rule,
    repeat,
    run_recurrences,
    set_state,
)
from apps.servicedesk.services.requesting import (
    answer,
    rate,
    reopen,
    urge,
    withdraw,
)
from apps.servicedesk.services.sealing import (
    pass_to_seal,
)
from apps.servicedesk.services.splitting import (
    split,
)
from apps.servicedesk.services.targets import (
    Promised,
    save_targets,
    set_priority,
)
from apps.servicedesk.services.tasks import (
    give_task,
)
from apps.servicedesk.services.time import (
    spend_time,
)
from apps.servicedesk.services.waiting import (
    wait_for_others,
)
from apps.servicedesk.services.watching import (
    stop_watching,
    watch,
)

__all__ = [
    "Changed",
    "Promised",
    "UnableToAdd",
    "UnableToAnswer",
    "UnableToAsk",
    "UnableToAssign",
    "UnableToComplete",
    "UnableToCorrect",
    "UnableToDecide",
    "UnableToFile",
    "UnableToFillIn",
    "UnableToFollowUp",
    "UnableToGiveTask",
    "UnableToIssue",
    "UnableToLapse",
    "UnableToLink",
    "UnableToMerge",
    "UnableToMove",
    "UnableToPass",
    "UnableToPassOn",
    "UnableToRate",
    "UnableToRecall",
    "UnableToRefuse",
    "UnableToReopen",
    "UnableToRepeat",
    "UnableToResume",
    "UnableToReturn",
    "UnableToRevoke",
    "UnableToSetDue",
    "UnableToSetPriority",
    "UnableToSplit",
    "UnableToTake",
    "UnableToUrge",
    "UnableToWait",
    "UnableToWithdraw",
    "UnableToWrite",
    "add_participant",
    "answer",
    "approval_stands",
    "ask_approval",
    "ask_requester",
    "assign",
    "change_participant",
    "change_rule",
    "complete",
    "correct",
    "decide_approval",
    "fill_office_part",
    "follow_up",
    "give_task",
    "issue_certificate",
    "leave",
    "link",
    "make_missing_papers",
    "make_paper",
    "may_still_reopen",
    "merge",
    "note_reprint",
    "participants_of",
    "pass_on",
    "pass_to_seal",
    "post_message",
    "rate",
    "reading_of",
    "recall_approval",
    "refuse",
    "reissue_certificate",
    "remove_participant",
    "reopen",
    "repeat",
    "resume",
    "return_for_correction",
    "revoke_certificate",
    "run_recurrences",
    "save_draft",
    "save_targets",
    "set_due",
    "set_priority",
    "set_state",
    "spend_time",
    "split",
    "start_draft",
    "stop_watching",
    "submit",
    "take",
    "unlink",
    "unmerge",
    "urge",
    "wait_for_others",
    "watch",
    "withdraw",
]
