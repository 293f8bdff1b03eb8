"""The seals that a college office has, entered in the register; who keeps them the director says. Safe to run again."""

from apps.people.models import Unit
from apps.seals.enums import SealKind
from apps.seals.models import Seal

SEALS = (
    ("college", SealKind.COLLEGE, ("學院公章", "学院公章", "Seal of the college")),
    ("office", SealKind.OFFICE, ("院辦公室章", "院办公室章", "Seal of the office")),
    ("research", SealKind.OTHER, ("科研專用章", "科研专用章", "Seal for research")),
    ("contract", SealKind.CONTRACT, ("合同專用章", "合同专用章", "Seal for contracts")),
)


def install_seals(unit: Unit) -> list[Seal]:
    """Make what is missing; gives the seals made now."""
    made = []
    for code, kind, (hant, hans, en) in SEALS:
        name = {"zh-hant": hant, "zh-hans": hans, "en": en}
        row, is_new = Seal.objects.get_or_create(code=code, defaults={"kind": kind, "name": name, "unit": unit})
        made += [row] if is_new else []
    return made
