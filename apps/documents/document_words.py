"""Which words of a document are searched. Pure: from plain values to one folded text, the same whoever asks."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import strip_tags

from apps.core.search import fold

FILE = "\x1d"  # begins the line that names a file; its words follow
MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|h\d|li|tr|td|th|blockquote|ul|ol|table)>", re.IGNORECASE)
CODES = frozenset({"access", "direction", "kind", "layout", "purpose", "seal", "series", "state", "urgency"})


def words_of(*, said: Iterable[str], edition: Mapping[str, object], files: Iterable[tuple[str, str]]) -> str:
    """`said`: number, title, sender and what else the register knows; `files`: name and words of each. A line may stand
    twice; a file's words come last, behind its name.
    """
    body = filter(None, (fold(text) for text in (*said, *plain(edition))))
    return "\n".join([*dict.fromkeys(body), *(f"{FILE}{fold(name)}\n{fold(text)}" for name, text in files)])


def plain(value: object) -> list[str]:
    """All texts in the words of an edition, without tags. No keys of rows, no codes: nobody looks for them."""
    if isinstance(value, str):
        return [without_tags(value)]
    if isinstance(value, Mapping):
        return [text for key, each in value.items() if key not in CODES for text in plain(each)]
    if isinstance(value, Sequence):
        return [text for each in value for text in plain(each)]
    return []


def without_tags(text: str) -> str:
    """The words of rich text: bold within a word does not cut it, the end of a paragraph does. A plain text stays."""
    if not MARKUP.search(text):
        return text
    return html.unescape(strip_tags(BREAKS.sub("\n", text)))
