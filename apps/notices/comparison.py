"""What changed between two texts: words taken out and put in, marked with <del> and <ins>.

Words are compared, not looks: a heading made bold shows no change. First line by line, then inside the lines that
differ; Chinese is compared character by character, other scripts word by word.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

TOKEN = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
MOST_TOKENS = 2_000  # of one differing passage; a longer one is shown as a whole taken out and put in


class Piece(NamedTuple):
    """A stretch of text. `change`: "" the same, "del" taken out, "ins" put in."""

    change: str
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces of both plain texts in the order of reading; neighbours of one kind are one piece."""
    pieces: list[Piece] = []
    for piece in _lines(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if pieces and pieces[-1].change == piece.change:
            pieces[-1] = Piece(piece.change, pieces[-1].text + piece.text)
        elif piece.text:
            pieces.append(piece)
    return pieces


def _lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[from_old:to_old]), "".join(new[from_new:to_new])
        if kind == "equal":
            yield Piece("", after)
        else:
            yield from _words(TOKEN.findall(before), TOKEN.findall(after))


def _words(old: list[str], new: list[str]) -> Iterator[Piece]:
    if max(len(old), len(new)) > MOST_TOKENS:
        yield from (Piece("del", "".join(old)), Piece("ins", "".join(new)))
        return
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("", "".join(new[from_new:to_new]))
        else:
            yield Piece("del", "".join(old[from_old:to_old]))
            yield Piece("ins", "".join(new[from_new:to_new]))


def as_html(pieces: list[Piece]) -> SafeString:
    """Everything escaped; only <ins>, <del> and <br> are ours."""
    return mark_safe("".join(_marked(piece) for piece in pieces))  # noqa: S308 (escaped in _marked)


def _marked(piece: Piece) -> str:
    text = escape(piece.text).replace("\n", "<br>")
    return f"<{piece.change}>{text}</{piece.change}>" if piece.change else text


def as_text(pieces: list[Piece]) -> str:
    """For plain mails: 〔−taken out−〕 and 〔+put in+〕."""
    marks = {"": "{}", "del": "〔−{}−〕", "ins": "〔+{}+〕"}
    return "".join(marks[piece.change].format(piece.text) for piece in pieces)
