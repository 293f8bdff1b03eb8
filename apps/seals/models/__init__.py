"""Seals and who keeps them; the ledger of their uses."""

from apps.seals.models.register import Handover, Keeping, Seal, Specimen
from apps.seals.models.uses import Impression, Outing, SealUse

__all__ = ["Handover", "Impression", "Keeping", "Outing", "Seal", "SealUse", "Specimen"]
