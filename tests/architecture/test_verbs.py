"""Every verb that is written into the history has words for people."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from apps.approvals.enums import DECISIONS
from apps.core.verbs import VERBS, words_of
from apps.servicedesk.enums import MOVES

ROOT = Path(__file__).resolve().parents[2] / "apps"
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py") if path.parent.name != "demo")
LEFT_OUT = {"migrations", "locale", "static", "templates"}
# Written about a thing of another app: (app of the code, verb) to the app whose words are shown.
ELSEWHERE = {
    ("delivery", "mark_address_dead"): "people",
    ("replies", "collecting"): "notices",
    ("replies", "not_collecting"): "notices",
    ("interfaces", "copy_asked"): "people",
    ("interfaces", "copy_taken"): "people",
    ("imports", "imported"): "people",
    ("imports", "updated_by_import"): "people",
    ("imports", "import_undone"): "people",
}
# Verbs that come from a table at run time.
FROM_TABLES = {"servicedesk": set(MOVES), "approvals": {str(decision) for decision in DECISIONS}}


def constants(node: ast.AST) -> Iterator[str]:
    """The texts that an expression can give: a literal, either side of a choice, the values of a table."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from constants(value)
    elif isinstance(node, ast.BinOp):  # ["verb"] * count
        yield from constants(node.left)
    elif isinstance(node, ast.List):
        for value in node.elts:
            yield from constants(value)


def written_in(tree: ast.Module) -> Iterator[str]:
    """Verbs given by name, by position to a function of the module that takes `verb`, or kept in a constant VERB…"""
    takes = {
        function.name: [each.arg for each in function.args.args]
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and "VERB" in node.targets[0].id:
            yield from constants(node.value)
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            if keyword.arg == "verb":
                yield from constants(keyword.value)
        names = takes.get(node.func.id, []) if isinstance(node.func, ast.Name) else []
        for name, given in zip(names, node.args, strict=False):
            if name in ("verb", "verbs"):
                yield from constants(given)


def verbs_of(app: str) -> set[str]:
    found = set(FROM_TABLES.get(app, ()))
    for path in (ROOT / app).rglob("*.py"):
        if path.name == "verbs.py" or LEFT_OUT & set(path.parts):
            continue
        found |= set(written_in(ast.parse(path.read_text())))
    return found


@pytest.mark.parametrize("app", APPS)
def test_every_verb_has_words(app: str) -> None:
    wordless = {
        verb for verb in verbs_of(app) if verb not in VERBS and verb not in words_of(ELSEWHERE.get((app, verb), app))
    }

    assert wordless == set()


def test_the_search_finds_verbs_however_they_are_given() -> None:
    assert "form_published" in verbs_of("questionnaires")  # by name
    assert {"told", "excused"} <= verbs_of("notices")  # by position
    assert "overdue_told" in verbs_of("servicedesk")  # in a constant
    assert "import_undone" in verbs_of("imports")  # many at once


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
@pytest.mark.parametrize("app", APPS)
def test_words_of_history_are_translated(app: str, language: str) -> None:
    with override(language):
        english = {verb: str(words) for verb, words in words_of(app).items() if str(words).isascii()}

    assert english == {}
