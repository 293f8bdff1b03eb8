"""Compile the translations (.po → .mo) that changed. Needs no GNU gettext and no Django settings."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    for source in sorted([*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("apps/*/locale/*/LC_MESSAGES/*.po")]):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))


if __name__ == "__main__":
    main()
