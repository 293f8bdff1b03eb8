"""Everything that is done with official documents, incoming and outgoing. One function a verb."""

from apps.documents.services.access import let_in, set_access, take_back
from apps.documents.services.checking import send_back, void
from apps.documents.services.circulating import (
    add_readers,
    circulate,
    excuse_reader,
    open_paper,
    own_line,
    read_paper,
    urge_readers,
)
from apps.documents.services.closing import Answer, answer, close, obstacles, reopen
from apps.documents.services.concerned import involve
from apps.documents.services.due_dates import count_missing, own_due
from apps.documents.services.editions import check_chain, give_opinion, latest, write_edition
from apps.documents.services.errors import (
    AlreadyRegistered,
    Changed,
    UnableToCirculate,
    UnableToLink,
    UnableToMove,
    UnableToNumber,
    UnableToRegister,
)
from apps.documents.services.filing import file_document, make_package, make_waiting_packages
from apps.documents.services.handing_down import HandedDown, UnitAsk, hand_to_units
from apps.documents.services.handling import hand_over, handle, set_due, urge
from apps.documents.services.instructing import instruct, stands_in
from apps.documents.services.leaving import give_to_directors
from apps.documents.services.linking import link, unlink
from apps.documents.services.nightly import check_ledger, last_check
from apps.documents.services.noticing import begin_notice
from apps.documents.services.numbering import (
    find_faults,
    give_number,
    let_reservations_run_out,
    reserve_number,
    take_out_of_use,
)
from apps.documents.services.papers import Paper, find_same, paper_of
from apps.documents.services.proposing import Plan, ask_one_more, propose, withdraw_question
from apps.documents.services.registering import add_files, correct, enter, mark_of, register, sign_for
from apps.documents.services.secrecy import remove_classified
from apps.documents.services.settings import SeriesWanted, change_series, switch_profile
from apps.documents.services.texts import rebuild_texts, refresh_text
from apps.documents.services.tracing import trace
from apps.documents.services.used_on_paper import note_used_on_paper

__all__ = [
    "AlreadyRegistered",
    "Answer",
    "Changed",
    "HandedDown",
    "Paper",
    "Plan",
    "SeriesWanted",
    "UnableToCirculate",
    "UnableToLink",
    "UnableToMove",
    "UnableToNumber",
    "UnableToRegister",
    "UnitAsk",
    "add_files",
    "add_readers",
    "answer",
    "ask_one_more",
    "begin_notice",
    "change_series",
    "check_chain",
    "check_ledger",
    "circulate",
    "close",
    "correct",
    "count_missing",
    "enter",
    "excuse_reader",
    "file_document",
    "find_faults",
    "find_same",
    "give_number",
    "give_opinion",
    "give_to_directors",
    "hand_over",
    "hand_to_units",
    "handle",
    "instruct",
    "involve",
    "last_check",
    "latest",
    "let_in",
    "let_reservations_run_out",
    "link",
    "make_package",
    "make_waiting_packages",
    "mark_of",
    "note_used_on_paper",
    "obstacles",
    "open_paper",
    "own_due",
    "own_line",
    "paper_of",
    "propose",
    "read_paper",
    "rebuild_texts",
    "refresh_text",
    "register",
    "remove_classified",
    "reopen",
    "reserve_number",
    "send_back",
    "set_access",
    "set_due",
    "sign_for",
    "stands_in",
    "switch_profile",
    "take_back",
    "take_out_of_use",
    "trace",
    "unlink",
    "urge",
    "urge_readers",
    "void",
    "withdraw_question",
    "write_edition",
]
