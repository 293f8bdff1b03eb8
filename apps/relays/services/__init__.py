"""Everything that is done with a relay. One function a verb."""

from apps.relays.services.climbing import climb, start_lines
from apps.relays.services.errors import (
    UnableToDecide,
    UnableToExtend,
    UnableToPassOn,
    UnableToRelay,
    UnableToReport,
    UnableToSign,
)
from apps.relays.services.extending import ask_extension, grant_extension, refuse_extension
from apps.relays.services.following import follow_originals, release_lines
from apps.relays.services.passing import pass_down, pass_on
from apps.relays.services.reminding import remind_units
from apps.relays.services.reporting import accept, excuse, give_back, open_below, report, role_of_round
from apps.relays.services.setting_up import relay, stop_relaying
from apps.relays.services.signing import call, sign, sign_by_phone

__all__ = [
    "UnableToDecide",
    "UnableToExtend",
    "UnableToPassOn",
    "UnableToRelay",
    "UnableToReport",
    "UnableToSign",
    "accept",
    "ask_extension",
    "call",
    "climb",
    "excuse",
    "follow_originals",
    "give_back",
    "grant_extension",
    "open_below",
    "pass_down",
    "pass_on",
    "refuse_extension",
    "relay",
    "release_lines",
    "remind_units",
    "report",
    "role_of_round",
    "sign",
    "sign_by_phone",
    "start_lines",
    "stop_relaying",
]
