"""Where a text was found, and the words around it."""

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.core.search import fold

AROUND = 30  # characters of an excerpt on each side


@dataclass(frozen=True)
class Finding:
    """Where a text was found in one thing, and the words around it, cut into before, found and after."""

    where: str | Promise
    before: str
    found: str
    after: str


def cut(where: str | Promise, text: str, wanted: str) -> Finding | None:
    """The text around the place that holds `wanted`; None when it does not.

    Folding may change lengths (㎡ becomes m2), then the words are shown as they are compared.
    """
    line = " ".join(text.split())
    folded = fold(line)
    if len(folded) != len(line):
        line = folded
    at = folded.find(wanted)
    if at < 0:
        return None
    end, first = at + len(wanted), max(at - AROUND, 0)
    before = ("…" if first else "") + line[first:at]
    return Finding(where, before, line[at:end], line[end : end + AROUND] + ("…" if end + AROUND < len(line) else ""))
