"""Nothing grows too long to be read."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("apps", "office_portal", "script", "benchmarks")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_TEMPLATE = 150


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in ROOT.glob(f"{folder}/**/*.py") if "migrations" not in path.parts)


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def test_files() -> None:
    assert [f"{path.relative_to(ROOT)}: {lines(path)}" for path in sources() if lines(path) > LONGEST_FILE] == []


def test_functions() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {node.name} {node.end_lineno - node.lineno + 1}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert too_long == []


def test_templates() -> None:
    templates = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("apps/*/templates/**/*.html")]

    assert [f"{path.relative_to(ROOT)}: {lines(path)}" for path in templates if lines(path) > LONGEST_TEMPLATE] == []
