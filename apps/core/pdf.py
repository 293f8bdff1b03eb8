"""PDF by typst. A template is a .typ file in an app's `typst/` folder; its data comes as one JSON object."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import typst
from django.apps import apps
from django.conf import settings

FONT_WEIGHTS = ("400Regular", "700Bold")


@lru_cache(maxsize=1)
def font_paths() -> list[str]:
    """Where the fonts lie; only the weights that our templates use, so that a start stays quick."""
    return [str(settings.PDF_FONTS_DIR / weight) for weight in FONT_WEIGHTS]


def find_template(name: str) -> Path:
    """`servicedesk/certificate.typ` → the file in that app's typst folder. Raises FileNotFoundError."""
    label, _slash, file = name.partition("/")
    path = Path(apps.get_app_config(label).path) / "typst" / file
    if not path.is_file():
        raise FileNotFoundError(name)
    return path


def render_pdf(template: str, data: Mapping[str, object], *, files: Mapping[str, bytes] | None = None) -> bytes:
    """Compile `template` to PDF/A-2b. The template reads `json("data.json")` and the named `files`, nothing else.

    Raises typst.TypstError when the template is wrong.
    """
    with tempfile.TemporaryDirectory(prefix="portal-pdf-") as folder:
        root = Path(folder)
        shutil.copy(find_template(template), root / "main.typ")
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf8")
        for name, content in (files or {}).items():
            (root / name).write_bytes(content)
        return typst.compile(
            str(root / "main.typ"),
            root=str(root),
            font_paths=font_paths(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="a-2b",
        )
