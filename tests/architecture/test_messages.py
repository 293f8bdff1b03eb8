"""The translations are complete."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh_Hant", "zh_Hans")
FILES = sorted([*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("apps/*/locale/*/LC_MESSAGES/*.po")])


def message_ids(path: Path) -> set[str]:
    return {entry.msgid for entry in polib.pofile(str(path)) if not entry.obsolete}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_message_is_translated(path: Path) -> None:
    messages = polib.pofile(str(path))

    assert [entry.msgid for entry in messages.fuzzy_entries()] == []
    assert [entry.msgid for entry in messages.untranslated_entries()] == []


def test_both_scripts_have_the_same_messages() -> None:
    for folder in {path.parents[2] for path in FILES}:
        hant, hans = (message_ids(folder / language / "LC_MESSAGES/django.po") for language in LANGUAGES)
        assert hant == hans, folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_message_has_one_translation(language: str) -> None:
    """Catalogues of all apps are merged: the same English words with two meanings need a context."""
    found: dict[tuple[str | None, str], set[str]] = {}
    for path in (path for path in FILES if path.parts[-3] == language):
        for entry in polib.pofile(str(path)):
            text = entry.msgstr or entry.msgstr_plural.get(0, "")
            found.setdefault((entry.msgctxt, entry.msgid), set()).add(text)
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext's xgettext (Debian: gettext)")
@pytest.mark.parametrize("app", sorted(path.parent.name for path in ROOT.glob("apps/*/apps.py")))
def test_every_marked_string_is_in_the_catalogue(app: str, tmp_path: Path) -> None:
    copy = tmp_path / app
    shutil.copytree(ROOT / "apps" / app, copy, ignore=shutil.ignore_patterns("__pycache__", "locale", "typst"))
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hant", "--no-location"]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment["PYTHONSAFEPATH"] = "1"  # apps/core/numbers.py is not the standard library's
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env=environment)
    made = copy / "locale/zh_Hant/LC_MESSAGES/django.po"
    marked = message_ids(made) if made.exists() else set()
    kept = ROOT / "apps" / app / "locale/zh_Hant/LC_MESSAGES/django.po"
    assert marked - (message_ids(kept) if kept.exists() else set()) == set()
