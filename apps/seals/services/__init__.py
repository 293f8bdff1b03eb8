"""Everything that can be done with seals; one function a deed. Topics are in the modules."""

from apps.seals.services.errors import UnableToKeep, UnableToRegister, UnableToSeal, UnableToTakeOut
from apps.seals.services.keeping import appoint_keeper, appoint_stand_in, cancel_handover, end_stand_in, give, take_over
from apps.seals.services.outings import bring_back, remind_overdue, take_out
from apps.seals.services.register import add_specimen, change_state, save_seal
from apps.seals.services.using import call_off, close, correct_entry, impress, register

__all__ = [
    "UnableToKeep",
    "UnableToRegister",
    "UnableToSeal",
    "UnableToTakeOut",
    "add_specimen",
    "appoint_keeper",
    "appoint_stand_in",
    "bring_back",
    "call_off",
    "cancel_handover",
    "change_state",
    "close",
    "correct_entry",
    "end_stand_in",
    "give",
    "impress",
    "register",
    "remind_overdue",
    "save_seal",
    "take_out",
    "take_over",
]
