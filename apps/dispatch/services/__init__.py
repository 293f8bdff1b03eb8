"""Everything that is done with outgoing papers. One function a verb."""

from apps.dispatch.services.deciding import decide, take_back, void, withdraw
from apps.dispatch.services.drafting import Terms, change_draft, change_foot, create_draft
from apps.dispatch.services.errors import (
    UnableToDecide,
    UnableToDraft,
    UnableToIssue,
    UnableToRoute,
    UnableToTakeBack,
)
from apps.dispatch.services.handing_over import hand_over
from apps.dispatch.services.numbering import number_paper
from apps.dispatch.services.routing import Plan, add_signer, change_signer, send_round, urge
from apps.dispatch.services.sealing import pass_to_seal
from apps.dispatch.services.sending import Outside, note_sent, send_paper, take_line_back
from apps.dispatch.services.telling_units import units_without_secretary

__all__ = [
    "Outside",
    "Plan",
    "Terms",
    "UnableToDecide",
    "UnableToDraft",
    "UnableToIssue",
    "UnableToRoute",
    "UnableToTakeBack",
    "add_signer",
    "change_draft",
    "change_foot",
    "change_signer",
    "create_draft",
    "decide",
    "hand_over",
    "note_sent",
    "number_paper",
    "pass_to_seal",
    "send_paper",
    "send_round",
    "take_back",
    "take_line_back",
    "units_without_secretary",
    "urge",
    "void",
    "withdraw",
]
