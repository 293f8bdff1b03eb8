"""What the file of one service may hold. Strict: an unknown key or a wrong value is refused with its place, in words.

Pure: it looks at the file alone. What the file names (units, people, calendar, series) is looked up in transfer_names.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.people.enums import Language, Role
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import condition_from_json, condition_to_json, fields_from_json, fields_to_json
from apps.servicedesk.catalogue_enums import AskedWhen, Delay, Fee, OfficePart, StepWho
from apps.servicedesk.enums import Product

FORMAT = "office-portal-service"
VERSION = 1
LARGEST = 512 * 1024  # characters of a file
CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")
RESERVED_CODES = frozenset({"new", "import", "areas"})  # of addresses beside services/<code>
DELAYS = {"low": Delay.LOW, "middle": Delay.MIDDLE, "high": Delay.HIGH}

Check = Callable[[Any], bool]


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


def is_code(value: Any) -> bool:
    """A word that can stand in an address, and is not that of another page of the catalogue."""
    return isinstance(value, str) and bool(CODE.fullmatch(value)) and value not in RESERVED_CODES


def is_unit(value: Any) -> bool:
    return is_text(40, empty=False)(value)


def is_amount(value: Any) -> bool:
    """An amount above zero with at most two places, written as a text: "12.50"."""
    try:
        amount = Decimal(value) if isinstance(value, str) else Decimal(-1)
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 < amount < 1_000_000 and amount == round(amount, 2)


def is_nothing_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


TOP = {"format": is_one_of(FORMAT), "version": is_whole(1, VERSION), "service": dict, "form": dict, "steps": list}
AREA = {"code": is_code, "name": is_words(60, needed=True), "icon": is_text(40, empty=False)}
OPEN_TO = {"roles": is_list_of(is_one_of(*Role.values)), "units": is_list_of(is_unit)}
SERVICE: dict[str, Check] = {
    "code": is_code,
    "name": is_words(100, needed=True),
    "description": is_words(300),
    "keywords": is_text(300),
    "icon": is_text(40, empty=False),
    "documents": is_words(600),
    "unit": is_unit,
    "calendar": is_text(40, empty=False),
    "target_minutes": is_whole(15, 100_000),
    "first_response_minutes": is_whole(15, 100_000),
    "fast_lane": is_flag,
    "fee": is_one_of(*Fee.values),
    "fee_amount": is_nothing_or(is_amount),
    "fee_note": is_words(200),
    "delay": is_one_of(*DELAYS),
    "delay_note": is_words(200),
    "product": is_one_of(*Product.values),
    "product_note": is_words(200),
    "office_part": is_one_of(*OfficePart.values),
    "title_fields": is_list_of(is_text(40, empty=False)),
    "number_series": is_text(40, empty=False),
    "offered": is_flag,
}
FORM = {"code": is_code, "name": is_words(100, needed=True), "fields": list}
STEP: dict[str, Check] = {
    "order": is_whole(1, 20),
    "name": is_words(60, needed=True),
    "who": is_one_of(*StepWho.values),
    "role": is_one_of("", *Role.values),
    "unit": is_nothing_or(is_unit),
    "person": is_nothing_or(is_text(40, empty=False)),
    "any_of": is_flag,
    "asked": is_one_of(*AskedWhen.values),
    "condition": is_nothing_or(lambda value: isinstance(value, dict)),
}
# What each way to say who decides needs, and nothing else.
NEEDS = {"role": {"role"}, "post": {"role", "unit"}, "head": set(), "person": {"person"}}


def find_mistakes(document: Any) -> list[str]:
    """Everything that is wrong with the content of a file, each with its place; none: it can be read."""
    found = check_table(document, TOP, "", optional=set())
    if found:
        return found
    service = document["service"]
    found = check_table(service, SERVICE | {"area": dict, "ask": dict, "see": dict}, "service", optional=set())
    if isinstance(service.get("area"), dict):
        found += check_table(service["area"], AREA, "service.area", optional=set())
    for name in ("ask", "see"):
        if isinstance(service.get(name), dict):
            found += check_table(service[name], OPEN_TO, f"service.{name}", optional=set())
    found += check_table(document["form"], FORM, "form", optional=set())
    for place, step in enumerate(document["steps"], start=1):
        found += check_step(step, f"steps.{place}")
    return found or [*check_fee(service), *check_form(document["form"])]


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


def check_step(step: Any, place: str) -> list[str]:
    found = check_table(step, STEP, place, optional={"role", "unit", "person", "any_of", "asked", "condition"})
    if found:
        return found
    given = {name for name in ("role", "unit", "person") if step.get(name)}
    if given != NEEDS[step["who"]]:
        words = _("%(place)s asks “%(who)s”, which needs exactly: %(needs)s")
        needs = ", ".join(sorted(NEEDS[step["who"]])) or _("nothing more")
        return [words % {"place": place, "who": step["who"], "needs": needs}]
    return check_condition(step.get("condition"), f"{place}.condition")


def check_condition(row: Any, place: str) -> list[str]:
    if not row:
        return []
    try:
        same = condition_to_json(condition_from_json(row))
    except (KeyError, TypeError, ValueError):
        return [_("%(place)s is no condition: it names a field, an operator and a value.") % {"place": place}]
    return unknown_keys(row, same, place)


def check_fee(service: Mapping[str, Any]) -> list[str]:
    if (service["fee"] == Fee.AMOUNT) != bool(service["fee_amount"]):
        return [_("service.fee_amount belongs to the fee “amount”, and only to that.")]
    return []


def check_form(form: Mapping[str, Any]) -> list[str]:
    """Questions that cannot be read, unknown keys in them, and what keeps the form from being published."""
    try:
        fields = fields_from_json(form["fields"])
        same = fields_to_json(fields)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [_("form.fields cannot be read: %(error)s") % {"error": said(error)}]
    found = []
    for place, (given, kept) in enumerate(zip(form["fields"], same, strict=True), start=1):
        found += unknown_keys(given, kept, f"form.fields.{place}")
    return found or [problem.words for problem in find_problems(fields)]


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
