"""The few words in braces that a canned reply may hold, and what they become for one request. Names from one list."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.core.templatetags.portal import day, moment
from apps.core.text import localized
from apps.notices.placeholders import FOUND
from apps.people.models import Person
from apps.servicedesk.models import Request


@dataclass(frozen=True)
class Facts:
    request: Request
    writer: Person
    at: datetime


@dataclass(frozen=True)
class Word:
    """`names`: how it may be written, in English, traditional and simplified Chinese; `said` for one request."""

    names: tuple[str, str, str]
    meaning: str | Promise
    said: Callable[[Facts], str]

    @property
    def written(self) -> str:
        return " ".join(f"{{{name}}}" for name in dict.fromkeys(self.names))


WORDS: Mapping[str, Word] = {
    "requester": Word(
        ("requester", "申請人", "申请人"),
        gettext_lazy("the requester's name"),
        lambda facts: facts.request.requester.name,
    ),
    "number": Word(
        ("number", "編號", "编号"), gettext_lazy("the number of the request"), lambda facts: facts.request.number or ""
    ),
    "service": Word(
        ("service", "服務事項", "服务事项"), gettext_lazy("the service"), lambda facts: str(facts.request.service)
    ),
    "title": Word(("title", "標題", "标题"), gettext_lazy("the title"), lambda facts: facts.request.title),
    "due": Word(
        ("due", "辦結時間", "办结时间"),
        gettext_lazy("by when it should be done; nothing while the clock rests"),
        lambda facts: moment(facts.request.due_at) if facts.request.due_at else "",
    ),
    "unit": Word(
        ("unit", "單位", "单位"),
        gettext_lazy("the requester's unit"),
        lambda facts: str(facts.request.requester_unit or ""),
    ),
    "handler": Word(("handler", "經辦人", "经办人"), gettext_lazy("who writes it"), lambda facts: facts.writer.name),
    "today": Word(("today", "今天", "今天"), gettext_lazy("today's date"), lambda facts: day(facts.at)),
}
BY_NAME = {name: code for code, word in WORDS.items() for name in word.names}


def fill(body: Mapping[str, str], language: str, facts: Facts) -> str:
    """The text in `language` (else the first there is), filled; what has nothing to say stays as it is written."""

    def word(match: re.Match[str]) -> str:
        code = BY_NAME.get(match[1].casefold())
        return (code and WORDS[code].said(facts)) or match[0]

    with override(language):
        return FOUND.sub(word, localized(body, language))


def mistakes(text: str) -> Iterator[str]:
    """Words in braces that are not known, told to who writes the reply."""
    for name in dict.fromkeys(match[1] for match in FOUND.finditer(text)):
        if name.casefold() not in BY_NAME:
            known = " ".join(word.written for word in WORDS.values())
            yield _("{%(name)s} is not known here. You can use: %(known)s") % {"name": name, "known": known}
