"""Everything that is done with notices. One function a verb."""

from apps.notices.services.answering import UnableToAnswer, record_answered, record_returned
from apps.notices.services.approving import UnableToApprove, approve, ask_approval, send_back
from apps.notices.services.chasing import (
    RemindedRecently,
    UnableToExcuse,
    UnableToRecord,
    UnableToRemind,
    excuse,
    record_told,
    remind_open,
    remind_person,
)
from apps.notices.services.chunks import fan_out
from apps.notices.services.completeness import find_missing
from apps.notices.services.compose import UnableToSave, VersionClash, create_draft, discard_draft, edit_draft
from apps.notices.services.due import publish_due
from apps.notices.services.editions import NotYetChangeable, UnableToChange, change, recall
from apps.notices.services.escalating import escalate
from apps.notices.services.file_reports import ask_file_report, make_file_report, make_waiting_reports
from apps.notices.services.joining import add_late_joiners
from apps.notices.services.ladder import climb
from apps.notices.services.phoning import UnableToRecordCall, record_call
from apps.notices.services.publishing import (
    UnableToPublish,
    expire_due,
    finish_all,
    publish,
    schedule,
    unschedule,
)
from apps.notices.services.reading import UnableToAcknowledge, acknowledge, note_download, open_notice
from apps.notices.services.reminding import plan_reminders
from apps.notices.services.rounds import complete_round
from apps.notices.services.settling import UnableToSettle, settle_missing
from apps.notices.services.signing_for import record_called, record_signed_for

__all__ = [
    "NotYetChangeable",
    "RemindedRecently",
    "UnableToAcknowledge",
    "UnableToAnswer",
    "UnableToApprove",
    "UnableToChange",
    "UnableToExcuse",
    "UnableToPublish",
    "UnableToRecord",
    "UnableToRecordCall",
    "UnableToRemind",
    "UnableToSave",
    "UnableToSettle",
    "VersionClash",
    "acknowledge",
    "add_late_joiners",
    "approve",
    "ask_approval",
    "ask_file_report",
    "change",
    "climb",
    "complete_round",
    "create_draft",
    "discard_draft",
    "edit_draft",
    "escalate",
    "excuse",
    "expire_due",
    "fan_out",
    "find_missing",
    "finish_all",
    "make_file_report",
    "make_waiting_reports",
    "note_download",
    "open_notice",
    "plan_reminders",
    "publish",
    "publish_due",
    "recall",
    "record_answered",
    "record_call",
    "record_called",
    "record_returned",
    "record_signed_for",
    "record_told",
    "remind_open",
    "remind_person",
    "schedule",
    "send_back",
    "settle_missing",
    "unschedule",
]
