"""PDF by typst. A template is a .typ file in an app's `typst/` folder; its data comes as one JSON object."""

import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.apps import apps
from django.conf import settings
from PIL import Image, ImageFont

LACKING = "\U0010fffd"  # a character that no font has
FONT_WEIGHTS = ("400Regular", "700Bold")


@lru_cache(maxsize=1)
def font_paths() -> list[str]:
    """Where the fonts lie; only the weights that our templates use, so that a start stays quick."""
    return [str(settings.PDF_FONTS_DIR / weight) for weight in FONT_WEIGHTS]


@lru_cache(maxsize=4096)
def can_print(character: str) -> bool:
    """Has our font a drawing for it? PDF/A forbids the empty box that stands for what a font lacks."""
    if character.isspace():
        return True
    font = _font()
    return bytes(font.getmask(character)) != bytes(font.getmask(LACKING)) or not font.getmask(LACKING).getbbox()


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    """The one face that our sheets are set in."""
    return ImageFont.truetype(str(next(Path(font_paths()[0]).glob("*.ttf"))), size=40)


def find_template(name: str) -> Path:
    """`servicedesk/certificate.typ` → the file in that app's typst folder. Raises FileNotFoundError."""
    label, _slash, file = name.partition("/")
    path = Path(apps.get_app_config(label).path) / "typst" / file
    if not path.is_file():
        raise FileNotFoundError(name)
    return path


def render_pdf(
    template: str,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    beside: Sequence[str] = (),
    standard: str = "a-2b",
) -> bytes:
    """Compile `template` to PDF/A-2b. The template reads `json("data.json")`, the named `files`, and the templates
    `beside` it, nothing else. With `standard` "a-3b" it may attach one of the files to the PDF.

    Raises typst.TypstError when the template is wrong.
    """
    return _compile(template, data, files or {}, beside, format="pdf", pdf_standards=standard)


def render_picture(
    template: str,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    beside: Sequence[str] = (),
    dots: int = 80,
) -> bytes:
    """The first page as PNG, `dots` to the inch: for trying a template out."""
    made = _compile(template, data, files or {}, beside, format="png", ppi=dots)
    return made[0] if isinstance(made, list) else made


def render_pages(template: str, data: Mapping[str, object], *, dots: int = 80) -> list[bytes]:
    """Every page as PNG: how it stood before somebody."""
    made = _compile(template, data, {}, (), format="png", ppi=dots)
    return made if isinstance(made, list) else [made]


def stacked(pages: Sequence[bytes], most: int = 30) -> bytes:
    """Pages one below the other, as one PNG; of a long paper the first `most`, its text tells the rest."""
    sheets = [Image.open(io.BytesIO(page)).convert("RGB") for page in pages[:most]]
    whole = Image.new("RGB", (max(each.width for each in sheets), sum(each.height for each in sheets)), "white")
    top = 0
    for each in sheets:
        whole.paste(each, (0, top))
        top += each.height
    target = io.BytesIO()
    whole.quantize(32).save(target, "PNG", optimize=True)
    return target.getvalue()


def _compile(
    template: str, data: Mapping[str, object], files: Mapping[str, bytes], beside: Sequence[str], **output: object
) -> Any:
    with tempfile.TemporaryDirectory(prefix="portal-pdf-") as folder:
        root = Path(folder)
        shutil.copy(find_template(template), root / "main.typ")
        for name in beside:
            source = find_template(name)
            shutil.copy(source, root / source.name)
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf8")
        for name, content in files.items():
            (root / name).write_bytes(content)
        return typst.compile(
            str(root / "main.typ"), root=str(root), font_paths=font_paths(), ignore_system_fonts=True, **output
        )
