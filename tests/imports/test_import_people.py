"""The command that others build on."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.people.models import Person
from tests.imports.factories import CHEN, LIN, roster

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> tuple[dict[str, object], int]:
    """The JSON that was printed, and the exit code."""
    out = io.StringIO()
    code = 0
    try:
        call_command("import_people", str(path), "--json", *options, stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        code = int(end.code)
    return json.loads(out.getvalue()), code


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_bytes(roster(LIN, CHEN))
    return path


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    path = tmp_path / "flawed.csv"
    path.write_bytes(roster(LIN, ["", *CHEN[1:]]))
    return path


def test_good_file_comes_in(good: Path) -> None:
    assert run(good) == ({"created": 2, "updated": 0, "unchanged": 0, "refused": []}, 0)
    assert Person.objects.count() == 2


def test_second_run_changes_nothing(good: Path) -> None:
    run(good)

    assert run(good) == ({"created": 0, "updated": 0, "unchanged": 2, "refused": []}, 0)


def test_dry_run_says_what_would_be(good: Path) -> None:
    assert run(good, "--dry-run") == ({"created": 2, "updated": 0, "unchanged": 0, "refused": []}, 0)
    assert Person.objects.count() == 0


def test_refused_row_brings_nothing_in_and_exits_1(flawed: Path) -> None:
    refused = [{"line": 3, "column": "學號", "reason": "The number is missing."}]

    assert run(flawed) == ({"created": 0, "updated": 0, "unchanged": 0, "refused": refused}, 1)
    assert Person.objects.count() == 0


def test_partial_brings_the_good_rows_in(flawed: Path) -> None:
    figures, code = run(flawed, "--accept-partial")

    assert (figures["created"], len(figures["refused"]), code) == (1, 1, 0)


def test_unreadable_file_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    figures, code = run(path)

    assert (figures["refused"], code) == ([{"line": None, "column": "", "reason": "The file is empty."}], 1)


def test_text_lists_refused_and_doubtful_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(roster(LIN, [*CHEN[:4], "", CHEN[5]]))
    call_command("import_people", str(path))

    assert "created 2" in capsys.readouterr().out


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_people", str(tmp_path / "none.csv"))


def test_too_large_file_is_not_read(good: Path, settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(CommandError, match="larger"):
        call_command("import_people", str(good))


def test_role_can_be_said(good: Path) -> None:
    run(good, "--role", "staff")

    assert Person.objects.first().posts.get().role == "staff"
