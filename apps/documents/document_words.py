"""Which words of a document are searched. Pure: from plain values to one folded text, the same whoever asks."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import strip_tags

from apps.core.search import fold

FILE = "\x1d"  # begins the line that names a file; its words follow
MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|h\d|li|tr|td|th|blockquote|ul|ol|table)>", re.IGNORECASE)
CODES = frozenset(
    ("access", "direction", "kind", "layout", "purpose", "received", "seal", "series", "state", "urgency")
)
DAYS = frozenset(("sender_date", "answer_until"))
# A number that is named anywhere, by two signs of its own that no text has: 〔2026〕 alone stands in too many.
NAMED = re.compile(r"[〔\[(【]((?:19|20)\d\d)[〕\])】] ?第?0*([1-9]\d{0,6})(?!\d)")
FIRST_SIGN, SIGNS = 0xF0000, 65_000
OWN_SIGNS = re.compile(r"[\U000F0000-\U000FFFFF]")


def words_of(*, said: Iterable[str], edition: Mapping[str, object], files: Iterable[tuple[str, str]]) -> str:
    """`said`: number, title, sender and what else the register knows; `files`: name and words of each. A line may stand
    twice; a file's words come last, behind its name. The signs of the numbers that are named come first.
    """
    body = filter(None, (OWN_SIGNS.sub("", fold(text)) for text in (*said, *plain(edition))))
    behind = (f"{FILE}{fold(name)}\n{OWN_SIGNS.sub('', fold(text))}" for name, text in files)
    words = "\n".join([*dict.fromkeys(body), *behind])
    named = sorted({signs_of(int(year), int(number)) for year, number in NAMED.findall(words)})
    return "\n".join([*named, words])


def signs_of(year: int, number: int) -> str:
    high, low = divmod(number, SIGNS)
    return chr(FIRST_SIGN + low) + chr(FIRST_SIGN + high * 200 + year - 1900)


def plain(value: object) -> list[str]:
    """All texts in the words of an edition, without tags. No keys of rows, no codes: nobody looks for them."""
    if isinstance(value, str):
        return [without_tags(value)]
    if isinstance(value, Mapping):
        return [text for key, each in value.items() if key not in CODES | DAYS for text in plain(each)]
    if isinstance(value, Sequence):
        return [text for each in value for text in plain(each)]
    return []


def without_tags(text: str) -> str:
    """The words of rich text: bold within a word does not cut it, the end of a paragraph does. A plain text stays."""
    if not MARKUP.search(text):
        return text
    return html.unescape(strip_tags(BREAKS.sub("\n", text)))
