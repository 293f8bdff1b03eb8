"""Checks of values in the file of one service, and of its tables: each mistake in words, with its place. Pure."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.people.enums import Language

Check = Callable[[Any], bool]
CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")


def is_text(longest: int, *, empty: bool = True) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= longest and (empty or bool(value.strip()))


def is_words(longest: int, *, needed: bool = False) -> Check:
    """A text in the three languages; `needed`: at least in one."""

    def check(value: Any) -> bool:
        if not isinstance(value, dict) or set(value) - set(Language.values):
            return False
        return all(is_text(longest)(text) for text in value.values()) and (any(value.values()) or not needed)

    return check


def is_one_of(*allowed: str) -> Check:
    return lambda value: isinstance(value, str) and value in allowed


def is_list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= 200 and all(check(each) for each in value)


def is_whole(least: int, most: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_amount(value: Any) -> bool:
    """An amount above zero with at most two places, written as a text: "12.50"."""
    try:
        amount = Decimal(value) if isinstance(value, str) else Decimal(-1)
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 < amount < 1_000_000 and amount == round(amount, 2)


def is_nothing_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


def is_table_of(key: Check, check: Check) -> Check:
    """A table of any keys that pass the one check, with values that pass the other."""

    def fits(value: Any) -> bool:
        if not isinstance(value, dict) or len(value) > 200:
            return False
        return all(key(name) and check(each) for name, each in value.items())

    return fits


def is_anything(value: Any) -> bool:
    """Looked at elsewhere."""
    return True


def check_table(value: Any, known: Mapping[str, Any], place: str, *, optional: set[str]) -> list[str]:
    """Unknown keys, missing keys, wrong values of one part of the file."""
    if not isinstance(value, dict):
        return [_("%(place)s has to be a table of names and values.") % {"place": place or _("the file")}]
    found = []
    for key in value:
        if key not in known:
            found.append(_("%(place)s is not known; is it a slip of the pen?") % {"place": inside(place, key)})
    for key, check in known.items():
        if key not in value:
            if key not in optional:
                found.append(_("%(place)s is missing.") % {"place": inside(place, key)})
        elif not (isinstance(value[key], check) if isinstance(check, type) else check(value[key])):
            found.append(
                _("%(place)s cannot be this: %(value)s") % {"place": inside(place, key), "value": said(value[key])}
            )
    return found


def inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else str(key)


def said(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def check_list(value: Any, check: Callable[[Any, str], list[str]], place: str, *, most: int) -> list[str]:
    """Each row of a part that is a list."""
    if not isinstance(value, list):
        return [_("%(place)s has to be a list.") % {"place": place}]
    if len(value) > most:
        return [_("%(place)s has more than %(count)s rows.") % {"place": place, "count": most}]
    return [words for number, row in enumerate(value, start=1) for words in check(row, inside(place, str(number)))]


def at(place: str, words: str) -> str:
    """What is wrong, with its place in front."""
    return f"{place}: {words}"


def unknown_keys(given: Any, kept: Any, place: str) -> list[str]:
    """Keys that say something and were not understood: what is read and written again has them no more."""
    if isinstance(given, dict) and isinstance(kept, dict):
        found = []
        for key, value in given.items():
            if key in kept:
                found += unknown_keys(value, kept[key], inside(place, key))
            elif value not in (None, False, "", [], {}):
                found.append(_("%(place)s is not known; is it a slip of the pen?") % {"place": inside(place, key)})
        return found
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        pairs = enumerate(zip(given, kept, strict=True), start=1)
        return [words for at, (one, same) in pairs for words in unknown_keys(one, same, f"{place}.{at}")]
    return []
