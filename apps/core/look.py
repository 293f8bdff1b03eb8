"""Small decisions of looks that several pages share: initials and colours of people, parts of a bar."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

AVATAR_COLOURS = (
    "blue",
    "azure",
    "indigo",
    "purple",
    "pink",
    "red",
    "orange",
    "yellow",
    "lime",
    "green",
    "teal",
    "cyan",
)
LANGUAGE_NAMES = {"zh-hant": ("繁體中文", "繁"), "zh-hans": ("简体中文", "简"), "en": ("English", "EN")}
BAR_WIDTH = 1000
# The order matters: most browsers also name those they descend from.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("OPR", "Opera"),
    ("QQBrowser", "QQ"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


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


def device_name(user_agent: str) -> str:
    """Browser and system as people call them, from what the browser says of itself: "Firefox · Windows"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent[:60] or "?"


def is_phone(user_agent: str) -> bool:
    return any(mark in user_agent for mark in ("Mobile", "Android", "iPhone", "HarmonyOS"))
