"""Rows of the register and the ledger, locked first and read second."""

from apps.seals.models import Seal, SealUse


def lock_seal(seal: Seal) -> Seal:
    """One change to a seal at a time: its keepers, hand-overs, outings."""
    Seal.objects.select_for_update().only("pk").get(pk=seal.pk)
    return Seal.objects.select_related("unit").get(pk=seal.pk)


def lock_use(use: SealUse) -> SealUse:
    SealUse.objects.select_for_update().only("pk").get(pk=use.pk)
    return SealUse.objects.select_related("seal", "requested_by", "asked_by", "approved_by").get(pk=use.pk)
