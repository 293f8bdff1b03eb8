"""The few words in braces that a template may hold, and what they become. No template engine: names from one list.

Each is said in the language of the text. What a series calls its month is that of its date, also when the notice goes
out a day earlier or later because of a holiday; {day} is when it goes out.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

FIRST_TERM = (8, 1)  # from August to January; the second from February to July
FOUND = re.compile(r"[{｛]\s*([^{}｛｝<>\n]{0,40}?)\s*[}｝]")


@dataclass(frozen=True)
class Placeholder:
    """`names`: how it may be written, first the one for texts in English, then traditional and simplified Chinese."""

    names: tuple[str, str, str]
    meaning: str

    @property
    def written(self) -> str:
        return " ".join(f"{{{name}}}" for name in dict.fromkeys(self.names))


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "year": Placeholder(("year", "年", "年"), gettext_lazy("the year")),
    "month": Placeholder(("month", "年月", "年月"), gettext_lazy("the month, with its year")),
    "day": Placeholder(("day", "日期", "日期"), gettext_lazy("the day on which the notice goes out")),
    "term": Placeholder(
        ("term", "學期", "学期"),
        gettext_lazy("the term: the first from August to January, the second from February to July"),
    ),
    "deadline": Placeholder(
        ("deadline", "期限", "期限"), gettext_lazy("the day to acknowledge by; only where the template sets one")
    ),
}
BY_NAME = {name: code for code, placeholder in PLACEHOLDERS.items() for name in placeholder.names}


@dataclass(frozen=True)
class Facts:
    """What the words are filled with: the date that names year, month and term, the day of going out, the last day."""

    date: date
    day: date
    deadline: date | None = None


def fill(text: str, language: str, facts: Facts) -> str:
    """`text` with its placeholders filled. One that is not known, or has nothing to say, stays as it is written."""

    def word(match: re.Match[str]) -> str:
        code = BY_NAME.get(match[1].casefold())
        return (code and said(code, language, facts)) or match[0]

    return FOUND.sub(word, text)


def said(code: str, language: str, facts: Facts) -> str:
    """One placeholder in words; "" where there is nothing to say."""
    if code == "term":
        return _term(facts.date, language)
    shown = {"day": facts.day, "deadline": facts.deadline}.get(code, facts.date)
    if shown is None:
        return ""
    form = {"year": ("Y年", "Y"), "month": ("Y年n月", "F Y")}.get(code, ("Y年n月j日", "j F Y"))
    with override(language):
        return formats.date_format(shown, form[0] if language.startswith("zh") else form[1])


def _term(on: date, language: str) -> str:
    start = on.year if on.month >= FIRST_TERM[0] else on.year - 1
    is_first = on.month >= FIRST_TERM[0] or on.month <= FIRST_TERM[1]
    years = f"{start}–{start + 1}"
    if language == "zh-hant":
        return f"{years} 學年第{'一' if is_first else '二'}學期"
    if language == "zh-hans":
        return f"{years} 学年第{'一' if is_first else '二'}学期"
    return f"the {'first' if is_first else 'second'} term of {years}"


def mistakes(text: str, *, has_deadline: bool) -> Iterator[str]:
    """What is wrong with the placeholders of a title or a text (clean HTML), in words for who writes it."""
    plain = [match[1] for match in FOUND.finditer(html.unescape(strip_tags(text)))]
    whole = [html.unescape(match[1]) for match in FOUND.finditer(text)]
    for name in dict.fromkeys(plain):
        code = BY_NAME.get(name.casefold())
        if code is None:
            known = " ".join(placeholder.written for placeholder in PLACEHOLDERS.values())
            yield _("{%(name)s} is not known here. You can use: %(known)s") % {"name": name, "known": known}
        elif name not in whole:
            yield _("{%(name)s} is partly bold or a link. Format all of it or nothing.") % {"name": name}
        elif code == "deadline" and not has_deadline:
            yield _("{%(name)s} needs a number of working days to acknowledge.") % {"name": name}


def examples(language: str, facts: Facts) -> list[tuple[Placeholder, str]]:
    """Each placeholder and what it becomes, for the page."""
    facts = Facts(facts.date, facts.day, facts.deadline or facts.day + timedelta(days=5))
    return [(placeholder, said(code, language, facts)) for code, placeholder in PLACEHOLDERS.items()]
