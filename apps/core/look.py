"""Small decisions of looks that several pages share: initials and colours of people, parts of a bar."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

AVATAR_COLOURS = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")
LANGUAGE_NAMES = {"zh-hant": ("繁體中文", "繁"), "zh-hans": ("简体中文", "简"), "en": ("English", "EN")}
BAR_WIDTH = 1000


@dataclass(frozen=True)
class Segment:
    """One part of a bar; `start` and `width` in thousandths of the whole."""

    label: str
    colour: str
    count: int
    url: str
    start: int
    width: int


def initials(name: str) -> str:
    """王小明 → 小明 (surnames are few, given names tell people apart), 科員甲 → 員甲, Ada Lovelace → AL."""
    words = name.split()
    if not words:
        return "?"
    if words[0].isascii():
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()
    return "".join(words)[-2:]


def colour_of(key: str) -> str:
    return AVATAR_COLOURS[zlib.crc32(key.encode()) % len(AVATAR_COLOURS)]


def segments(parts: Iterable[tuple]) -> list[Segment]:
    """Parts (label, colour, count[, url]) side by side; a part with a count is never invisible, the sum never off."""
    rows = [(*part, "")[:4] for part in parts]
    total = sum(count for _, _, count, _ in rows)
    found, before, start = [], 0, 0
    for label, colour, count, url in rows:
        before += count
        end = BAR_WIDTH * before // total if total else 0
        found.append(Segment(label, colour, count, url, start, end - start))
        start = end
    return found
