"""Units by name: find the class, programme or department a row names, and make those that are missing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from apps.people.course_years import year_of_name
from apps.people.enums import Role, UnitKind
from apps.people.models import Unit

Path = tuple[tuple[str, str], ...]  # ((kind, name), …) from the top; () is the college itself
OFFICE_ENDINGS = ("辦公室", "办公室", "處", "处", "科", "中心辦公室", "office")
SPOT = {UnitKind.OFFICE: "office-or-department", UnitKind.DEPARTMENT: "office-or-department"}


def wanted_path(values: dict[str, str], role: str) -> Path:
    """What a row says about the unit. Students: programme and class; staff: department."""
    if role == Role.STUDENT:
        pairs = ((UnitKind.PROGRAMME, values.get("programme", "")), (UnitKind.CLASS, values.get("class", "")))
        path = tuple((str(kind), name) for kind, name in pairs if name)
        if path:
            return path
    name = values.get("department", "")
    if not name:
        return ()
    kind = UnitKind.OFFICE if name.lower().endswith(OFFICE_ENDINGS) else UnitKind.DEPARTMENT
    return ((str(kind), name),)


def find_college() -> Unit | None:
    """The college: the first unit without a parent."""
    return Unit.objects.filter(parent__isnull=True).order_by("pk").first()


class UnitBook:
    """All units in memory (a college has hundreds), found by name in any language. Two queries, then none."""

    def __init__(self) -> None:
        self.college = find_college()
        self.by_id: dict[int, Unit] = {}
        self.by_name: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in Unit.objects.order_by("pk"):
            self.add(unit)

    def add(self, unit: Unit) -> None:
        self.by_id[unit.pk] = unit
        for name in {str(name).strip() for name in unit.name.values()}:
            self.by_name[(SPOT.get(unit.kind, unit.kind), name)].append(unit)

    def find(self, path: Path) -> Unit | None:
        """The unit at `path`: its name fits, and each unit named above it really is above it."""
        if not path:
            return self.college
        kind, name = path[-1]
        for unit in self.by_name[(SPOT.get(kind, kind), name)]:
            above = {key for parent in self._above(unit) for key in self._names(parent)}
            if all((SPOT.get(kind, kind), name) in above for kind, name in path[:-1]):
                return unit
        return None

    def make(self, path: Path) -> tuple[Unit, list[Unit]]:
        """The unit at `path`, made with all that is missing above it, or taken into use again; and what was made."""
        found = self.find(path)
        if found:
            self._take_into_use(found)
            return found, []
        if not path:
            self.college = Unit.objects.create(
                code="college", kind=UnitKind.COLLEGE, name=_name("學院", "学院", "College")
            )
            self.add(self.college)
            return self.college, [self.college]
        parent, made = self.make(path[:-1])
        kind, name = path[-1]
        year = year_of_name(name) if kind == UnitKind.CLASS else None
        unit = Unit.objects.create(
            parent=parent, kind=kind, code=self._code(path), name=_name(name, name), entry_year=year
        )
        self.add(unit)
        return unit, [*made, unit]

    def _take_into_use(self, unit: Unit) -> None:
        """`unit` and what it stands below, where they were out of use."""
        for one in (unit, *self._above(unit)):
            if not one.is_active:
                one.is_active = True
                one.save(update_fields=["is_active"])

    def _code(self, path: Path) -> str:
        """The name itself where it is free and short, else a name that the path determines."""
        name = path[-1][1]
        codes = {unit.code for unit in self.by_id.values()}
        if len(name) <= 40 and name not in codes:
            return name
        return "u-" + hashlib.sha256(repr(path).encode()).hexdigest()[:16]

    def _above(self, unit: Unit) -> Iterable[Unit]:
        while unit.parent_id:
            unit = self.by_id[unit.parent_id]
            yield unit

    def _names(self, unit: Unit) -> set[tuple[str, str]]:
        return {(SPOT.get(unit.kind, unit.kind), str(name).strip()) for name in unit.name.values()}


def _name(hant: str, hans: str, english: str = "") -> dict[str, str]:
    return {"zh-hant": hant, "zh-hans": hans} | ({"en": english} if english else {})
