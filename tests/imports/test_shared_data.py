"""Two real-sized rosters with known flaws: each flaw is accounted for, to the row."""

import os
from collections import Counter
from pathlib import Path

import pytest

from apps.imports.models import Batch
from apps.imports.services import commit
from apps.people.models import Person, Post
from tests.imports.factories import AT, staged

FOLDER = Path(os.environ.get("PORTAL_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not here (set PORTAL_SHARED_DATA)"),
]


def load(name: str) -> Batch:
    return staged((FOLDER / name).read_bytes(), name=name)


def codes_of(batch: Batch) -> Counter[str]:
    return Counter(
        problem["code"] for problems in batch.rows.values_list("problems", flat=True) for problem in problems
    )


def mends_of(batch: Batch) -> Counter[tuple[str, str]]:
    rows = batch.rows.values_list("mended", flat=True)
    return Counter((mend["column"], code) for mends in rows for mend in mends for code in mend["codes"])


def test_every_flaw_of_the_students_is_told() -> None:
    batch = load("students-2026.csv")

    assert (batch.encoding, batch.header_line, batch.rows.count()) == ("gb18030", 3, 4037)
    assert codes_of(batch) == {
        "same_as_line": 25,  # identical doubles
        "same_number_other_name": 24,  # 12 numbers used by another name: both lines
        "no_mail": 40,
        "broken_mail": 12,
        "no_number": 5,
    }
    assert mends_of(batch) == {("number", "full_width"): 30, ("name", "spaces"): 40}
    figures = {key: batch.counts[key] for key in ("created", "updated", "unchanged", "refused", "doubtful")}
    assert figures == {"created": 3971, "updated": 0, "unchanged": 25, "refused": 41, "doubtful": 65}


def test_students_come_in_once() -> None:
    commit(batch=load("students-2026.csv"), actor=None, accept_partial=True, at=AT)
    again = commit(batch=load("students-2026.csv"), actor=None, accept_partial=True, at=AT)

    assert Person.objects.count() == Post.objects.count() == 3971
    assert (again.counts["created"], again.counts["updated"], again.counts["unchanged"]) == (0, 0, 3996)


def test_staff_stand_in_their_departments() -> None:
    batch = load("staff-2026.xlsx")
    assert batch.options["skipped"] == ["说明"]
    assert codes_of(batch) == {"no_mail": 14}
    assert mends_of(batch) == {("department", "filled_down"): 331}
    commit(batch=batch, actor=None, at=AT)

    assert Counter(Post.objects.values_list("unit__name__zh-hans", flat=True)) == {
        "信息管理系": 59,
        "实验中心": 55,
        "学生工作办公室": 54,
        "软件工程系": 52,
        "学院办公室": 47,
        "教学科研办公室": 40,
        "计算机系": 31,
    }
    assert Person.objects.get(number="90001").posts.get().title == "讲师、副主任"
