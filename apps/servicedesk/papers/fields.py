"""The named fields that a certificate's words may hold, from one fixed list, and what they become for one person.

`{name}` is a field, `{answer.purpose}` the answer to a question of the service's form, `{a|b}` the first of them that
has something to say, `{a|}` may stay empty. No template engine: what is filled in is never read again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.text import localized
from apps.people.enums import Language, Role
from apps.people.models import Person, Post, Unit
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.display import lines_of
from apps.questionnaires.enums import FieldKind
from apps.servicedesk.enums import HolderKind

ANSWER = "answer."
FOUND = re.compile(r"\{([a-z_.|0-9-]{1,120})\}")
DIGITS = "〇一二三四五六七八九"
FIELDS: Mapping[str, str | Promise] = {
    "college": _("College"),
    "name": _("Name"),
    "name_en": _("Name in English"),
    "number": _("Student or staff number"),
    "unit": _("Unit"),
    "department": _("Department"),
    "role": _("Post in the college"),
    "since": _("Since"),
    "issued_on": _("Issued on"),
    "expires_on": _("Valid until"),
    "paper_number": _("Number of the certificate"),
}
ALWAYS = ("college", "name", "number", "issued_on")  # printed, or needed to find the holder of a paper


@dataclass(frozen=True)
class Holder:
    """A person with the post that the paper speaks of, and the names of all units above it."""

    person: Person
    post: Post
    line: tuple[Unit, ...]


def codes_in(text: str) -> list[tuple[str, ...]]:
    """The fields named in a text, each with its alternatives."""
    return [tuple(match[1].split("|")) for match in FOUND.finditer(text)]


def holders(people: Sequence[Person], kind: str, on: date) -> dict[int, Holder]:
    """Who of `people` has a post of this kind on a day, with it (two queries, whatever the number)."""
    posts = Post.objects.current(on).filter(person__in=people).select_related("unit").order_by("-is_main", "pk")
    if kind == HolderKind.STUDENT:
        posts = posts.filter(role=Role.STUDENT)
    elif kind == HolderKind.STAFF:
        posts = posts.exclude(role=Role.STUDENT)
    first: dict[int, Post] = {}
    for post in posts:
        first.setdefault(post.person_id, post)
    keys = {int(key) for post in first.values() for key in post.unit.path.split("/") if key}
    units = Unit.objects.in_bulk(keys)
    by_key = {person.pk: person for person in people}
    return {
        pk: Holder(by_key[pk], post, tuple(units[int(key)] for key in post.unit.path.split("/") if key))
        for pk, post in first.items()
    }


def facts_of(holder: Holder, language: str, *, on: date, ends_on: date | None) -> dict[str, str]:
    """Every field but the answers and the number, in one language."""
    person, english = holder.person, language == Language.EN
    college, below = holder.line[0], holder.line[1:]
    names = [localized(unit.name, language) for unit in below]
    with translation.override(language):
        role = str(Role(holder.post.role).label)
    return {
        "college": localized(college.name, language),
        "name": (person.name_en or person.name) if english else person.name,
        "name_en": person.name_en,
        "number": person.number,
        "unit": (", ".join(reversed(names)) if english else "".join(names)) or localized(college.name, language),
        "department": names[0] if names else localized(college.name, language),
        "role": role,
        "since": local_month(holder.post.valid_from, language),
        "issued_on": local_day(on, language),
        "expires_on": local_day(ends_on, language) if ends_on else "",
    }


def answers_in_words(
    questions: Sequence[FieldDefinition], answers: Mapping[str, object], keys: Iterable[str], language: str
) -> dict[str, str]:
    """The answers to `keys` as they are printed, by `answer.key`; dates in the manner of certificates."""
    wanted = set(keys)
    fields = [field for field in questions if field.key in wanted]
    with translation.override(language):
        found = {line.key: line.value for line in lines_of(fields, answers) if line.table is None}
    for field in fields:
        if field.kind == FieldKind.DATE and found.get(field.key):
            found[field.key] = local_day(timezone.datetime.fromisoformat(str(answers[field.key])).date(), language)
    return {f"{ANSWER}{key}": value for key, value in found.items() if value}


def parts_of(text: str, values: Mapping[str, str]) -> list[list[dict[str, object]]]:
    """The text as paragraphs of parts, what was filled in marked as strong. A field without a value is left out."""
    paragraphs = []
    for line in text.replace("\r", "").split("\n"):
        if not line.strip():
            continue
        parts, place = [], 0
        for match in FOUND.finditer(line):
            parts.append({"text": line[place : match.start()], "strong": False})
            parts.append({"text": first_value(match[1].split("|"), values), "strong": True})
            place = match.end()
        parts.append({"text": line[place:], "strong": False})
        paragraphs.append([part for part in parts if part["text"]])
    return paragraphs


def first_value(codes: Iterable[str], values: Mapping[str, str]) -> str:
    return next((values[code] for code in codes if values.get(code)), "")


def local_day(day: date, language: str) -> str:
    """二〇二六年十一月二十三日, or 23 November 2026."""
    if language == Language.EN:
        with translation.override("en"):
            return f"{day.day} {day:%B %Y}"
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def local_month(day: date, language: str) -> str:
    return f"{day:%B %Y}" if language == Language.EN else f"{day.year}年{day.month}月"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese: 二十三."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return lead + (DIGITS[ones] if ones else "")
