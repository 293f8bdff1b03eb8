"""File names as people gave them, made harmless. They are only ever data: files are stored under their hash."""

import re
import unicodedata

MAX_NAME = 150
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
# Control, format (bidi overrides, zero width), surrogate, private use, line and paragraph separators.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name: str) -> str:
    """`name` without folders, control and bidi characters, separators and reserved names; NFC, at most 150 characters.

    The extension survives a cut. A name of which nothing is left becomes "file".
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if unicodedata.category(char) == "Zs" else char for char in base)
    kept = "".join(char for char in seen if unicodedata.category(char) not in INVISIBLE)
    kept = FORBIDDEN.sub("_", kept).strip(" .")
    if not kept:
        return "file"
    if RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    return _cut(kept)


def extension(name: str) -> str:
    """What stands after the last dot, in lower case; empty when there is none."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def _cut(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    end = extension(name)
    if not end or len(end) > 10:
        return name[:MAX_NAME].rstrip(" .")
    return f"{name[: MAX_NAME - len(end) - 1].rstrip(' .')}.{name[-len(end) :]}"
