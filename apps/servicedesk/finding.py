"""Find a service by what people call it: other names, either Chinese script, small slips in Latin words.

A catalogue has dozens of services, so it is searched in memory. Each tile that is found says why.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from apps.core.scripts import one_script
from apps.core.text import localized
from apps.servicedesk.models import Service

SEPARATORS = re.compile(r"[\s,，、;；/]+")
LATIN = re.compile(r"[a-z]{4,}")
SHORTEST_NAME = 2  # of a name that is looked for inside a longer text
LONG_WORD = 8  # from this length on two slips are forgiven, below one


@dataclass(frozen=True)
class Found:
    """How well it fits (0 best), and why in words; "" where the tile itself shows it."""

    rank: int
    why: str = ""


@dataclass(frozen=True)
class Names:
    """What a service may be called, each as it is shown with its folded form; and the rest of its words."""

    shown: str
    others: tuple[tuple[str, str], ...]
    description: str
    code: str


def names_of(service: Service) -> Names:
    called = [*service.name.values(), *(word for word in SEPARATORS.split(service.keywords) if word)]
    return Names(
        shown=one_script(localized(service.name)),
        others=tuple((name, one_script(name)) for name in dict.fromkeys(called)),
        description=one_script(" ".join(service.description.values())),
        code=one_script(service.code),
    )


def find(service: Service, text: str) -> Found | None:
    """Does every word of `text` fit the service? The worst word counts; an empty text fits everything."""
    names, worst = names_of(service), Found(0)
    for word in one_script(text).split():
        found = find_word(names, word)
        if found is None:
            return None
        worst = max(worst, found, key=lambda each: (each.rank, bool(each.why)))
    return worst


def find_word(names: Names, word: str) -> Found | None:
    """One folded word, the surest way first."""
    if word in names.shown or (len(names.shown) >= SHORTEST_NAME and names.shown in word):
        return Found(0)
    for name, folded in names.others:
        if word in folded or (len(folded) >= SHORTEST_NAME and not folded.isascii() and folded in word):
            return Found(1, _("also called “%(name)s”") % {"name": name})
    if word in names.description or word in names.code:
        return Found(2, _("its description has “%(word)s”") % {"word": word})
    return find_with_slip(names, word)


def find_with_slip(names: Names, word: str) -> Found | None:
    """A Latin word with a letter too many, too few, another, or two changed round."""
    if not LATIN.fullmatch(word):
        return None
    allowed = 2 if len(word) >= LONG_WORD else 1
    texts = (names.shown, *(folded for _name, folded in names.others), names.description, names.code)
    for known in dict.fromkeys(known for text in texts for known in LATIN.findall(text)):
        if abs(len(known) - len(word)) <= allowed and slips(known, word) <= allowed:
            return Found(3, _("perhaps you mean “%(word)s”") % {"word": known})
    return None


def slips(one: str, other: str) -> int:
    """How many letters to add, drop, change or swap with their neighbour (optimal string alignment)."""
    before, row = [], list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        two_before, before, row = before, row, [place]
        for at, against in enumerate(other, 1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != against))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == against:
                cost = min(cost, two_before[at - 2] + 1)
            row.append(cost)
    return row[-1]


def grams(text: str) -> list[str]:
    """What a sentence is compared by: its Latin words, and each two Chinese characters that stand together."""
    pieces = re.findall(r"[a-z0-9]{3,}|[\u4e00-\u9fff]{2,}", one_script(text))
    found = [piece if piece.isascii() else "".join(pair) for piece in pieces for pair in pairs_of(piece)]
    return list(dict.fromkeys(gram for gram in found if gram not in EMPTY))


def pairs_of(piece: str) -> Iterable[tuple[str, ...]]:
    return [(piece,)] if piece.isascii() else pairwise(piece)


# Pairs that stand in every sentence to an office and say nothing of what is wanted.
EMPTY = frozenset(
    [
        "我要",
        "我想",
        "想要",
        "需要",
        "请问",
        "您好",
        "你好",
        "谢谢",
        "老师",
        "怎么",
        "怎样",
        "如何",
        "什么",
        "可以",
        "是否",
        "能否",
        "帮我",
        "帮忙",
        "请帮",
        "一下",
        "一个",
        "我们",
        "因为",
        "由于",
        "所以",
        "现在",
        "申请",
        "办理",
        "办公",
        "公室",
        "学院",
        "同学",
        "本人",
        "我是",
        "是我",
        "我的",
        "the",
        "and",
        "for",
        "please",
        "need",
        "want",
        "with",
        "this",
        "that",
    ]
)
