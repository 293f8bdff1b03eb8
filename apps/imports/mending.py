"""Mend what is plainly a slip of the keyboard, and say what was mended. Nothing is guessed here."""

import re

from apps.imports.targets import Column

FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
SPACES = re.compile(r"[\s\u00a0\u180e\u200b\u200c\u200d\u2060\ufeff\u3000]+")
CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SPACE_BETWEEN_CJK = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])")
WHOLE_FLOAT = re.compile(r"(\d+)\.0+")


def mend(text: str, column: Column) -> tuple[str, list[str]]:
    """The mended text of a cell and the codes of what was mended (see `words.MENDS`)."""
    mended = []
    plain = text.translate(FULL_WIDTH)
    if plain != text:
        mended.append("full_width")
    tidy = SPACE_BETWEEN_CJK.sub("", SPACES.sub(" ", plain).strip())
    if column.compact:
        tidy = tidy.replace(" ", "")
    if tidy != plain:
        mended.append("spaces")
    if column.digits and (match := WHOLE_FLOAT.fullmatch(tidy)):
        tidy = match[1]
        mended.append("decimal_point")
    return tidy, mended
