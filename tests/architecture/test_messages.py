"""The translations are complete."""

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
