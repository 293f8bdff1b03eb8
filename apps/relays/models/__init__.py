"""Notices to units, one line a unit, what was passed on, and more time that was asked for."""

from apps.relays.models.extension import Extension
from apps.relays.models.keeping import Copy, Reminder
from apps.relays.models.line import RelayLine
from apps.relays.models.relay import Relay

__all__ = ["Copy", "Extension", "Relay", "RelayLine", "Reminder"]
