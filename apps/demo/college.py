"""The demo college: departments, offices, programmes, classes."""

from dataclasses import dataclass, field

from apps.people.enums import UnitKind
from apps.people.models import Unit

DEPARTMENTS = (
    ("cs", "計算機系", "计算机系", "Department of Computer Science", "計算機", "计算机"),
    ("se", "軟件工程系", "软件工程系", "Department of Software Engineering", "軟件", "软件"),
    ("im", "信息管理系", "信息管理系", "Department of Information Management", "信管", "信管"),
    ("ds", "數據科學系", "数据科学系", "Department of Data Science", "數據", "数据"),
    ("ns", "網絡安全系", "网络安全系", "Department of Network Security", "網安", "网安"),
)
OFFICES = (
    ("teaching", "教務辦公室", "教务办公室", "Teaching Office"),
    ("lab", "實驗中心", "实验中心", "Laboratory Centre"),
)
CLASS_SIZE = 40
YEARS = (2023, 2024, 2025, 2026)


@dataclass
class College:
    """The units that were made."""

    root: Unit
    office: Unit
    departments: list[Unit]
    offices: list[Unit]
    classes: list[Unit] = field(default_factory=list)


def words(hant: str, hans: str, english: str) -> dict[str, str]:
    return {"zh-hant": hant, "zh-hans": hans, "en": english}


def make_unit(
    parent: Unit | None, code: str, kind: str, name: dict[str, str], *, entry_year: int | None = None
) -> Unit:
    values = {"parent": parent, "kind": kind, "name": name, "entry_year": entry_year}
    return Unit.objects.get_or_create(code=code, defaults=values)[0]


def make_college(students: int) -> College:
    """Root, office, departments, offices, and enough classes for `students`."""
    root = make_unit(None, "college", UnitKind.COLLEGE, words("信息學院", "信息学院", "College of Information"))
    office = make_unit(
        root, "office", UnitKind.OFFICE, words("學院辦公室", "学院办公室", "College Administrative Office")
    )
    departments = [
        make_unit(root, code, UnitKind.DEPARTMENT, words(hant, hans, english))
        for code, hant, hans, english, _short, _short_hans in DEPARTMENTS
    ]
    offices = [make_unit(root, code, UnitKind.OFFICE, words(*names)) for code, *names in OFFICES]
    college = College(root, office, departments, offices)
    college.classes = list(_make_classes(departments, students))
    return college


def _make_classes(departments: list[Unit], students: int) -> list[Unit]:
    rounds = max(1, -(-students // (CLASS_SIZE * len(departments) * len(YEARS))))
    made = []
    for number in range(1, rounds + 1):
        for year in YEARS:
            for department, spec in zip(departments, DEPARTMENTS, strict=True):
                label = f"{year % 100}{number:02d}"
                made.append(
                    make_unit(
                        department,
                        f"{spec[0]}{label}",
                        UnitKind.CLASS,
                        words(f"{spec[4]}{label}班", f"{spec[5]}{label}班", f"{spec[0].upper()} class {label}"),
                        entry_year=year,
                    )
                )
    return made
