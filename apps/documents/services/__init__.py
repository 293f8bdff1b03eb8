"""Everything that is done with official documents, incoming and outgoing. One function a verb."""

from apps.documents.services.concerned import involve
from apps.documents.services.editions import check_chain, give_opinion, latest, write_edition
from apps.documents.services.errors import Changed, UnableToLink, UnableToMove, UnableToNumber, UnableToRegister
from apps.documents.services.numbering import (
    find_faults,
    give_number,
    let_reservations_run_out,
    reserve_number,
    take_out_of_use,
)
from apps.documents.services.texts import rebuild_texts, refresh_text

__all__ = [
    "Changed",
    "UnableToLink",
    "UnableToMove",
    "UnableToNumber",
    "UnableToRegister",
    "check_chain",
    "find_faults",
    "give_number",
    "give_opinion",
    "involve",
    "latest",
    "let_reservations_run_out",
    "rebuild_texts",
    "refresh_text",
    "reserve_number",
    "take_out_of_use",
    "write_edition",
]
