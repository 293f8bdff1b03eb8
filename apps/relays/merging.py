"""What a unit's notice says when its original has changed: the original's new words below, the unit's own words above.

Part by part and language by language: what the original did not change stays as the unit has it; what it did change
counts, also over what the unit wrote there; the unit's own words above the line that names the original always stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import pairwise

from django.utils.html import format_html, linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.notices.models import Edition, Notice
from apps.notices.rich import clean_html

Words = Mapping[str, str]  # by language


@dataclass(frozen=True)
class Merged:
    """`overruled`: the languages in which both had changed the same words; there the original's count."""

    title: dict[str, str]
    body: dict[str, str]
    overruled: tuple[str, ...]


def words_of(source: Notice, text: Words, note: str) -> dict[str, str]:
    """`text` of `source` in each of its languages, below the unit's own note and where it comes from."""
    own = linebreaks(note.strip(), autoescape=True) if note.strip() else ""
    return {language: _body(source, words, language, own) for language, words in text.items()}


def merge(copy: Notice, note: str, source: Notice, before: Edition, after: Edition) -> Merged:
    """The words of `copy`, which repeats `before` of `source`, when `after` counts. `note`: as it was passed on."""
    fresh = words_of(source, after.body, note)
    body, overruled = {}, set()
    for language in after.body:
        ours, old, new = copy.body.get(language), before.body.get(language), after.body[language]
        if ours is None:
            body[language] = fresh[language]
        elif old == new:
            body[language] = ours
        else:
            own, is_touched = own_words(ours, source.number, old or "")
            body[language] = _body(source, new, language, own)
            overruled |= {language} if is_touched else set()
    title = {}
    for language, new in after.title.items():
        ours, old = copy.title.get(language, new), before.title.get(language)
        title[language] = ours if old == new else new
        overruled |= {language} if ours not in (old, title[language]) else set()
    overruled |= {language for language in copy.body if language not in after.body and language not in before.body}
    return Merged(title, body, tuple(sorted(overruled)))


def own_words(text: str, number: str, repeated: str) -> tuple[str, bool]:
    """What a unit wrote itself, and whether it changed what it repeats.

    Its own is all above the line that names the original; without that line, the blocks that the original has not.
    """
    line = re.search(rf"<p><em>[^<]*{re.escape(escape(number))}[^<]*</em></p>", text)
    if line:
        return text[: line.start()], clean_html(text[line.end() :]) != clean_html(repeated)
    blocks, theirs = _blocks(text), _blocks(clean_html(repeated))
    return "".join(block for block in blocks if block not in theirs), any(block not in blocks for block in theirs)


def _body(source: Notice, text: str, language: str, own: str) -> str:
    with override(language):
        origin = _("Passed on from %(number)s of %(unit)s:") % {"number": source.number, "unit": source.unit}
    return own + format_html("<p><em>{}</em></p>", origin) + text


class _Blocks(HTMLParser):
    """Cuts clean HTML where an outermost element ends."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text, self.depth, self.ends = text, 0, []
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "hr"):
            return
        self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1
        if self.depth == 0:
            line, column = self.getpos()
            self.ends.append(self.text.index(">", self.starts[line - 1] + column) + 1)


def _blocks(text: str) -> list[str]:
    ends = _Blocks(text).ends
    cuts = [0, *ends, len(text)]
    return [part for start, end in pairwise(cuts) if (part := text[start:end].strip())]
